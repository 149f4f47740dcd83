import type { Expr } from '../../syntax/index.js';
import { typeOf } from '../../flow/domain/access-paths.js';
import { REPLACEMENTS } from '@pageref/shared/model';
import { knownName } from './names.js';
import type { KnownName } from './names.js';
import type { FixRequest } from './request.js';
import { expressionLine } from '../../syntax/source-text.js';

/** The page a test asks about, as text that can be written again. */
export interface PageOperand {
  readonly type: 'page' | 'folio';
  readonly text: string;
  readonly expr: Expr;
}

/** Undefined where the page has no name that may be written twice, or its type is not known. */
export function pageOperand({ file, basis }: FixRequest): PageOperand | undefined {
  const { condition } = basis.test.node;
  const found = file.analysis.vocabulary.matchReserved(condition);
  if (!found?.page || !mayRepeat(found.page, file.analysis.contractOf)) return undefined;
  const named = REPLACEMENTS.testTypes[found.form];
  const text = expressionLine(file.text, found.page);
  if (named !== undefined) return { type: named, text, expr: found.page };
  const type = typeOf(found.page, basis.context.types);
  if (!type || (type.base !== 'page' && type.base !== 'folio')) return undefined;
  return { type: type.base, text: type.pointers > 0 ? text : `&${postfix(found.page, text)}`, expr: found.page };
}

type Contracts = FixRequest['file']['analysis']['contractOf'];

/** Reading it twice does what reading it once does: no assignment, and no call but a conversion. */
export function mayRepeat(expr: Expr, contractOf: Contracts): boolean {
  switch (expr.op) {
    case 'name':
    case 'number':
      return true;
    case 'member':
      return mayRepeat(expr.object, contractOf);
    case 'index':
      return mayRepeat(expr.object, contractOf) && mayRepeat(expr.index, contractOf);
    case 'unary':
    case 'cast':
      return mayRepeat(expr.operand, contractOf);
    case 'binary':
      return mayRepeat(expr.left, contractOf) && mayRepeat(expr.right, contractOf);
    case 'call': {
      const contract = expr.name === undefined ? undefined : contractOf(expr.name);
      const converts = contract?.from === 'model' && contract.conversion !== undefined && contract.effects.length === 0;
      return converts && expr.args.every((arg) => mayRepeat(arg, contractOf));
    }
    default:
      return false;
  }
}

/** Text of an expression that `->` or `.` can follow. */
export function postfix(expr: Expr, text: string): string {
  return ['name', 'member', 'index', 'call'].includes(expr.op) ? text : `(${text})`;
}

/** A test for ZONE_DEVICE of the same page, in the words of this tree. */
export interface DeviceTest extends KnownName {
  readonly text: string;
}

export function deviceTest(request: FixRequest, { type, text, expr }: PageOperand): DeviceTest | undefined {
  for (const candidate of REPLACEMENTS.zoneDeviceTests) {
    if (candidate.type === 'folio' && type === 'page') continue;
    const known = knownName(request, candidate.name);
    if (!known) continue;
    const argument = candidate.type === type ? text : `&${postfix(expr, text)}->page`;
    return { ...known, text: `${known.name}(${argument})` };
  }
  return undefined;
}
