import type { OwnedUnit, OwnershipAct } from '@pageref/shared';
import type { Cfg, CfgNode, NodeId } from '../flow/cfg/cfg.js';
import { actingName, actsOfCall, actsOfFacet, isBorrower, operandPath } from './calls.js';
import type { CallExpr, CallKnowledge } from './calls.js';
import type { Event } from './draft.js';
import type { Codes } from './error-exits.js';
import { assignmentOf, callsOf } from './nodes.js';
import { isPagePointer, pathOf } from './paths.js';
import type { Path } from './paths.js';
import type { Followed, Prepared, WayOut } from './prepared.js';
import { backFrom, UNCERTAIN } from './state.js';
import type { OwnershipState } from './state.js';
import { ANY, POSITIVE, valuePath, ZERO } from './values.js';
import type { Signs } from './values.js';

/** What in a function speaks for a page being lost, and what against it. */

/** What the judgement of one acquisition rests on. */
export interface Case {
  readonly followed: Followed;
  readonly drops: readonly Event[];
  /** Ways out on which it was given back and no error is reported. */
  readonly fine: readonly WayOut[];
  /** Only this function knows the page: it made it, or put it into a place of its own. */
  readonly isOwn: boolean;
  /** It filled all of a table in memory that the function allocates. */
  readonly isWhole: boolean;
  /** It is taken anew in each turn of a loop. */
  readonly isRepeated: boolean;
  /** The loop that takes it came to its next turn since. */
  readonly startsTurn: (state: OwnershipState) => boolean;
  /** A local variable that is a page or its number, and no address inside of it. */
  readonly isPageName: (path: Path) => boolean;
  readonly codes: Codes;
  /** Outcomes of an unknown call that leave a page with its owner: a failure does, but may well have dropped a lock. */
  readonly failureAt: (state: OwnershipState) => Signs;
  /** An element of a table in memory that the function allocates, and stores nowhere on a way to the node. */
  readonly isOwnElement: (name: Path, at: NodeId) => boolean;
  /** The way came by a put of the page by one of its names, and by no get of one more reference. */
  readonly isPut: (state: OwnershipState) => boolean;
  /** The page is a parameter. */
  readonly isGiven: boolean;
  /** True for the place of a call whose result is an object, or none where it failed. */
  readonly makesObject: (at: number) => boolean;
  /** True for the place of a call of a function of the file that gives nothing back. */
  readonly leavesAlone: (at: number) => boolean;
}

/** `frame = to_frame(page)` with a pointer to something else than a page, and a call that is known to make an object: `d->va = vmap(...)`. */
export function makesObject(node: CfgNode, at: number, { locals, knowledge: { model } }: Prepared): boolean {
  const { target, value } = assignmentOf(node) ?? {};
  if (target === undefined || value?.op !== 'call' || value.start !== at) return false;
  if (value.name !== undefined && model.objectMakers.has(value.name)) return true;
  return (locals.types.get(target)?.pointers ?? 0) > 0 && !isPagePointer(locals, target);
}

/** True where the way came by a put of the locked page: who puts it has not left it to the call that failed. */
export function putsPage(last: OwnershipState, nodes: Cfg['nodes'], knowledge: CallKnowledge): boolean {
  return dropsOnTheWay(last, nodes, 'reference', knowledge, (call, { on }, { names }) =>
    names.includes(operandPath(call, on, knowledge) ?? ''),
  );
}

/** True where a call gives something back of the facet of a unit, on the way that the page is held. */
export function dropsOnTheWay(
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
      const acts = actsOfCall(call, knowledge) ?? [];
      if (actsOfFacet(acts, unit).some((act) => act.does === 'drop' && isMeant(call, act, at))) return true;
    }
  }
  return false;
}

/** True where one more reference is taken on the way that the page is locked: a put behind it may be of that one. */
export function takesPage(
  last: OwnershipState,
  nodes: Cfg['nodes'],
  knowledge: CallKnowledge,
  lockedBy: number,
): boolean {
  for (const at of backFrom(last)) {
    const node = nodes[at.node];
    if (!node || at.typestate !== 'held') return false;
    const isTaken = (call: CallExpr): boolean =>
      call.start !== lockedBy &&
      actsOfFacet(actsOfCall(call, knowledge) ?? [], 'reference').some(({ does }) => does === 'take');
    if (callsOf(node).some(isTaken)) return true;
  }
  return false;
}

/** Pages that a loop takes one by one and the function never gives back: with what holds them go those of all turns. */
export function isNeverGivenBack({ drops, isRepeated, followed: { acquisition } }: Case): boolean {
  return drops.length === 0 && isRepeated && acquisition.act.on.at === 'result';
}

/** A table that a known call filled and that nobody was ever shown: with it goes every way to its pages. */
export function isOnlyHere(
  { followed: { acquisition, events, ways }, drops }: Case,
  knowledge: CallKnowledge,
): boolean {
  const { act, call } = acquisition;
  if (
    act.on.through !== 'array' ||
    act.unit !== 'page' ||
    drops.length > 0 ||
    !knowledge.model.acts.has(actingName(call) ?? '')
  )
    return false;
  return [...events, ...ways].every(({ state }) => state.handedTo.size === 0);
}

/**
 * A page that this function found and locked, unlocks nowhere and puts while it is locked: it keeps no way to unlock it. Nobody
 * else was told of the page, and the put was of no reference that was taken behind the lock.
 */
export function isPutWhileLocked(
  { followed: { acquisition }, drops, isGiven, isPut }: Case,
  state: OwnershipState,
): boolean {
  const { unit, elsewhere } = acquisition.act;
  if (unit !== 'lock' || elsewhere === true || drops.length > 0 || isGiven) return false;
  return state.handedTo.size === 0 && !state.stored && !state.mapped && isPut(state);
}

export function hadExtra(last: OwnershipState): boolean {
  for (const { extras, typestate } of backFrom(last)) {
    if (typestate !== 'held') return false;
    if (extras.length > 0) return true;
  }
  return false;
}

export function startsTurn(last: OwnershipState, taken: NodeId, loops: Prepared['loops']): boolean {
  for (const { node } of backFrom(last)) {
    if (node === taken) return false;
    if (loops.get(node)?.has(taken)) return true;
  }
  return false;
}

/** True at a call that frees memory and looks at nothing in it. */
export function frees({ cfg, knowledge: { model } }: Prepared, at: number): boolean {
  return cfg.nodes.some((node) => callsOf(node).some(({ start, name = '' }) => start === at && model.frees.has(name)));
}

/** What was stored may be given back by a call at the end that is given something, and in a loop by whoever knows the rest. */
export function isLeftToOthers(
  { isRepeated }: Case,
  state: OwnershipState,
  nodes: Cfg['nodes'],
  knowledge: CallKnowledge,
): boolean {
  if (isRepeated) return true;
  const slots = state.names.filter((name) => /^\*\w+$/.test(name)).map((name) => name.slice(1));
  const isInSlot = slots.length > 0 && state.names.every((name) => slots.includes(name.slice(1)) || /^\w+$/.test(name));
  for (const at of backFrom(state)) {
    const node = nodes[at.node];
    if (!node || node.op === 'branch') return false;
    const calls = callsOf(node).filter(({ name }) => !isHarmless(knowledge, name));
    // Only who is given `pagep` finds what `*pagep` was set to.
    if (calls.some(({ args }) => !isInSlot || args.some((arg) => slots.includes(pathOf(arg) ?? '')))) return true;
  }
  return false;
}

/** Behind `if (WARN_ON(...))` is what its writer holds for impossible. */
export function isWarnedOf(last: OwnershipState, { cfg, isWarned }: Prepared): boolean {
  for (const at of backFrom(last)) {
    const node = cfg.nodes[at.node];
    if (node?.op === 'branch') return isWarned(node);
  }
  return false;
}

/** In a later turn of a loop another page is taken: which of them is left is not followed. */
export function isTakenAgain(last: OwnershipState, { node }: Followed['acquisition']): boolean {
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

/** True for an act that fills a table, all of it or nothing, in memory that the function allocates. */
export function fillsOwnTable({ on, when }: OwnershipAct, path: Path, { ownMemory }: Prepared['locals']): boolean {
  return on.through === 'array' && (when === 'zero' || when === 'always') && ownMemory.has(path.replace(/\[\]$/, ''));
}

/** Such a table, while nobody was shown it. */
export function isOnlyInTable(
  { isWhole, followed: { acquisition } }: Case,
  { handedTo, names }: OwnershipState,
): boolean {
  return isWhole && handedTo.size === 0 && names.every((name) => name === acquisition.path);
}

/** Elements of a table of the function's own, where it gives those of other turns back on another way. */
export function isInOwnTable({ drops, isOwnElement }: Case, { stored, names, node }: OwnershipState): boolean {
  const isOwn = (name: Path): boolean => isOwnElement(name, node);
  return !stored && names.length > 0 && names.every(isOwn) && drops.some(({ state }) => state.names.some(isOwn));
}

/** A table that a call made and filled for a variable of the function: who is not given the table knows none of its pages. */
export function isTableOfOwn({ followed: { acquisition }, isOwn }: Case, { stored }: OwnershipState): boolean {
  return acquisition.act.on.through === 'out' && isOwn && !stored;
}

/** Somebody takes it over who was not found through where it was stored. */
export function isHandedOn({ does, state }: Event): boolean {
  return does === 'handed-over' && !state.stored;
}

/** With the table that it was filled into goes every way to the page, whoever knew the table. */
export function isTableFreed({ act }: Followed['acquisition'], { does }: Event): boolean {
  return does === 'holder-freed' && act.on.through === 'array';
}

/** What was taken is a page of its own or a pin, which nobody else gives back. */
export function isMade({ acquisition: { act } }: Followed): boolean {
  return ['page', 'fragment', 'page-pool', 'pin', 'kvm-map', 'pgmap-reference'].includes(act.unit);
}

export function isElement(name: string): boolean {
  return name.includes('[]');
}

export function returnsIt({ events }: Followed, { value }: WayOut): boolean {
  return value !== undefined && events.some(({ does, start }) => does === 'returned' && start === value.start);
}

/**
 * Calls that were handed the page have not taken it over: the function gave it back after them with the same outcome, or they
 * failed, which leaves a page with its owner.
 */
export function isCleared(
  { state, value }: Pick<WayOut, 'state'> & Partial<WayOut>,
  drops: readonly Pick<Event, 'state'>[],
  failure: Signs,
  { leavesAlone, makesObject }: Pick<Case, 'leavesAlone' | 'makesObject'>,
): boolean {
  const returned = value && valuePath(value);
  const reported = returned === undefined ? undefined : state.resultOf.get(returned);
  return [...state.handedTo].every(([at, outcomes]) => {
    // Nothing shows that a call leaves the page alone when nobody gives it back behind the call, and its code is not at hand.
    // Where it made no object of the page it has kept nothing, either.
    const madeNone = makesObject(at) && (outcomes & POSITIVE) === 0;
    if (!madeNone && !leavesAlone(at) && !drops.some((drop) => drop.state.handedTo.has(at))) return false;
    if ((outcomes & UNCERTAIN) !== 0) return (outcomes & ~seenBy(drops, at)) === 0;
    const failures = failure === 0 ? 0 : failure | (reported === at ? POSITIVE : 0) | (makesObject(at) ? ZERO : 0);
    if ((outcomes & ANY & ~failures) === 0) return true;
    return (outcomes & ~seenBy(drops, at)) === 0;
  });
}

function seenBy(drops: readonly Pick<Event, 'state'>[], at: number): Signs {
  return drops.reduce((sum, drop) => sum | (drop.state.handedTo.get(at) ?? 0), 0);
}
