import type { Event } from './step.js';
import type { Followed, WayOut } from './follow.js';
import { diesWithCall } from './paths.js';
import type { Locals } from './paths.js';
import type { State } from './state.js';
import { ANY, NEGATIVE, POSITIVE, valuePath, ZERO } from './values.js';
import type { Signs } from './values.js';

/** What shows that an acquisition which is still held is a leak. */
export interface Leak {
  /** Where it is lost: a way out, a write over its last name, the end of what held it. */
  readonly start: number;
  readonly length: number;
  readonly state: State;
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
  readonly returnsPointer: boolean;
  /** Outcomes of an unknown call that leave a page with its owner: a failure does, but may well have dropped a lock. */
  readonly failure: Signs;
}

/** Leaks of a followed acquisition that the function itself gives evidence of, in order of place. */
export function leaksOf(followed: Followed, locals: Locals, returnsPointer: boolean): readonly Leak[] {
  const { events, ways, acquisition } = followed;
  const { act, path } = acquisition;
  const isMine = diesWithCall(locals, path);
  const isOwn = act.on.at === 'result' || (act.on.through !== undefined && isMine);
  // A place that others know is theirs to keep count of, and so is one more reference on a page that somebody gave.
  if (!isOwn && (!isMine || (act.unit !== 'lock' && act.when === 'always'))) return [];
  const one: Case = {
    followed,
    drops: events.filter(({ does }) => does === 'drop'),
    fine: ways.filter((way) => way.state.typestate === 'released' && !isError(way, returnsPointer)),
    isOwn,
    returnsPointer,
    failure: act.unit === 'lock' ? 0 : NEGATIVE,
  };
  const leaks = [...ways.flatMap((way) => leakAt(one, way)), ...events.flatMap((event) => lossAt(one, event))];
  return distinct(leaks.sort((a, b) => a.start - b.start));
}

/** A way out on which it is still held. */
function leakAt({ followed, drops, fine, isOwn, returnsPointer, failure }: Case, way: WayOut): Leak[] {
  const { state, start, length } = way;
  if (state.typestate !== 'held' || returnsIt(followed, way)) return [];
  const isFailed = isError(way, returnsPointer);
  // What an error undoes is no evidence for what is left as it is on success.
  if (!isCleared(way, isFailed ? drops : fine, isFailed ? failure : 0)) return [];
  // Which elements of an array are taken is not followed one by one.
  if (state.names.some(isElement) && !drops.some((drop) => drop.state.names.some(isElement))) return [];
  const release = drops.find((drop) => !state.stored || drop.state.stored);
  // What was stored may be somebody else's to give back, unless the function does it itself on another error.
  const isKnownHere = isOwn && !state.stored ? state.extra === 0 : release !== undefined && isFailed;
  if (!isKnownHere) return [];
  const evidence = isFailed ? 'error-exit' : drops.length === 0 ? 'never-released' : 'exit';
  return [{ start, length, state, evidence, release: release ?? drops[0] }];
}

/** The last name is written over, or what holds it is freed. */
function lossAt({ followed: { acquisition }, drops, isOwn, failure }: Case, event: Event): Leak[] {
  const { does, state } = event;
  if ((does !== 'lost' && does !== 'holder-freed') || !isOwn || !isCleared({ state }, drops, failure)) return [];
  if (does === 'lost' && state.stored) return [];
  const { start, length } = event.start < 0 ? placeOfCall(acquisition) : event;
  const evidence = does === 'lost' ? 'overwritten' : 'holder-freed';
  return [{ start, length, state, evidence, release: drops[0] }];
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
function isError({ state, value, returned }: WayOut, returnsPointer: boolean): boolean {
  if (returned === undefined || returned === 0) return false;
  if (returnsPointer) return (returned & POSITIVE) === 0;
  const path = value && valuePath(value);
  const isReported = path !== undefined && state.resultOf.has(path);
  return (returned & ZERO) === 0 && (isReported || (returned & NEGATIVE) !== 0);
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
    const failures = failure === 0 ? 0 : failure | (reported === at ? POSITIVE : 0);
    if ((outcomes & ANY & ~failures) === 0) return true;
    const seen = drops.reduce((sum, drop) => sum | (drop.state.handedTo.get(at) ?? 0), 0);
    return (outcomes & ~seen) === 0;
  });
}
