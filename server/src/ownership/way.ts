import { decisiveTurns, isEntered } from '../flow/cfg/decisions.js';
import type { Share, Turn, WeighedTurn } from '../flow/cfg/decisions.js';
import { writtenIn } from '../flow/cfg/cfg.js';
import type { NodeId } from '../flow/cfg/cfg.js';
import { followOn, sidesOf } from './follow.js';
import type { FollowedUnit } from './follow.js';
import type { Followed, Prepared, WayOut } from './prepared.js';
import { codesOf, isError } from './error-exits.js';
import type { Expr } from '../syntax/ir.js';
import type { Path } from './paths.js';
import { backFrom } from './state.js';
import type { OwnershipState } from './state.js';
import type { Event } from './draft.js';

/** Where a way ends badly, and what else would end like that. */
export interface BadEnd {
  /** The last state of the way. */
  readonly last: OwnershipState;
  /** The node behind it, in which something happens; undefined where the function is left. */
  readonly node: NodeId | undefined;
  readonly isBad: (way: WayOut) => boolean;
  readonly isBadEvent: (event: Event) => boolean;
}

/** A turn of a way, by how many states before the last one it was taken. */
export interface TurnOnWay extends Turn {
  readonly back: number;
}

const NEVER = (): boolean => false;

/** The function is left with the page: by the same statement, with an error as here or without one. */
export function leftBy({ fn, cfg }: Prepared, way: WayOut): BadEnd {
  const codes = codesOf(fn, cfg);
  const isFailed = isError(way, codes);
  const { state, start } = way;
  const isBad = (one: WayOut): boolean =>
    one.start === start &&
    one.state.typestate === 'held' &&
    one.state.stored === state.stored &&
    one.state.short === state.short &&
    isError(one, codes) === isFailed;
  return { last: state, node: undefined, isBad, isBadEvent: NEVER };
}

/** Something happens to the page that must not. */
export function happensBy({ cfg }: Prepared, { state, start, does }: Event): BadEnd {
  const behind = cfg.nodes[state.node]?.next ?? [];
  const holds = (id: NodeId): boolean => {
    const node = cfg.nodes[id];
    const written = node && writtenIn(node);
    return written !== undefined && written.start <= start && start < written.end;
  };
  const node = behind.find(holds);
  // An event's own state is that before the node, under work.
  const last = state.before ?? state;
  const isThere = ({ node: id, before }: OwnershipState): boolean =>
    id === node && before?.typestate === last.typestate;
  const isBad = (way: WayOut): boolean => [...backFrom(way.state)].some(isThere);
  return { last, node, isBad, isBadEvent: (event) => event.start === start && event.does === does };
}

/** Turns that are weighed of one way: each follows the page once or twice from there on. */
const MAX_WEIGHED = 24;

/** The turns on a way that decide that it ends as it does, in its order. Pure. */
export function turnsTo(prepared: Prepared, unit: FollowedUnit, end: BadEnd): readonly TurnOnWay[] {
  const states = [...backFrom(end.last)];
  const taken = states.findIndex(({ before }) => !before || before.typestate === 'gone');
  const turns = states.slice(0, Math.max(taken, 0)).flatMap((at, back) => {
    const turn = turnAt(prepared, unit, end, at, back === 0 ? end.node : states[back - 1]?.node, back);
    return turn ? [turn] : [];
  });
  return decisiveTurns(turns.slice(0, MAX_WEIGHED).reverse());
}

/** The turn by which a state was reached, and `to` where the way goes on; undefined where there was no other way. */
function turnAt(
  prepared: Prepared,
  unit: FollowedUnit,
  end: BadEnd,
  at: OwnershipState,
  to: NodeId | undefined,
  back: number,
): WeighedTurn<TurnOnWay> | undefined {
  const { cfg, loops, isAsserted } = prepared;
  const node = cfg.nodes[at.node];
  if (node?.op !== 'branch' || to === undefined || !at.before || isAsserted(node)) return undefined;
  const others = sidesOf(prepared, unit, node.id, at.before).filter(([side]) => side !== to);
  if (others.length === 0) return undefined;
  return {
    turn: { condition: node.condition, holds: to === node.next[0], back },
    taken: () => endsOf(followOn(prepared, unit, [[to, at]]), end),
    other: () => endsOf(followOn(prepared, unit, others), end),
    isEntered: isEntered(node, to === node.next[0]),
    isLoop: loops.has(node.id),
  };
}

/** How many of the ways on end badly. */
function endsOf(
  { ways, events, complete }: Pick<Followed, 'events' | 'ways' | 'complete'>,
  { isBad, isBadEvent }: BadEnd,
): Share {
  if (!complete) return 'some';
  const bad = ways.filter(isBad).length + events.filter(isBadEvent).length;
  const good = ways.filter((way) => !isBad(way)).length + events.filter(({ does }) => does === 'handed-over').length;
  return bad === 0 ? 'none' : good === 0 ? 'all' : 'some';
}

/** How many states before the last one the page was given back; undefined where it was not. */
export function givenBackAt({ last }: BadEnd): number | undefined {
  const at = [...backFrom(last)].findIndex(
    ({ typestate, before }) => typestate === 'released' && before?.typestate === 'held',
  );
  return at < 0 ? undefined : at;
}

/** The node by which a path came to have the sign that the last state before a node knows of it: a turn, or what is written there. */
export function learntAt(
  { cfg }: Prepared,
  { id, last }: { readonly id: NodeId; readonly last: OwnershipState },
  path: Path,
): Turn | Pick<Expr, 'start'> | undefined {
  const sign = last.facts.get(path);
  let to = id;
  for (const at of backFrom(last)) {
    if (at.before && at.before.facts.get(path) !== sign) {
      const node = cfg.nodes[at.node];
      if (node?.op === 'branch') return { condition: node.condition, holds: to === node.next[0] };
      return node && writtenIn(node);
    }
    to = at.node;
  }
  return undefined;
}
