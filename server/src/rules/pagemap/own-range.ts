import type { ResolvedModel } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
import { declaredTypes, typeOf } from '../../flow/domain/access-paths.js';
import { mentionsName, visitExpressions } from '../../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../../syntax/index.js';
import { registering } from './registration.js';
import { eachAssignment, pathOf } from './stores.js';

/** Pfns that are counted from the range of a pgmap: its pages are there for as long as that is registered. */

/** How many variables, and how many calls up, a number is followed. */
const STEPS = 4;
const CALLERS = 2;

/** Where a pfn is looked for the range it was counted from. */
export interface RangeQuestion {
  readonly file: SourceFile;
  readonly model: ResolvedModel;
  readonly fn: FunctionIr;
}

/** The pgmap from whose range a number is counted, as it is named there; undefined where none is seen. */
export function pagemapBehind(question: RangeQuestion, pfn: Expr, steps = STEPS): Expr | undefined {
  const { fn, model } = question;
  for (const term of termsOf(pfn, model)) {
    const owner = term.op === 'member' ? ownerOf(question, term.object) : undefined;
    if (owner) return owner;
    if (term.op !== 'name' || steps === 0) continue;
    const found = valuesOf(fn, term.name).map((value) => pagemapBehind(question, value, steps - 1));
    if (found.length > 0 && found.every((one) => one !== undefined)) return found[0];
  }
  return undefined;
}

/** True where all callers of a static function are in the file and hand in a number of the kind that the pfn is made of. */
export function isHandedOwnRange(question: RangeQuestion, pfn: Expr, up = CALLERS): boolean {
  const { file, fn, model } = question;
  const at = parameterBehind(fn, pfn, model);
  if (up === 0 || at === undefined || !fn.static || !file.table.closed) return false;
  const { functions, complete } = file.table.mentioning(fn.name);
  const args = functions.flatMap((caller) => argumentsOf(caller, fn.name, at).map((arg) => ({ caller, arg })));
  if (!complete || args.length === 0 || file.table.usedOutside(fn.name)) return false;
  return args.every(({ caller, arg }) => {
    const inside = { ...question, fn: caller };
    return pagemapBehind(inside, arg) !== undefined || isHandedOwnRange(inside, arg, up - 1);
  });
}

/** The parameter a number is made of, by itself or by way of one variable. */
function parameterBehind(fn: FunctionIr, pfn: Expr, model: ResolvedModel): number | undefined {
  const names = namesIn(pfn, model);
  const all = [...names, ...names.flatMap((name) => valuesOf(fn, name).flatMap((value) => namesIn(value, model)))];
  const at = fn.params.findIndex(({ name, type }) => type.pointers === 0 && all.includes(name));
  return at < 0 ? undefined : at;
}

function namesIn(expr: Expr, model: ResolvedModel): readonly string[] {
  return termsOf(expr, model).flatMap((term) => (term.op === 'name' ? [term.name] : []));
}

/** What a variable is set to, other than counted on from itself or set to a plain number first. */
export function valuesOf(fn: FunctionIr, name: string): readonly Expr[] {
  const values: Expr[] = [];
  eachAssignment(fn, (target, value) => {
    if (target.op !== 'name' || target.name !== name || value.op === 'number') return;
    if (!mentionsName(value, name)) values.push(value);
  });
  return values;
}

/** What a function hands to another one for a parameter, call by call. */
export function argumentsOf(caller: FunctionIr, name: string, at: number): readonly Expr[] {
  const found: Expr[] = [];
  visitExpressions(caller.body, (expr) => {
    const arg = expr.op === 'call' && expr.name === name ? expr.args[at] : undefined;
    if (arg) found.push(arg);
  });
  return found;
}

/** What a number is added up of: sums, shifts, casts and conversions are looked through. */
export function termsOf(expr: Expr, model: ResolvedModel): readonly Expr[] {
  switch (expr.op) {
    case 'cast':
      return termsOf(expr.operand, model);
    case 'binary':
      return /^[-+]$/.test(expr.operator)
        ? [...termsOf(expr.left, model), ...termsOf(expr.right, model)]
        : termsOf(expr.left, model);
    case 'call': {
      const [first] = expr.args;
      const isConversion = model.entries.get(expr.name ?? '')?.conversion !== undefined;
      return first && (isConversion || /^[A-Z_]+$/.test(expr.name ?? '')) ? termsOf(first, model) : [expr];
    }
    default:
      return [expr];
  }
}

/** The pgmap of `pgmap.range`, of `pgmap->ranges[i]`, or of a local that was set to one of them. */
function ownerOf(question: RangeQuestion, range: Expr): Expr | undefined {
  const { fn, model } = question;
  const fields = model.pagemap.ranges.map(({ field }) => field);
  const member = range.op === 'index' ? range.object : range;
  if (member.op === 'member' && fields.includes(member.field) && isPagemap(question, member.object)) {
    return member.object;
  }
  if (range.op !== 'name') return undefined;
  const found = valuesOf(fn, range.name).map((value) => {
    const target = value.op === 'unary' && value.operator === '&' ? value.operand : value;
    return target.op === 'name' ? undefined : ownerOf(question, target);
  });
  return found.length > 0 && found.every((one) => one !== undefined) ? found[0] : undefined;
}

/** By its type, by the declaration of the member or variable in the file or a header of it, or because the file registers it. */
function isPagemap({ file, fn, model }: RangeQuestion, owner: Expr): boolean {
  const { pagemap } = model.pagemap.names;
  if (typeOf(owner, declaredTypes(fn))?.base === pagemap) return true;
  const last = owner.op === 'member' ? owner.field : owner.op === 'name' ? owner.name : undefined;
  if (last === undefined) return false;
  const declared = new RegExp(`\\bstruct\\s+${pagemap}\\s*\\**\\s*${last}\\b`);
  if (file.declaring(pagemap).some(({ start, end }) => declared.test(file.text.slice(start, end)))) return true;
  const isRegistered = [...registering(model).keys()].some((name) =>
    file.matches(new RegExp(`\\b${name}\\s*\\([^;{}]*\\b${last}\\s*[,)]`)),
  );
  // A parameter of a prototype has no semicolon behind it.
  return isRegistered || file.includedMatches(new RegExp(`\\bstruct\\s+${pagemap}\\s*\\**\\s*${last}\\s*[;[]`));
}

/** Calls after which the pages of a pgmap may be gone: its registration ends, or what held it is given back. */
export function lettingGo({ entries }: ResolvedModel): readonly string[] {
  return [...entries.values()]
    .filter(({ effects }) =>
      effects?.some(
        ({ does, unit }) => does === 'pgmap-register' || (does === 'acquire' && unit === 'pgmap-reference'),
      ),
    )
    .flatMap(({ counterparts }) => counterparts ?? []);
}

/** True where a call is handed the pgmap. */
export function isHanded(args: readonly Expr[], pagemap: Expr): boolean {
  const path = pathOf(pagemap);
  return path !== undefined && args.some((arg) => pathOf(arg) === path);
}
