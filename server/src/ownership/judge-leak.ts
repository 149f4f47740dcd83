import type { OwnedUnit, OwnershipAct } from '@pageref/shared';
import type { Cfg } from '../flow/cfg/cfg.js';
import { actsOfFacet, isBorrower, operandPath } from './calls.js';
import type { CallExpr, CallKnowledge } from './calls.js';
import { assignmentOf, callsOf, isInLoop } from './follow.js';
import type { Followed, Prepared, WayOut } from './follow.js';
import { isDeliberate, optionalDrops } from './optional-drops.js';
import { diesWithCall } from './paths.js';
import type { Path } from './paths.js';
import { backFrom, UNCERTAIN } from './state.js';
import type { OwnershipState } from './state.js';
import type { Event } from './step.js';
import { ANY, NEGATIVE, POSITIVE, valuePath, ZERO } from './values.js';
import type { Signs } from './values.js';

/** What shows that an acquisition which is still held is a leak. */
export interface Leak {
  /** Where it is lost: a way out, a write over its last name, the end of what held it. */
  readonly start: number;
  readonly length: number;
  readonly state: OwnershipState;
  readonly evidence: 'error-exit' | 'overwritten' | 'exit' | 'never-released' | 'holder-freed';
  /** A give-back on another path. */
  readonly release: Event | undefined;
}

/** What the judgement of one acquisition rests on. */
interface Case {
  readonly followed: Followed;
  readonly drops: readonly Event[];
  /** Ways out on which it was given back and no error is reported. */
  readonly fine: readonly WayOut[];
  /** Only this function knows the page: it made it, or put it into a place of its own. */
  readonly isOwn: boolean;
  /** It is taken anew in each turn of a loop. */
  readonly isRepeated: boolean;
  readonly codes: Codes;
  /** Outcomes of an unknown call that leave a page with its owner: a failure does, but may well have dropped a lock. */
  readonly failureAt: (state: OwnershipState) => Signs;
}

/** Leaks of a followed acquisition that the function itself gives evidence of, in order of place. */
export function leaksOf(followed: Followed, prepared: Prepared): readonly Leak[] {
  const { fn, cfg, locals, knowledge } = prepared;
  const { events, ways, acquisition } = followed;
  const { act, path } = acquisition;
  const codes = codesOf(fn, cfg);
  const isMine = diesWithCall(locals, path);
  const isOwn = act.on.at === 'result' || (act.on.through !== undefined && isMine);
  // A place that others know is theirs to keep count of, and so is one more reference on a page that somebody gave.
  const isKept = !isOwn && (!isMine || (act.unit !== 'lock' && act.when === 'always'));
  if (isKept && !events.some((event) => isTableFreed(acquisition, event))) return [];
  const drops = events.filter(({ does }) => does === 'drop');
  const one: Case = {
    followed,
    drops,
    fine: ways.filter((way) => way.state.typestate === 'released' && !isError(way, codes)),
    isOwn,
    isRepeated: isInLoop(prepared, acquisition.node),
    codes,
    failureAt: (state) => (act.unit === 'lock' && !putsPage(state, cfg.nodes, knowledge) ? 0 : NEGATIVE),
  };
  const skips = optionalDrops(cfg, drops);
  const leaks = [
    ...(isKept ? [] : ways).flatMap((way) => leakAt(one, way)),
    ...events.flatMap((event) => lossAt(one, event)),
  ].filter(
    ({ state, start }) =>
      !isWarnedOf(state, prepared) &&
      !isDeliberate(state, skips) &&
      ((frees(prepared, start) && isNeverGivenBack(one)) ||
        (!isTakenAgain(state, acquisition) && !(state.stored && isLeftToOthers(one, state, cfg.nodes, knowledge)))) &&
      // A give-back on the way may be of the same page by a name that it had before.
      !(act.on.at !== 'result' && act.on.through === undefined && dropsOnTheWay(state, cfg.nodes, act.unit, knowledge)),
  );
  return distinct(leaks.sort((a, b) => a.start - b.start));
}

/** True where the way came by a put of the locked page: who puts it has not left it to the call that failed. */
function putsPage(last: OwnershipState, nodes: Cfg['nodes'], knowledge: CallKnowledge): boolean {
  return dropsOnTheWay(last, nodes, 'reference', knowledge, (call, { on }, { names }) =>
    names.includes(operandPath(call, on, knowledge) ?? ''),
  );
}

/** True where a call gives something back of the facet of a unit, on the way that the page is held. */
function dropsOnTheWay(
  last: OwnershipState,
  nodes: Cfg['nodes'],
  unit: OwnedUnit,
  knowledge: CallKnowledge,
  isMeant: (call: CallExpr, drop: OwnershipAct, at: OwnershipState) => boolean = () => true,
): boolean {
  for (const at of backFrom(last)) {
    const node = nodes[at.node];
    if (!node || at.typestate !== 'held') return false;
    for (const call of callsOf(node)) {
      const acts = (call.name === undefined ? undefined : knowledge.actsOf(call.name)) ?? [];
      if (actsOfFacet(acts, unit).some((act) => act.does === 'drop' && isMeant(call, act, at))) return true;
    }
  }
  return false;
}

/** Pages that a loop takes one by one and the function never gives back: with what holds them go those of all turns. */
function isNeverGivenBack({ drops, isRepeated, followed: { acquisition } }: Case): boolean {
  return drops.length === 0 && isRepeated && acquisition.act.on.at === 'result';
}

/** True at a call that frees memory and looks at nothing in it. */
function frees({ cfg, knowledge: { model } }: Prepared, at: number): boolean {
  return cfg.nodes.some((node) => callsOf(node).some(({ start, name = '' }) => start === at && model.frees.has(name)));
}

/** What was stored may be given back by a call at the end that is given something, and in a loop by whoever knows the rest. */
function isLeftToOthers(
  { isRepeated }: Case,
  state: OwnershipState,
  nodes: Cfg['nodes'],
  knowledge: CallKnowledge,
): boolean {
  if (isRepeated) return true;
  for (const at of backFrom(state)) {
    const node = nodes[at.node];
    if (!node || node.op === 'branch') return false;
    if (callsOf(node).some(({ name }) => !isHarmless(knowledge, name))) return true;
  }
  return false;
}

/** Behind `if (WARN_ON(...))` is what its writer holds for impossible. */
function isWarnedOf(last: OwnershipState, { cfg, isWarned }: Prepared): boolean {
  for (const at of backFrom(last)) {
    const node = cfg.nodes[at.node];
    if (node?.op === 'branch') return isWarned(node);
  }
  return false;
}

/** In a later turn of a loop another page is taken: which of them is left is not followed. */
function isTakenAgain(last: OwnershipState, { node }: Followed['acquisition']): boolean {
  let times = 0;
  for (const at of backFrom(last)) {
    if (at.typestate !== 'held') break;
    if (at.node === node) times++;
  }
  return times > 1;
}

function isHarmless(knowledge: CallKnowledge, name: string | undefined): boolean {
  return name !== undefined && (isBorrower(knowledge, name) || knowledge.actsOf(name) !== undefined);
}

/** A way out on which it is still held. */
function leakAt({ followed, drops, fine, isOwn, codes, failureAt }: Case, way: WayOut): Leak[] {
  const { state, start, length, value } = way;
  if (state.typestate !== 'held' || returnsIt(followed, way)) return [];
  const isFailed = isError(way, codes);
  // A device that got the address owns the page, until the function says that it failed.
  if (state.mapped && way.returned !== NEGATIVE) return [];
  // What an error undoes is no evidence for what is left as it is on success.
  if (!isCleared(way, isFailed ? drops : fine, isFailed ? failureAt(state) : 0)) return [];
  // Which elements of an array are taken is not followed one by one.
  if (state.names.some(isElement)) return [];
  const release = drops.find((drop) => !state.stored || drop.state.stored);
  // What was stored may be somebody else's to give back, unless the function does it itself on another error.
  // What is looked up stays where it was found; who never gives it back may have somebody else do it.
  if (drops.length === 0 && !isMade(followed)) return [];
  // Others know what was stored: only a plain code says that this function has given up.
  if (state.stored && way.returned !== NEGATIVE && !(value && state.resultOf.has(valuePath(value) ?? ''))) return [];
  const isKnownHere = isOwn && !state.stored ? state.extras.length === 0 : release !== undefined && isFailed;
  if (!isKnownHere) return [];
  const evidence = isFailed ? 'error-exit' : drops.length === 0 ? 'never-released' : 'exit';
  // A pointer that is returned may lead into the page.
  if (evidence === 'never-released' && codes === 'pointer') return [];
  if (evidence === 'never-released' && followed.events.some(isHandedOn)) return [];
  if (evidence === 'never-released' && followed.ways.some((one) => !one.state.stored && one.state.handedTo.size > 0))
    return [];
  return [{ start, length, state, evidence, release: release ?? drops[0] }];
}

/** The last name is written over, or what holds it is freed. */
function lossAt({ followed: { acquisition }, drops, isOwn, isRepeated, failureAt }: Case, event: Event): Leak[] {
  const { does, state } = event;
  if (does !== 'lost' && does !== 'holder-freed') return [];
  if (!isOwn && !isTableFreed(acquisition, event)) return [];
  if (!isCleared({ state }, drops, failureAt(state))) return [];
  if (does === 'lost' && (state.stored || state.mapped || isElement(acquisition.path) || drops.length === 0)) return [];
  // In a loop the next page takes the name; what else it may stand for in another turn is not followed.
  const { call } = acquisition;
  if (
    does === 'lost' &&
    isRepeated &&
    event.start >= 0 &&
    (event.start > call.start || event.start + event.length < call.end)
  )
    return [];
  const { start, length } = event.start < 0 ? placeOfCall(acquisition) : event;
  const evidence = does === 'lost' ? 'overwritten' : 'holder-freed';
  return [{ start, length, state, evidence, release: drops[0] }];
}

/** Somebody takes it over who was not found through where it was stored. */
function isHandedOn({ does, state }: Event): boolean {
  return does === 'handed-over' && !state.stored;
}

/** With the table that it was filled into goes every way to the page, whoever knew the table. */
function isTableFreed({ act }: Followed['acquisition'], { does }: Event): boolean {
  return does === 'holder-freed' && act.on.through === 'array';
}

/** What was taken is a page of its own or a pin, which nobody else gives back. */
function isMade({ acquisition: { act } }: Followed): boolean {
  return ['page', 'fragment', 'page-pool', 'pin', 'kvm-map', 'pgmap-reference'].includes(act.unit);
}

function isElement(name: string): boolean {
  return name.includes('[]');
}

function placeOfCall({ call: { start, end } }: Followed['acquisition']): Pick<Leak, 'start' | 'length'> {
  return { start, length: end - start };
}

function distinct(leaks: readonly Leak[]): readonly Leak[] {
  return leaks.filter((leak, at) => leaks.findIndex(({ start }) => start === leak.start) === at);
}

function returnsIt({ events }: Followed, { value }: WayOut): boolean {
  return value !== undefined && events.some(({ does, start }) => does === 'returned' && start === value.start);
}

/** A way out that reports an error: an error pointer or NULL, what is not zero and can be negative, the result of a failed call. */
export function isError({ state, value, returned }: WayOut, codes: Codes): boolean {
  if (returned === undefined || returned === 0 || codes === 'none') return false;
  if (codes === 'pointer') return (returned & POSITIVE) === 0;
  if ((returned & ZERO) !== 0) return false;
  const path = value && valuePath(value);
  if (path !== undefined && state.resultOf.has(path)) return true;
  // What can be positive as well is a code when the function uses it for codes.
  return returned === NEGATIVE || ((returned & NEGATIVE) !== 0 && path !== undefined && codes.has(path));
}

/** How a function reports failures: by its pointer, not at all, or by codes in these variables. */
type Codes = 'pointer' | 'none' | ReadonlySet<Path>;

export function codesOf({ returns }: Prepared['fn'], { nodes }: Cfg): Codes {
  if (returns.pointers > 0) return 'pointer';
  if (/\benum\b/.test(returns.base)) return 'none';
  const codes = new Set<Path>();
  for (const node of nodes) {
    const { target, value } = assignmentOf(node) ?? {};
    if (target === undefined || !value) continue;
    if (value.op === 'call' || (value.op === 'unary' && value.operator === '-')) codes.add(target);
  }
  return codes;
}

/**
 * Calls that were handed the page have not taken it over: the function gave it back after them with the same outcome, or they
 * failed, which leaves a page with its owner.
 */
function isCleared(
  { state, value }: Pick<WayOut, 'state'> & Partial<WayOut>,
  drops: readonly Pick<Event, 'state'>[],
  failure: Signs,
): boolean {
  const returned = value && valuePath(value);
  const reported = returned === undefined ? undefined : state.resultOf.get(returned);
  return [...state.handedTo].every(([at, outcomes]) => {
    // Nothing shows that a call leaves the page alone when nobody gives it back behind the call.
    if (!drops.some((drop) => drop.state.handedTo.has(at))) return false;
    if ((outcomes & UNCERTAIN) !== 0) return (outcomes & ~seenBy(drops, at)) === 0;
    const failures = failure === 0 ? 0 : failure | (reported === at ? POSITIVE : 0);
    if ((outcomes & ANY & ~failures) === 0) return true;
    return (outcomes & ~seenBy(drops, at)) === 0;
  });
}

function seenBy(drops: readonly Pick<Event, 'state'>[], at: number): Signs {
  return drops.reduce((sum, drop) => sum | (drop.state.handedTo.get(at) ?? 0), 0);
}
