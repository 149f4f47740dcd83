import type { PageKind } from '@pageref/shared';
import { accessPathOf } from '../../flow/domain/access-paths.js';
import { visitExpressions } from '../../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../../syntax/index.js';
import { argumentsOf, pagemapBehind, termsOf, valuesOf } from './own-range.js';
import type { RangeQuestion } from './own-range.js';
import { pathOf } from './stores.js';

/** Which device page an expression names, by what the text shows of where its pfn comes from. */

/** How many variables a page is followed. */
const STEPS = 3;

export interface DevicePage {
  readonly kind: PageKind;
  /** The enumerator of its type. */
  readonly type: string;
  /** True for one that was just made or handed out: nobody has taken a reference on it yet. */
  readonly isFresh: boolean;
}

/** The device page that an expression is, undefined where none is seen or its type is not. */
export function devicePageOf(question: RangeQuestion, page: Expr, steps = STEPS): DevicePage | undefined {
  const { fn, model } = question;
  if (page.op === 'cast' || page.op === 'update') return devicePageOf(question, page.operand, steps);
  if (page.op === 'call') {
    const isConversion = model.entries.get(page.name ?? '')?.conversion !== undefined;
    const [first] = page.args;
    return isConversion && first ? ofPfn(question, first) : undefined;
  }
  if (page.op !== 'name' || steps === 0) return undefined;
  const values = valuesOf(fn, page.name);
  const found = [
    ...values.map((value) => devicePageOf(question, value, steps - 1)),
    ...(values.length === 0 ? handedIn(question, page.name, steps) : []),
  ];
  return found.every((one) => one?.type === found[0]?.type) ? found[0] : undefined;
}

/** What all callers in the file hand in. */
function handedIn(question: RangeQuestion, name: string, steps: number): readonly (DevicePage | undefined)[] {
  const { file, fn } = question;
  const at = fn.params.findIndex((param) => param.name === name);
  if (at < 0 || !fn.static || !file.table.closed) return [];
  return file.table
    .mentioning(fn.name)
    .functions.flatMap((caller) =>
      argumentsOf(caller, fn.name, at).map((arg) => devicePageOf({ ...question, fn: caller }, arg, steps - 1)),
    );
}

/** Counted from the range of a pgmap of the file, or from the start of memory that the function gave to a provider. */
export function ofPfn(question: RangeQuestion, pfn: Expr): DevicePage | undefined {
  const { model } = question;
  const owner = pagemapBehind(question, pfn);
  const type = owner && typeOfPagemap(question, owner);
  const known = model.pagemap.types.find((one) => one.type === type);
  if (known) return { kind: known.kind, type: known.type, isFresh: false };
  const { resource } = model.deviceCounts;
  const isProvided = termsOf(pfn, model).some((term) => term.op === 'call' && wasProvided(question.fn, term, resource));
  const made = model.pagemap.types.find(({ kind }) => kind === resource.kind);
  return isProvided && made ? { kind: made.kind, type: made.type, isFresh: true } : undefined;
}

type Call = Extract<Expr, { op: 'call' }>;

/** True for the start of a resource that an earlier call of the function registered, by the same two arguments. */
function wasProvided(
  fn: FunctionIr,
  start: Call,
  resource: RangeQuestion['model']['deviceCounts']['resource'],
): boolean {
  if (start.name !== resource.start) return false;
  let found = false;
  visitExpressions(fn.body, (expr) => {
    if (expr.op !== 'call' || expr.name !== resource.api || expr.start > start.start) return;
    found ||= [0, 1].every((at) => isSamePlace(expr.args[at], start.args[at]));
  });
  return found;
}

function isSamePlace(one: Expr | undefined, other: Expr | undefined): boolean {
  if (one?.op === 'number') return other?.op === 'number' && one.value === other.value;
  const [a, b] = [one && accessPathOf(one), other && accessPathOf(other)];
  return a !== undefined && a === b;
}

/** The one type that the file gives pgmaps of that name; undefined where it gives none or several. */
function typeOfPagemap({ file, model }: RangeQuestion, owner: Expr): string | undefined {
  const last = /(\w+)$/.exec(pathOf(owner) ?? '')?.[1];
  if (last === undefined) return undefined;
  const { type } = model.pagemap.names;
  const stores = new RegExp(`\\b${last}\\s*(?:\\.|->)\\s*${type}\\s*=\\s*(\\w+)`);
  const types = new Set(file.found(stores).map((match) => match[1]));
  const [only] = types;
  return types.size === 1 ? only : undefined;
}
