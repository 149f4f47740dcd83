import type { Expr } from '../../syntax/ir.js';
import { partsOf } from '../../syntax/ir-walk.js';
import type { CfgNode } from './cfg.js';

/** A condition that a way through a function went by, and the side it took. */
export interface Turn {
  readonly condition: Expr;
  readonly holds: boolean;
}

export type Share = 'all' | 'some' | 'none';

/** A turn of a way that ends badly, with what hangs on it; what costs time is asked only where the answer counts. */
export interface WeighedTurn<T extends Turn = Turn> {
  readonly turn: T;
  /** How many of the ways on from the side that was taken end as badly. */
  readonly taken: () => Share;
  /** How many of those from the other side do. */
  readonly other: () => Share;
  /** The side that was taken is the code inside of the condition, not what comes behind it. */
  readonly isEntered: boolean;
  /** The other side ends a loop: that it turns is nothing to tell. */
  readonly isLoop: boolean;
}

/** Turns of one way that are told; more say less. */
const MAX_TURNS = 4;

/**
 * The turns that a way ends badly for, in its order: the one behind which nothing else can happen, and before it those that
 * lead inside of a condition without which it would not happen. A check that was passed on the way is none of them.
 */
export function decisiveTurns<T extends Turn>(turns: readonly WeighedTurn<T>[]): readonly T[] {
  let last = turns.length;
  while (last > 0 && turns[last - 1]?.taken() === 'all') last--;
  const before = turns
    .slice(0, last)
    .filter(({ isEntered, isLoop, other }) => isEntered && !isLoop && other() === 'none');
  const sealing = turns.slice(last, last + 1).filter(({ other }) => other() !== 'all');
  const told = [...before, ...sealing].map(({ turn }) => turn);
  return distinct(told).slice(-MAX_TURNS);
}

/** In a loop a condition is passed again: where the way came by last is what counts. */
function distinct<T extends Turn>(turns: readonly T[]): readonly T[] {
  return turns.filter(({ condition }, at) => turns.findLastIndex((one) => one.condition === condition) === at);
}

/** True where a side of a branch makes the whole condition that it is a part of hold, as far as it alone can. */
export function isEntered({ condition, whole }: Pick<Branch, 'condition' | 'whole'>, holds: boolean): boolean {
  return holds !== (negationsTo(condition, whole) === 'odd');
}

type Branch = Extract<CfgNode, { readonly op: 'branch' }>;

/** Whether an odd number of `!` stands around a part of an expression; undefined where it is no part of it. */
function negationsTo(part: Expr, whole: Expr): 'even' | 'odd' | undefined {
  if (whole === part) return 'even';
  for (const inner of partsOf(whole)) {
    const found = negationsTo(part, inner);
    if (found === undefined) continue;
    const isNegated = whole.op === 'unary' && whole.operator === '!';
    return isNegated ? (found === 'odd' ? 'even' : 'odd') : found;
  }
  return undefined;
}
