import type { OwnedUnit, OwnershipAct } from '@pageref/shared';
import type { Cfg, CfgNode, NodeId } from '../flow/cfg/cfg.js';
import { truthConstant } from '../flow/cfg/truth.js';
import { valuesAssigned } from '../syntax/ir-walk.js';
import { seenThrough } from './calls.js';
import type { CallExpr } from './calls.js';
import type { Acquisition, Event } from './draft.js';
import { putBefore } from './judge-use.js';
import { isInLoop } from './loops.js';
import { assignmentOf, callsOf, isPageUnit } from './nodes.js';
import { pathOf, pathOfPlace, placeOf } from './paths.js';
import type { Path } from './paths.js';
import type { Followed, Prepared, WayOut } from './prepared.js';
import type { OwnershipState } from './state.js';

/** A give-back of a page that was given back already. */
export interface SecondPut extends Pick<Event, 'start' | 'length'> {
  /** What was taken once, and what became of it; undefined where the two calls alone tell. */
  readonly seen?: { readonly followed: Followed; readonly event: Event };
  /** The first of two calls with nothing between them. */
  readonly first?: CallExpr;
}

/** What an allocator gave has one owner; what was looked up may have been referenced before. */
const ALLOCATED: readonly OwnedUnit[] = ['page', 'fragment', 'page-pool'];

/** Give-backs behind one that has given back the only reference of the function. */
export function secondPuts(prepared: Prepared, followed: readonly Followed[]): readonly SecondPut[] {
  const complete = followed.filter((one) => one.complete && isPageUnit(one.acquisition.act.unit));
  const counted = complete.filter(({ acquisition }) => !isUnsettled(prepared, acquisition));
  // What is the first give-back of one reference is no second one of another.
  const firsts = (but?: Followed): ReadonlySet<number> =>
    new Set(complete.flatMap((one) => (one === but ? [] : one.events.filter(isDrop).map(({ start }) => start))));
  const seen = counted.flatMap((one) => {
    const others = firsts(one);
    return one.events
      .filter(({ does, start }) => does === 'again' && !others.has(start))
      .map((event): SecondPut => ({ start: event.start, length: event.length, seen: { followed: one, event } }));
  });
  const apart = seen.filter((put) => put.seen && isOneTooMany(prepared, put.seen));
  return [...apart, ...inARow(prepared, seen, firsts())];
}

function isDrop({ does }: Event): boolean {
  return does === 'drop';
}

/** True where all that the page went through was seen, or another way with the same calls gives the page back once. */
function isOneTooMany(prepared: Prepared, { followed, event }: NonNullable<SecondPut['seen']>): boolean {
  const { state } = event;
  const { act, node } = followed.acquisition;
  if (state.stored || act.on.through !== undefined) return false;
  const isAllocated = ALLOCATED.includes(act.unit) && act.on.at === 'result';
  if (isAllocated && state.handedTo.size === 0 && !isInLoop(prepared, node)) return true;
  const put = putBefore(prepared.cfg, event.state, followed.events);
  // What takes the page out of a cache gives back the reference of the cache, and one of two slices of a table its own pages.
  if (!put || !isSameCall(callAt(prepared, put), callAt(prepared, event))) return false;
  return followed.ways.some((way) => isOnce(way) && knowsAll(way.state, state));
}

function callAt({ cfg }: Prepared, { start }: Pick<Event, 'start'>): CallExpr | undefined {
  return cfg.nodes.flatMap(callsOf).find((call) => call.start === start);
}

function isSameCall(first: CallExpr | undefined, second: CallExpr | undefined): boolean {
  if (!first || !second || first.name !== second.name) return false;
  return first.args.every((arg, at) => {
    const other = second.args[at];
    return other !== undefined && placeOf(arg) !== undefined && placeOf(arg) === placeOf(other);
  });
}

/**
 * A reference more on a page that somebody holds: whose goes with the second give-back is not known where the place that the page
 * was read from gets another one (`old = *slot; get_page(old); *slot = new;`), nor whether there is one where it may be NULL.
 */
function isUnsettled({ fn, cfg, knowledge }: Prepared, { act, path }: Acquisition): boolean {
  if (act.on.at === 'result') return false;
  const values = valuesAssigned(fn, path);
  const from = new Set(values.map((value) => pathOf(seenThrough(value, knowledge))));
  const isReplaced = cfg.nodes.some((node) => {
    const { target } = assignmentOf(node) ?? {};
    return target !== undefined && target !== path && from.has(target);
  });
  return isReplaced || values.some((value) => truthConstant(value) === false);
}

/** The page was given back, and once only. */
function isOnce({ state: { typestate, twice } }: WayOut): boolean {
  return typestate === 'released' && !twice;
}

/** Whoever was handed the page here was handed it there, too. */
function knowsAll(there: OwnershipState, here: OwnershipState): boolean {
  return [...here.handedTo.keys()].every((call) => there.handedTo.has(call));
}

/** A statement that is a call which gives back one page. */
interface PutStatement {
  readonly node: CfgNode;
  readonly call: CallExpr;
  readonly act: OwnershipAct;
  readonly place: Path;
}

/** `put_page(page); put_page(page);`: the same give-back again, with nothing between. */
function inARow(prepared: Prepared, seen: readonly SecondPut[], firsts: ReadonlySet<number>): readonly SecondPut[] {
  const puts = new Map(prepared.cfg.nodes.flatMap((node) => putAt(prepared, node)).map((put) => [put.node.id, put]));
  return [...puts.values()].flatMap((first): SecondPut[] => {
    const second = puts.get(nextStatement(prepared.cfg, first.node) ?? -1);
    if (second?.call.name !== first.call.name || second?.place !== first.place) return [];
    const { start, end } = second.call;
    const followed = seen.find((one) => one.start === start);
    const isProven = followed?.seen
      ? isTakenHere(followed.seen.followed)
      : !firsts.has(start) && isOneForAPlace(prepared, first);
    return isProven ? [{ start, length: end - start, ...followed, first: first.call }] : [];
  });
}

/** Who looks a page up may know of another reference, which it means to give back, too, unless it does not on another way. */
function isTakenHere({ acquisition: { act }, ways }: Followed): boolean {
  return ALLOCATED.includes(act.unit) || act.on.at !== 'result' || ways.some(isOnce);
}

/** What is freed or unpinned is so once, and a slot of a table or a member that others have filled holds one reference. */
function isOneForAPlace({ locals, cfg }: Prepared, { act, place }: PutStatement): boolean {
  if (act.unit !== 'reference') return true;
  const path = pathOfPlace(place);
  return !locals.types.has(place) && cfg.nodes.every((node) => assignmentOf(node)?.target !== path);
}

function putAt({ knowledge }: Prepared, node: CfgNode): PutStatement[] {
  if (node.op !== 'eval' || node.expr.op !== 'call') return [];
  const call = node.expr;
  const acts = call.name === undefined ? [] : (knowledge.model.acts.get(call.name) ?? []);
  return acts.flatMap((act): PutStatement[] => {
    if (act.does !== 'drop' || act.when !== 'always' || !isPageUnit(act.unit)) return [];
    if (act.on.at === 'result' || act.on.through !== undefined) return [];
    const arg = call.args[act.on.at];
    const place = arg && placeOf(seenThrough(arg, knowledge));
    // `[]` stands for an index that is not followed, as `[i++]`.
    return place === undefined || place.includes('[]') ? [] : [{ node, call, act, place }];
  });
}

/** The node that comes next on all ways. */
function nextStatement(cfg: Cfg, { id, next }: CfgNode): NodeId | undefined {
  const [to, ...others] = next;
  const node = to === undefined || others.length > 0 ? undefined : cfg.nodes[to];
  if (!node || (cfg.order[node.id] ?? 0) <= (cfg.order[id] ?? 0)) return undefined;
  return node.op === 'join' ? nextStatement(cfg, node) : node.id;
}
