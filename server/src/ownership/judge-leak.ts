import type { Event } from './draft.js';
import { isError, codesOf } from './error-exits.js';
import {
  makesObject,
  putsPage,
  takesPage,
  dropsOnTheWay,
  isNeverGivenBack,
  isOnlyHere,
  isPutWhileLocked,
  hadExtra,
  startsTurn,
  frees,
  isLeftToOthers,
  isWarnedOf,
  isTakenAgain,
  fillsOwnTable,
  isInOwnTable,
  isOnlyInTable,
  isTableOfOwn,
  isHandedOn,
  isTableFreed,
  isMade,
  isElement,
  returnsIt,
  isCleared,
} from './leak-evidence.js';
import { isStoredBefore } from './own-tables.js';
import type { Case } from './leak-evidence.js';
import { isInLoop } from './loops.js';
import { callsOf } from './nodes.js';
import { isDeliberate, optionalDrops } from './optional-drops.js';
import { diesWithCall, isPagePointer } from './paths.js';
import type { Followed, Prepared, WayOut } from './prepared.js';
import type { OwnershipState } from './state.js';
import { NEGATIVE, valuePath } from './values.js';

/** Which acquisitions a function loses, and where. */

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

/** Leaks of a followed acquisition that the function itself gives evidence of, in order of place. */
export function leaksOf(followed: Followed, prepared: Prepared): readonly Leak[] {
  const { fn, cfg, locals, knowledge } = prepared;
  const { events, ways, acquisition } = followed;
  const { act, path } = acquisition;
  const codes = codesOf(fn, cfg);
  const isWhole = fillsOwnTable(act, path, locals);
  const isMine = isWhole || diesWithCall(locals, path);
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
    isWhole,
    isRepeated: isInLoop(prepared, acquisition.node),
    startsTurn: (state) => startsTurn(state, acquisition.node, prepared.loops),
    isPageName: (name) => isPagePointer(locals, name) || locals.types.get(name)?.pointers === 0,
    codes,
    makesObject: (at) => cfg.nodes.some((node) => makesObject(node, at, prepared)),
    leavesAlone: (at) =>
      cfg.nodes.some((node) =>
        callsOf(node).some(({ start, name }) => start === at && name !== undefined && knowledge.leavesAlone(name)),
      ),
    isOwnElement: (name, at) => {
      const table = name.endsWith('[]') ? name.slice(0, -2) : '';
      return locals.ownMemory.has(table) && !isStoredBefore(prepared, table, at);
    },
    isPut: (state) =>
      putsPage(state, cfg.nodes, knowledge) && !takesPage(state, cfg.nodes, knowledge, acquisition.call.start),
    isGiven: locals.params.has(path),
    failureAt: (state) => (act.unit === 'lock' && !putsPage(state, cfg.nodes, knowledge) ? 0 : NEGATIVE),
  };
  const skips = optionalDrops(cfg, drops);
  const leaks = [
    ...(isKept ? [] : ways).flatMap((way) => leakAt(one, way)),
    ...events.flatMap((event) => lossAt(one, event)),
  ].filter(
    ({ state, start }) =>
      // What a short count leaves is said where the count is asked for.
      !state.short &&
      !isWarnedOf(state, prepared) &&
      !isDeliberate(state, skips) &&
      ((frees(prepared, start) && (isNeverGivenBack(one) || isOnlyHere(one, knowledge))) ||
        ((!isTakenAgain(state, acquisition) || isInOwnTable(one, state)) &&
          !(state.stored && !isOnlyInTable(one, state) && isLeftToOthers(one, state, cfg.nodes, knowledge)))) &&
      // A give-back on the way may be of the same page by a name that it had before.
      !(act.on.at !== 'result' && act.on.through === undefined && dropsOnTheWay(state, cfg.nodes, act.unit, knowledge)),
  );
  return distinct(leaks.sort((a, b) => a.start - b.start));
}

/** A way out on which it is still held. */
function leakAt(one: Case, way: WayOut): Leak[] {
  const { followed, drops, fine, isOwn, isRepeated, startsTurn, isPageName, codes, failureAt } = one;
  const { state, start, length, value } = way;
  const { act } = followed.acquisition;
  if (state.typestate !== 'held' || returnsIt(followed, way)) return [];
  const isFailed = isError(way, codes);
  // A device that got the address owns the page, until the function says that it failed.
  if (state.mapped && !isFailed) return [];
  // What an error undoes is no evidence for what is left as it is on success.
  if (!isCleared(way, isFailed ? drops : fine, isFailed ? failureAt(state) : 0, one)) return [];
  // Of two references that were given back once, the other one may be somebody else's by now.
  if (state.extras.length === 0 && hadExtra(state)) return [];
  // Which elements of an array are taken is not followed one by one, but where a call has filled all of a table of the function's own.
  const isHidden = isFailed && (isOnlyInTable(one, state) || isInOwnTable(one, state));
  if (state.names.some(isElement) && !isHidden) return [];
  const isStored = state.stored && !isHidden;
  const release = drops.find((drop) => !isStored || drop.state.stored);
  // What was stored may be somebody else's to give back, unless the function does it itself on another error.
  // What is looked up stays where it was found; who never gives it back may have somebody else do it, who was told of it.
  const isLookedUpByTurns = isRepeated && [...followed.events, ...followed.ways].some((seen) => startsTurn(seen.state));
  const isShown =
    !isTableOfOwn(one, state) &&
    (isLookedUpByTurns || isStored || state.handedTo.size > 0 || !state.names.some(isPageName));
  const isPutLocked = isPutWhileLocked(one, state);
  if (drops.length === 0 && !isMade(followed) && (act.unit === 'lock' ? !isPutLocked : isShown)) return [];
  // What the next turn of a loop gives back first is not followed to where the loop ends.
  if (isRepeated && startsTurn(state) && drops.some((drop) => drop.start < followed.acquisition.call.start)) return [];
  // Others know what was stored: only a plain code says that this function has given up.
  if (isStored && way.returned !== NEGATIVE && !(value && state.resultOf.has(valuePath(value) ?? ''))) return [];
  const isKnownHere =
    isPutLocked || (isOwn && !isStored ? state.extras.length === 0 : release !== undefined && isFailed);
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
function lossAt(one: Case, event: Event): Leak[] {
  const { followed, drops, isOwn, isRepeated, failureAt } = one;
  const { acquisition } = followed;
  const { does, state } = event;
  if (does !== 'lost' && does !== 'holder-freed') return [];
  if (does === 'lost' && isPutWhileLocked(one, state))
    return [{ ...placeOfCall(acquisition), state, evidence: 'never-released', release: undefined }];
  if (!isOwn && !isTableFreed(acquisition, event)) return [];
  if (!isCleared({ state }, drops, failureAt(state), one)) return [];
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

function placeOfCall({ call: { start, end } }: Followed['acquisition']): Pick<Leak, 'start' | 'length'> {
  return { start, length: end - start };
}

function distinct(leaks: readonly Leak[]): readonly Leak[] {
  return leaks.filter((leak, at) => leaks.findIndex(({ start }) => start === leak.start) === at);
}
