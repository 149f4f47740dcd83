import { ANY_KIND, ZONE_DEVICE } from '@pageref/shared';
import { eitherFlags, flagsOf, ifKnown, sameFlags } from './flag-sets.js';
import { joinHeld, sameHolds } from './references.js';
import { MAX_GROUPS, MAX_REMOVALS, newThing, UNKNOWN } from './state.js';
import type { Because, NullTest, State, Thing, ThingId, Value } from './state.js';

/** Joining states where paths meet. */

/** What a side of a join holds that it has not looked at yet. */
export interface Initial {
  readonly value: (place: string, state: State) => Value;
  /** Undefined for a thing that only exists where it was made. */
  readonly thing: (id: ThingId) => Thing | undefined;
  /** Name of a thing that stands for either of two nothing was learnt about, without making any of them. */
  readonly either: (name: string, x: ThingId, y: ThingId) => ThingId;
}

/**
 * Least upper bound of two states at `node`. A place that holds different things on the two sides holds a new one after
 * the join, named after the node and the place, so that going round a loop gives the same names again; places that hold
 * the same pair go on sharing one thing.
 */
export function join(a: State, b: State, node: number, initial: Initial): State {
  if (a.places === b.places && a.things === b.things) return a;
  const result = a.copy();
  joinThingMaps(a, b, result, initial);
  if (a.places === b.places) return result;
  const ids = new Map<string, ThingId>();
  const told = onlyDifference(a, b, initial);
  for (const place of differingPlaces(a, b)) {
    const [left, right] = [
      a.places.get(place) ?? initial.value(place, a),
      b.places.get(place) ?? initial.value(place, b),
    ];
    const phi = (x: ThingId, y: ThingId): ThingId => {
      const pair = `${x}|${y}`;
      const known = ids.get(pair);
      if (known !== undefined) return known;
      const id = joinAs(`phi${node}:${place}`, x, y, { a, b, result, initial });
      ids.set(pair, id);
      return id;
    };
    const joined = joinValues(left, right, phi);
    const test = joined.nullTest ?? nullTestOfSides(left, right, { a, b, result, initial }, told);
    result.setPlace(place, test ? { ...joined, nullTest: test } : joined);
  }
  return result;
}

/** The one thing of which the two sides know different kinds, if there is just one: a flag set on one side tells of it. */
function onlyDifference(a: State, b: State, initial: Initial): ThingId | undefined {
  let found: ThingId | undefined;
  for (const id of new Set([...a.things.keys(), ...b.things.keys()])) {
    const [left, right] = [a.things.get(id) ?? initial.thing(id), b.things.get(id) ?? initial.thing(id)];
    if (!left || !right || (left.kinds === right.kinds && left.byBit === right.byBit)) continue;
    if (found !== undefined) return undefined;
    found = id;
  }
  return found;
}

/**
 * A value that is null on one side only: being non-null later means having come the other way, where more may be known
 * of its page, or of the page by which the sides were told apart.
 */
function nullTestOfSides(a: Value, b: Value, sides: Joining, told: ThingId | undefined): NullTest | undefined {
  const [nullSide, otherSide, other] =
    a.known === 'null' ? [sides.a, sides.b, b] : b.known === 'null' ? [sides.b, sides.a, a] : [];
  if (!nullSide || !otherSide || !other || other.known === 'null') return undefined;
  if (other.nullTest && other.nullTest.of === other.thing) return { ...other.nullTest, whenNull: ANY_KIND };
  const of = other.thing ?? (other.known === 'nonnull' ? told : undefined);
  const there = of === undefined ? undefined : otherSide.things.get(of);
  const because = there?.removals.at(-1);
  if (of === undefined || !there || (!because && of !== told)) return undefined;
  const here = nullSide.things.get(of) ?? sides.initial.thing(of);
  const whenNull = other.known === 'nonnull' && here ? here.kinds | here.byBit : ANY_KIND;
  return {
    of,
    whenNonNull: there.kinds | there.byBit,
    whenNull,
    because: because ?? here?.removals.at(-1) ?? there.origin,
  };
}

/** Places whose values differ, sorted: the first one gives a shared thing its name. */
function differingPlaces(a: State, b: State): string[] {
  const places: string[] = [];
  for (const [place, value] of a.places) {
    const other = b.places.get(place);
    if (!other || !sameValue(value, other)) places.push(place);
  }
  for (const place of b.places.keys()) if (!a.places.has(place)) places.push(place);
  return places.sort();
}

interface Joining {
  readonly a: State;
  readonly b: State;
  readonly result: State;
  readonly initial: Initial;
}

function joinAs(id: ThingId, x: ThingId, y: ThingId, { a, b, result, initial }: Joining): ThingId {
  if (!a.things.has(x) && !b.things.has(y)) {
    const either = initial.either(id, x, y);
    result.forgetThing(either);
    return either;
  }
  const [left, right] = [a.things.get(x) ?? initial.thing(x), b.things.get(y) ?? initial.thing(y)];
  result.setThing(id, left && right ? joinThings(id, left, right) : (left ?? right ?? newThing(id, ANY_KIND, UNKNOWN)));
  return id;
}

function joinThingMaps(a: State, b: State, result: State, initial: Initial): void {
  if (a.things === b.things) return;
  for (const [id, thing] of a.things) {
    const other = b.things.get(id) ?? initial.thing(id);
    if (other && other !== thing) result.setThing(id, joinThings(id, thing, other));
  }
  for (const [id, thing] of b.things) {
    if (a.things.has(id)) continue;
    const other = initial.thing(id);
    result.setThing(id, other ? joinThings(id, other, thing) : thing);
  }
}

function joinValues(a: Value, b: Value, phi: (x: ThingId, y: ThingId) => ThingId): Value {
  if (a === b || sameValue(a, b)) return a;
  const thing = joinedThing(a, b, phi);
  const known = a.known === b.known ? a.known : undefined;
  const number = a.number === b.number ? a.number : undefined;
  const nullTest = joinNullTests(a, b, phi);
  const test = a.test && b.test && a.test.expr === b.test.expr ? a.test : undefined;
  const attribute = joinAttributes(a, b, phi);
  const flags = a.flags || b.flags ? ifKnown(eitherFlags(flagsOf(a), flagsOf(b))) : undefined;
  return {
    ...(thing !== undefined && { thing }),
    ...(known !== undefined && { known }),
    ...(number !== undefined && { number }),
    ...(nullTest && { nullTest }),
    ...(test && { test }),
    ...(attribute && { attribute }),
    ...(flags && { flags }),
  };
}

/** Both sides learn something from a null test: so does the join, as far as both agree. */
function joinNullTests(a: Value, b: Value, phi: (x: ThingId, y: ThingId) => ThingId): NullTest | undefined {
  const [left, right] = [a.nullTest, b.nullTest];
  if (!left || !right) return undefined;
  const of =
    left.of === right.of ? left.of : left.of === a.thing && right.of === b.thing ? phi(left.of, right.of) : undefined;
  if (of === undefined) return undefined;
  const because = left.because.at <= right.because.at ? left.because : right.because;
  return { of, whenNonNull: left.whenNonNull | right.whenNonNull, whenNull: left.whenNull | right.whenNull, because };
}

/** A zone that may have been read off either of two pages; one that comes from elsewhere on the other side stays suspect. */
function joinAttributes(a: Value, b: Value, phi: (x: ThingId, y: ThingId) => ThingId): Value['attribute'] {
  const [left, right] = [a.attribute, b.attribute];
  if (!left || !right) return left ?? right;
  return left.of === right.of ? left : { ...left, of: phi(left.of, right.of) };
}

/** A null pointer names no page: joined with a page it leaves that page, maybe null. */
function joinedThing(a: Value, b: Value, phi: (x: ThingId, y: ThingId) => ThingId): ThingId | undefined {
  if (a.thing === b.thing) return a.thing;
  if (a.thing === undefined) return a.known === 'null' || a.number !== undefined ? b.thing : undefined;
  if (b.thing === undefined) return b.known === 'null' || b.number !== undefined ? a.thing : undefined;
  return phi(a.thing, b.thing);
}

export function joinThings(id: ThingId, a: Thing, b: Thing): Thing {
  if (a === b || (sameThing(a, b) && a.groups.includes(id))) return a;
  const removals = joinRemovals(a, b);
  const groups = [...new Set([id, ...a.groups, ...b.groups])].slice(0, MAX_GROUPS);
  return {
    kinds: a.kinds | b.kinds,
    byBit: a.byBit | b.byBit,
    origin: joinOrigins(a, b),
    carried: a.carried || b.carried,
    removals,
    groups,
    held: joinHeld(a.held, b.held),
  };
}

/** The origin that lets more through is the one that matters; ties go to the earlier place. */
function joinOrigins(a: Thing, b: Thing): Because {
  if (a.origin === b.origin) return a.origin;
  const [left, right] = [(a.kinds | a.byBit) & ZONE_DEVICE, (b.kinds | b.byBit) & ZONE_DEVICE];
  if ((left !== 0) !== (right !== 0)) return left !== 0 ? a.origin : b.origin;
  return a.origin.at <= b.origin.at ? a.origin : b.origin;
}

/**
 * What took ZONE_DEVICE kinds out on one path counts after a join only as far as the other path does not let them back in:
 * the path that still has them decides, and where both do, what both have in common.
 */
function joinRemovals(a: Thing, b: Thing): readonly Because[] {
  if (a.removals === b.removals) return a.removals;
  const [left, right] = [hasDevice(a), hasDevice(b)];
  if (left && right) return a.removals.filter((one) => b.removals.some((other) => sameBecause(one, other)));
  if (left || right) return left ? a.removals : b.removals;
  const added = b.removals.filter((one) => !a.removals.some((other) => sameBecause(one, other)));
  const merged = [...a.removals, ...added].sort((x, y) => x.at - y.at || (x.contract < y.contract ? -1 : 1));
  return added.length === 0 ? a.removals : merged.slice(-MAX_REMOVALS);
}

function hasDevice(thing: Thing): boolean {
  return ((thing.kinds | thing.byBit) & ZONE_DEVICE) !== 0;
}

function sameBecause(a: Because, b: Because): boolean {
  return a.at === b.at && a.contract === b.contract;
}

export function sameState(a: State, b: State): boolean {
  if (a.places.size !== b.places.size || a.things.size !== b.things.size) return false;
  if (a.places !== b.places) {
    for (const [place, value] of a.places) {
      const other = b.places.get(place);
      if (!other || !sameValue(value, other)) return false;
    }
  }
  if (a.things === b.things) return true;
  for (const [id, thing] of a.things) {
    const other = b.things.get(id);
    if (!other || (thing !== other && !sameThing(thing, other))) return false;
  }
  return true;
}

function sameValue(a: Value, b: Value): boolean {
  return (
    a === b ||
    (a.thing === b.thing &&
      a.known === b.known &&
      a.number === b.number &&
      a.test?.expr === b.test?.expr &&
      a.attribute?.of === b.attribute?.of &&
      sameFlags(a.flags, b.flags) &&
      a.nullTest?.because.at === b.nullTest?.because.at &&
      a.nullTest?.whenNonNull === b.nullTest?.whenNonNull)
  );
}

function sameThing(a: Thing, b: Thing): boolean {
  return (
    a.kinds === b.kinds &&
    a.byBit === b.byBit &&
    a.origin.at === b.origin.at &&
    a.removals.length === b.removals.length &&
    a.groups.length === b.groups.length &&
    sameHolds(a.held, b.held)
  );
}
