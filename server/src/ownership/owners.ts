import type { Owner } from '@pageref/shared';
import { writtenIn } from '../flow/cfg/cfg.js';
import { leaksOf } from './judge-leak.js';
import { shortPinsOf } from './judge-short.js';
import { follow } from './follow.js';
import { callsOf } from './nodes.js';
import type { Followed, Prepared, WayOut } from './prepared.js';
import { diesWithCall } from './paths.js';
import { backFrom } from './state.js';
import type { OwnershipState } from './state.js';
import type { Acquisition, Event } from './draft.js';

/** Who owns an acquisition at one way out, and what of the function's text says so. */
export interface Ownership {
  readonly owner: Owner;
  /** Offset and length of the call or place; undefined where there is none. */
  readonly by: Pick<Event, 'start' | 'length'> | undefined;
  /** The place that keeps it. */
  readonly kept?: string;
}

export interface OwnedExit extends Pick<WayOut, 'start' | 'length' | 'value'> {
  readonly owners: readonly Ownership[];
}

/** What becomes of one acquisition at every way out that is reached with it, in order of place. */
export function exitsOf(prepared: Prepared, acquisition: Acquisition): readonly OwnedExit[] {
  const followed = follow(prepared, acquisition, { followsGone: true });
  const exits = new Map<number, OwnedExit>();
  for (const way of followed.ways) {
    const found = ownershipAt(prepared, followed, way);
    const { owners = [] } = exits.get(way.start) ?? {};
    const isKnown = owners.some((one) => one.owner === found.owner && one.by?.start === found.by?.start);
    const { start, length, value } = way;
    exits.set(start, { start, length, value, owners: isKnown ? owners : [...owners, found] });
  }
  return [...exits.values()].sort((a, b) => a.start - b.start);
}

function ownershipAt(prepared: Prepared, followed: Followed, way: WayOut): Ownership {
  const { state, value } = way;
  const changed = changedAt(prepared, followed, state);
  if (state.typestate === 'released') return { owner: 'given-back', by: changed(['drop', 'again']) };
  if (state.typestate === 'gone') {
    const handed = changed(['handed-over']);
    if (handed) return { owner: 'handed-over', by: handed };
    const lost = changed(['lost', 'holder-freed']);
    // Where nothing is written the variable goes out of use.
    if (lost) return { owner: 'lost', by: lost.start < 0 ? undefined : lost };
    return { owner: 'not-followed', by: undefined };
  }
  const isReturned = followed.events.some(({ does, start }) => does === 'returned' && start === value?.start);
  if (isReturned) return { owner: 'returned', by: undefined };
  const kept = state.names.find((name) => !name.startsWith('@') && !diesWithCall(prepared.locals, name));
  // A variable of an inner block has a number behind its name.
  if (state.stored && kept !== undefined) return { owner: 'kept', by: undefined, kept: kept.replace(/#\d+/g, '') };
  const [unknown] = [...state.handedTo.keys()].sort((a, b) => a - b);
  const call = prepared.cfg.nodes.flatMap(callsOf).find(({ start }) => start === unknown);
  if (call) return { owner: 'unknown-call', by: { start: call.start, length: call.end - call.start } };
  return { owner: 'this-function', by: undefined };
}

/** Finds the event by which a state came to be what it is. */
function changedAt(
  { cfg }: Prepared,
  { events }: Followed,
  last: OwnershipState,
): (does: readonly Event['does'][]) => Event | undefined {
  let node = last.node;
  for (const at of backFrom(last)) {
    node = at.node;
    if (at.before?.typestate !== last.typestate) break;
  }
  const there = cfg.nodes[node];
  const expr = there && writtenIn(there);
  const isThere = ({ start }: Event): boolean => expr !== undefined && start >= expr.start && start <= expr.end;
  return (does) => {
    const meant = events.filter((event) => does.includes(event.does));
    return meant.find(isThere) ?? meant[0];
  };
}

/** Why nothing is said of a function that `check` counts as not analysed. */
export const TANGLED = 'the function is too tangled to be followed to the end';

/** Why no rule reports what was followed: a sentence for each reason, none where something is reported. */
export function silenceOf(
  followed: Followed,
  prepared: Prepared,
  nameOf: (start: number) => string,
): readonly string[] {
  if (!followed.complete) return [TANGLED];
  if (leaksOf(followed, prepared).length > 0 || shortPinsOf(followed, prepared).length > 0) return [];
  const held = followed.ways.filter(({ state }) => state.typestate === 'held');
  const reasons = held.map((way) => reasonFor(ownershipAt(prepared, followed, way), followed, nameOf));
  if (held.length === 0) reasons.push('on every way out it is given back or handed on');
  return [...new Set(reasons)].sort();
}

function reasonFor(
  { owner, by, kept = '' }: Ownership,
  { events }: Followed,
  nameOf: (start: number) => string,
): string {
  if (owner === 'returned') return 'the caller gets it';
  if (owner === 'kept') return `${kept} keeps it, where others find it`;
  if (owner === 'unknown-call' && by) return `${nameOf(by.start)}() was handed it and is taken to own it`;
  const isGivenBack = events.some(({ does }) => does === 'drop');
  return isGivenBack
    ? 'what the function shows does not prove that it owes the give-back on this way'
    : 'the function gives it back on no path, so somebody else may';
}
