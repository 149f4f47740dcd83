import type { NodeId } from '../flow/cfg/cfg.js';
import type { Facts, Signs } from './values.js';
import type { OwnedUnit } from '@pageref/shared';
import { ANY } from './values.js';
import type { Path } from './paths.js';

/**
 * One followed acquisition at one point.
 *  held      this function owes the give-back
 *  released  it was given back
 *  gone      somebody else owns it now, or its name was lost
 */
export type Typestate = 'held' | 'released' | 'gone';

/** The sides of conditions on a result that say nothing of its sign; they stand beside the signs. */
export const STRANGE_TRUE = 8;
export const STRANGE_FALSE = 16;
export const STRANGE = STRANGE_TRUE | STRANGE_FALSE;
export const EVERY_OUTCOME = ANY | STRANGE;
/** Beside the outcomes: the called function is seen and may give the page back, on which outcome is not certain. */
export const UNCERTAIN = 32;

/** A call that was handed the page and of which nothing is known, by the offset of the call. */
export type HandedTo = ReadonlyMap<number, Signs>;

/** Immutable: a step makes a new one. */
export interface OwnershipState {
  readonly typestate: Typestate;
  /** Paths that name the page, sorted. */
  readonly names: readonly Path[];
  /** What was taken beside the followed one on the same page, by unit. */
  readonly extras: readonly OwnedUnit[];
  /** Places that hold how many pages the followed call got. */
  readonly counts: readonly Path[];
  /** That it got fewer than were asked for was seen. */
  readonly short: boolean;
  /** It was given back once more than it was taken. */
  readonly twice: boolean;
  /** It was stored where others can find it. */
  readonly stored: boolean;
  /** Its bus address was stored there: a device may be at work on it. */
  readonly mapped: boolean;
  readonly facts: Facts;
  /** Conditions by their text that hold or do not, as long as nothing in them is written. */
  readonly conditions: ReadonlyMap<string, boolean>;
  readonly handedTo: HandedTo;
  /** Variables that hold the result of such a call. */
  readonly resultOf: ReadonlyMap<Path, number>;
  /** How it came here: the step before, and the node of this one. */
  readonly before: OwnershipState | undefined;
  readonly node: NodeId;
}

/** A state and those it came from, the last one first. */
export function* backFrom(state: OwnershipState): Generator<OwnershipState, undefined> {
  for (let at: OwnershipState | undefined = state; at; at = at.before) yield at;
  return undefined;
}

/** Names states within one pass: equal parts get the same number, and a part that was seen before is not read again. */
export interface Naming {
  /** Equal states of one node need one visit. */
  readonly identityOf: (state: OwnershipState) => string;
  /** Joined states of one key differ in what is known only, never in who owns the page. */
  readonly keyOf: (state: OwnershipState) => string;
  /** The same without who was handed the page. */
  readonly ownerKeyOf: (state: OwnershipState) => string;
}

export function naming(): Naming {
  const numbers = new Map<string, number>();
  const seen = new WeakMap<object, number>();
  const keys = new WeakMap<object, number>();
  const numberOf = (text: string): number => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  const once = (known: WeakMap<object, number>, part: object, textOf: () => string): number => {
    const number = known.get(part) ?? numberOf(textOf());
    known.set(part, number);
    return number;
  };
  const entryNumber = entryNumbers();
  const map = (part: ReadonlyMap<Path | number, unknown>): number =>
    part.size === 0 ? EMPTY : once(seen, part, () => textOf(part, entryNumber));
  const list = (part: readonly string[]): string =>
    part.length === 0 ? '' : String(once(seen, part, () => part.join()));
  const ownerKeyOf = ({ typestate, twice, names, extras, stored, mapped, short, counts }: OwnershipState): string =>
    `${typestate}${twice ? '+' : ''},${list(names)},${list(extras)},${String(stored)},${String(mapped)},${String(short)},${list(counts)}`;
  const keyOf = (state: OwnershipState): string => {
    const { handedTo } = state;
    const handed = handedTo.size === 0 ? EMPTY : once(keys, handedTo, () => [...handedTo.keys()].sort().join());
    return `${ownerKeyOf(state)},${String(handed)}`;
  };
  const identityOf = (state: OwnershipState): string =>
    `${keyOf(state)},${map(state.facts)},${map(state.conditions)},${map(state.handedTo)},${map(state.resultOf)}`;
  return { identityOf, keyOf, ownerKeyOf };
}

/** The number of every empty map. */
const EMPTY = -1;

type EntryNumber = (key: Path | number, value: unknown) => number;

/** Equal entries of maps get the same number: those of one map are sorted by it, which is faster than by their text. */
function entryNumbers(): EntryNumber {
  const byKey = new Map<Path | number, Map<unknown, number>>();
  let last = 0;
  return (key, value) => {
    let byValue = byKey.get(key);
    if (!byValue) byKey.set(key, (byValue = new Map<unknown, number>()));
    let number = byValue.get(value);
    if (number === undefined) byValue.set(value, (number = ++last));
    return number;
  };
}

function textOf(part: ReadonlyMap<Path | number, unknown>, entryNumber: EntryNumber): string {
  const numbers: number[] = [];
  for (const [key, value] of part) numbers.push(entryNumber(key, value));
  return `#${numbers.sort((a, b) => a - b).join()}`;
}

/** The map with another entry; the same one where nothing changes. */
export function having<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return map.get(key) === value ? map : new Map(map).set(key, value);
}

/** The entries whose keys are kept; the same map where all are. */
export function keeping<K, V>(map: ReadonlyMap<K, V>, isKept: (key: K) => boolean): ReadonlyMap<K, V> {
  for (const key of map.keys()) if (!isKept(key)) return onlyKept(map, isKept);
  return map;
}

function onlyKept<K, V>(map: ReadonlyMap<K, V>, isKept: (key: K) => boolean): ReadonlyMap<K, V> {
  const kept = new Map<K, V>();
  for (const [key, value] of map) if (isKept(key)) kept.set(key, value);
  return kept;
}

export function lacking<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  return map.has(key) ? keeping(map, (one) => one !== key) : map;
}

/** What both states know. */
export function joinStates(a: OwnershipState, b: OwnershipState): OwnershipState {
  return {
    ...a,
    facts: joinFacts(a.facts, b.facts),
    conditions: new Map([...a.conditions].filter(([text, holds]) => b.conditions.get(text) === holds)),
    handedTo: joinHanded(a.handedTo, b.handedTo),
    resultOf: new Map([...a.resultOf].filter(([path, at]) => b.resultOf.get(path) === at)),
  };
}

/** On one of the paths it was handed to them: that is what must be explained. */
function joinHanded(a: HandedTo, b: HandedTo): HandedTo {
  const joined = new Map(a);
  for (const [at, signs] of b) joined.set(at, signs | (joined.get(at) ?? 0));
  return joined;
}

function joinFacts(a: Facts, b: Facts): Facts {
  const joined = new Map<Path, Signs>();
  for (const [path, signs] of a) {
    const sum = signs | (b.get(path) ?? ANY);
    if (sum !== ANY) joined.set(path, sum);
  }
  return joined;
}
