import type { OwnedUnit, OwnershipAct } from '@pageref/shared';
import type { Cfg, CfgNode, NodeId } from '../flow/cfg/cfg.js';
import type { Condition } from '../syntax/index.js';
import type { Expr } from '../syntax/ir.js';
import type { CallExpr, CallKnowledge } from './calls.js';
import { isPartOf, pathOfPlace, rootOf } from './paths.js';
import type { Locals, Path } from './paths.js';
import { having, keeping } from './state.js';
import type { OwnershipState } from './state.js';
import { ANY } from './values.js';
import type { Signs } from './values.js';

/** A state under work while a node is stepped through, and what may be told of it. */

/** What happens to the followed page on the way through a node. */
export interface Event {
  readonly does: 'drop' | 'again' | 'lost' | 'holder-freed' | 'freed' | 'returned' | 'handed-over' | 'used' | 'kept';
  /** What is given back: of another unit than what was taken, it is no counterpart. */
  readonly unit: OwnedUnit;
  /** Offset and length of what does it. */
  readonly start: number;
  readonly length: number;
  readonly state: OwnershipState;
}

/** What a step needs beside the state. */
export interface StepContext {
  readonly knowledge: CallKnowledge;
  readonly locals: Locals;
  readonly nodes: Cfg['nodes'];
  readonly unit: OwnedUnit;
  /** The acquisition fills an array or a holder, whose elements and members are what is owed. */
  readonly fills: boolean;
  /** Go on where the page is gone: somebody asks what the function returns then. */
  readonly followsGone: boolean;
  /** Each state keeps the one that it came from: somebody asks how it was reached. */
  readonly keepsWays: boolean;
  /** Paths whose values are worth knowing: those that a condition or a return asks for. */
  readonly asked: ReadonlySet<Path>;
  /** The error codes that conditions ask of each variable. */
  readonly codes: ReadonlyMap<Path, readonly string[]>;
  /** Texts of conditions that stand in the function more than once. */
  readonly repeated: (condition: Expr) => string | undefined;
  /** True for a condition that a macro only warns of: what it says is expected, and what is done otherwise is nothing. */
  readonly isAsserted: (node: CfgNode) => boolean;
  /** What the first arms of preprocessor groups ask, by the offset of the directive. */
  readonly armConditions: ReadonlyMap<number, Condition>;
  readonly onEvent: (event: Event) => void;
  /** The acquisition that begins here, where this step is its first. */
  readonly begins?: Acquisition;
  /** The acquisition of which the states are followed that did not come to have it: its call answers this. */
  readonly fails?: { readonly call: CallExpr; readonly by: Signs };
  /** A condition holds a call's answer to a length. */
  readonly asksLength?: boolean;
}

/** One call by which the function comes to owe a give-back. */
export interface Acquisition {
  readonly node: NodeId;
  readonly call: CallExpr;
  readonly act: OwnershipAct;
  readonly path: Path;
}

/** A state under work: its fields are set anew, what they hold is never written. */
export type Draft = { -readonly [Field in keyof OwnershipState]: OwnershipState[Field] };

export type Choose = (options: number) => number;

/** Written out, because each step does it, and copying an object field by field is slow where its shape is not told. */
export function thaw(state: OwnershipState, node: NodeId, before: OwnershipState | undefined): Draft {
  const { typestate, names, extras, counts, short, twice, stored, mapped, facts, conditions, handedTo, resultOf } =
    state;
  return {
    typestate,
    names,
    extras,
    counts,
    short,
    twice,
    stored,
    mapped,
    facts,
    conditions,
    handedTo,
    resultOf,
    before,
    node,
  };
}

/** One more name of the followed page; names are sorted. */
export function addName(draft: Draft, path: Path): void {
  if (!draft.names.includes(path)) draft.names = [...draft.names, path].sort();
}

/** True where it was one of the names. */
export function dropName(draft: Draft, path: Path): boolean {
  if (!draft.names.includes(path)) return false;
  draft.names = draft.names.filter((name) => name !== path);
  return true;
}

export function forgetFacts(draft: Draft, path: Path): void {
  const lasts = (place: Path): boolean => {
    const known = pathOfPlace(place);
    return known !== path && !isPartOf(known, path) && !place.includes(`[${path}]`);
  };
  draft.resultOf = keeping(draft.resultOf, lasts);
  if (!draft.counts.every(lasts)) draft.counts = draft.counts.filter(lasts);
  draft.facts = keeping(draft.facts, lasts);
  if (draft.conditions.size === 0) return;
  const word = new RegExp(`(^|\\W)${/\w+$/.exec(path.replace(/\[\]$/, ''))?.[0] ?? rootOf(path)}(\\W|$)`);
  draft.conditions = keeping(draft.conditions, (text) => !word.test(text));
}

export function know(context: StepContext, draft: Draft, path: Path | undefined, signs: Signs): void {
  // Of which element something is known is not followed where its index is none that has a name.
  if (path === undefined || signs === ANY || path.includes('[]')) return;
  if (!context.asked.has(path) && !draft.names.includes(pathOfPlace(path))) return;
  draft.facts = having(draft.facts, path, signs);
}

export function tell(
  context: StepContext,
  draft: Draft,
  does: Event['does'],
  { start, end }: Expr,
  unit: OwnedUnit = context.unit,
): void {
  context.onEvent({
    does,
    unit,
    start,
    length: end - start,
    state: { ...draft, node: draft.before?.node ?? draft.node },
  });
}
