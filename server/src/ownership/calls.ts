import type { NameFamilies, Operand, OwnedUnit, OwnershipAct, OwnershipModel } from '@pageref/shared';
import { facetOf } from '@pageref/shared/model';
import type { Expr } from '../syntax/ir.js';
import { elementsOf, pathOf, pointeeOf } from './paths.js';
import type { Path } from './paths.js';
import { resultPath } from './values.js';

export type CallExpr = Extract<Expr, { op: 'call' }>;

/** What a name means to an analysis: acts of the model and of the file's own functions; undefined for an unknown call. */
export interface CallKnowledge {
  readonly model: OwnershipModel;
  /** The acts of a call; an empty list for one that only borrows what it is given. */
  readonly actsOf: (name: string) => readonly OwnershipAct[] | undefined;
  /** What a call takes for its caller, also where nothing is known of what it does to its arguments. */
  readonly takesOf: (name: string) => readonly OwnershipAct[];
  /** What a call surely does to pages that its arguments hold, where nothing certain can be said of the rest. */
  readonly insidesOf: (name: string) => readonly OwnershipAct[];
  /** True for a function of the file that gives back what it is handed on some path, nobody can say on which. */
  readonly mayDrop: (name: string) => boolean;
  /** True for a function of the file whose code gives back nothing that it is handed: where it fails, the page is as it was. */
  readonly leavesAlone: (name: string) => boolean;
  /** True for a function of the file that unlocks pages and locks none: it finds them by itself. */
  readonly unlocksFound: (name: string) => boolean;
  /** False for a name that surely takes nothing for its caller: its acts need not be read to know that. */
  readonly mayTake: (name: string) => boolean;
  /** The answer with which a test says that a page is none that is counted: pfn_valid() is false, PageReserved() true. */
  readonly uncountedWhen: (name: string) => boolean | undefined;
  /** The argument whose page a call's result names too: `page_folio(page)`. */
  readonly sameAs: (name: string) => number | undefined;
}

/** The name that a call's acts are found by: of the function, or of the method behind `->`, with the arrow. */
export function actingName({ name, callee }: CallExpr): string | undefined {
  return name ?? (callee.op === 'member' ? `->${callee.field}` : undefined);
}

/** True for a name as macros have it. */
export function isMacroName(name: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(name);
}

/** The word that a text is searched for to find calls of a name. */
export function wordOf(name: string): string {
  return name.replace(/^->/, '');
}

/** The acts of a call; undefined for one of which nothing is known. */
export function actsOfCall(call: CallExpr, { actsOf }: CallKnowledge): readonly OwnershipAct[] | undefined {
  const name = actingName(call);
  return name === undefined ? undefined : actsOf(name);
}

/** Acts of one facet: a lock is no reference. */
export function actsOfFacet(acts: readonly OwnershipAct[], unit: OwnedUnit): readonly OwnershipAct[] {
  return acts.filter((act) => facetOf(act.unit) === facetOf(unit));
}

/** True for an act that a call does in any case, or is asked for by plain flags; flags in a variable ask for nothing certain. */
export function isAskedFor({ asked }: OwnershipAct, { args }: CallExpr): boolean {
  if (asked === undefined) return true;
  const arg = args[asked.at];
  const flags = arg === undefined ? [] : flagsIn(arg);
  return flags.some((flag) => asked.by.includes(flag)) && !flags.some((flag) => asked.unless.includes(flag));
}

/** The names that `A | B | more()` joins. */
function flagsIn(expr: Expr): readonly string[] {
  if (expr.op === 'name') return [expr.name];
  if (expr.op === 'cast') return flagsIn(expr.operand);
  return expr.op === 'binary' && expr.operator === '|' ? [...flagsIn(expr.left), ...flagsIn(expr.right)] : [];
}

/** The path an act of a call is about. */
export function operandPath(call: CallExpr, on: Operand, knowledge: CallKnowledge): Path | undefined {
  if (on.at === 'result') return resultPath(call);
  const arg = call.args[on.at];
  if (!arg) return undefined;
  // `&map->page` as the place of an answer is a member of the map, and no folio's own page.
  const expr = on.through === undefined || on.through === 'field' ? seenThrough(arg, knowledge) : withoutCasts(arg);
  switch (on.through) {
    case 'out':
      return pointeeOf(expr);
    case 'array':
      return elementsOf(expr);
    case 'field': {
      const object = pointeeOf(expr);
      return object === undefined ? undefined : `${object.replace(/^\*/, '')}.${on.field ?? ''}`;
    }
    default:
      return pathOf(expr);
  }
}

export function withoutCasts(expr: Expr): Expr {
  return expr.op === 'cast' ? withoutCasts(expr.operand) : expr;
}

/** The expression that names the page behind conversions: `page` of `page_address(compound_head(page))`. */
export function seenThrough(expr: Expr, knowledge: CallKnowledge): Expr {
  if (expr.op === 'cast') return seenThrough(expr.operand, knowledge);
  if (expr.op === 'unary' && expr.operator === '&' && expr.operand.op === 'member' && isHead(expr.operand)) {
    return seenThrough(expr.operand.object, knowledge);
  }
  if (expr.op !== 'call' || expr.name === undefined) return expr;
  const at = knowledge.sameAs(expr.name);
  const inner = at === undefined ? undefined : expr.args[at];
  return inner ? seenThrough(inner, knowledge) : expr;
}

/** `&folio->page` is the folio's own page. */
export function isHead({ arrow, field }: Extract<Expr, { op: 'member' }>): boolean {
  return arrow && field === 'page';
}

/** True for a call that uses a page and leaves it to its owner. */
export function isBorrower({ model: { borrowers } }: CallKnowledge, name: string): boolean {
  return isAmong(borrowers, name);
}

/** True for a call that reads or writes what the structure of its first argument's page holds. */
export function isReader({ model: { readers } }: CallKnowledge, name: string): boolean {
  return isAmong(readers, name);
}

/** True for arithmetic on the counter of a page. */
export function isCounter({ model: { counters } }: CallKnowledge, name: string): boolean {
  return isAmong(counters, name);
}

function isAmong({ names, prefixes }: NameFamilies, name: string): boolean {
  return names.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}
