import { ANY_KIND } from '@pageref/shared';
import { sameValue } from './equality.js';
import { joinThings, joinValues } from './join-values.js';
import { namesSome, newThing, renamedIn, UNKNOWN } from './state.js';
import type { NullTest, State, Thing, ThingId, Value } from './state.js';

/** Joining states where paths meet. */

/** What a side of a join holds that it has not looked at yet. */
export interface Initial {
  readonly value: (place: string) => Value;
  /** Undefined for a thing that only exists where it was made. */
  readonly thing: (id: ThingId) => Thing | undefined;
  /** Name of a thing that stands for either of two nothing was learnt about, without making any of them. */
  readonly either: (name: string, x: ThingId, y: ThingId) => ThingId;
  /** Enters an element of an array that was filled as a whole: a page of its own. */
  readonly enter: (place: string, state: State) => void;
}

/**
 * Least upper bound of two states at `node`. A place that holds different things on the two sides holds a new one after
 * the join, named after the node and the place, so that going round a loop gives the same names again; places that hold
 * the same pair go on sharing one thing.
 */
export function join(one: State, other: State, node: number, initial: Initial): State {
  if (one.places === other.places && one.things === other.things) return one;
  const [a, b] = [withElementsOf(other, one, initial), withElementsOf(one, other, initial)];
  const sides: Joining = { a, b, result: a.copy(), node, initial };
  const { result } = sides;
  joinThingMaps(sides);
  if (a.places === b.places) return result;
  const told = onlyDifference(sides);
  const pairs = new Map<ThingId, Pair>();
  const joined = differingPlaces(sides).map((place): JoinedPlace => {
    const [left, right] = [a.places.get(place) ?? initial.value(place), b.places.get(place) ?? initial.value(place)];
    const phi = (x: ThingId, y: ThingId): ThingId => {
      const key = `${PAIR}${x}|${y}`;
      if (!pairs.has(key)) pairs.set(key, { x, y, name: `${phiPrefix(node)}${place}` });
      return key;
    };
    const value = joinValues(left, right, phi);
    const nullTest = value.nullTest ?? nullTestOfSides(left, right, sides, told);
    return { place, left, right, value: nullTest ? { ...value, nullTest } : value };
  });
  const named = nameThings(pairs, joined, sides);
  for (const { place, value } of joined) {
    result.setPlace(place, namesSome(value, isPair) ? renamedIn(value, (id) => named.get(id) ?? id) : value);
  }
  return result;
}

/** Stands in front of a pair of things until it gets the name of the thing that is either. */
const PAIR = '|';

function isPair(id: ThingId): boolean {
  return id.startsWith(PAIR);
}

/** A thing that is `x` on the one side and `y` on the other, and the name it would like to have. */
interface Pair {
  readonly x: ThingId;
  readonly y: ThingId;
  readonly name: string;
}

interface JoinedPlace {
  readonly place: string;
  readonly left: Value;
  readonly right: Value;
  readonly value: Value;
}

interface Joining {
  readonly a: State;
  readonly b: State;
  readonly result: State;
  readonly node: number;
  readonly initial: Initial;
}

/** Two elements of an array that one side has not looked at yet are two pages there. */
function withElementsOf(other: State, own: State, { enter }: Initial): State {
  let entered: State | undefined;
  for (const place of other.places.keys()) {
    if (own.places.has(place) || !place.endsWith(']') || place.endsWith('[]')) continue;
    enter(place, (entered ??= own.copy()));
  }
  return entered ?? own;
}

/**
 * Names the pairs. A name says that what has it is one page: a name that a value brings along from one of the sides, for
 * what that side has under it, is not given to another page.
 */
function nameThings(
  pairs: ReadonlyMap<ThingId, Pair>,
  joined: readonly JoinedPlace[],
  sides: Joining,
): ReadonlyMap<ThingId, ThingId> {
  const named = new Map<ThingId, ThingId>();
  if (pairs.size === 0) return named;
  const brought = broughtAlong(joined, sides);
  const given = new Set<ThingId>();
  for (const [key, pair] of pairs) {
    const id = nameThing(pair, (name) => !given.has(name) && isFree(brought, name, pair), sides);
    given.add(id);
    named.set(key, id);
  }
  return named;
}

/** Names of this join that values of the result bring along, from a time when the same node was joined before. */
interface BroughtAlong {
  /** For what both sides have under it, or for more than a page. */
  readonly anyway: ReadonlySet<ThingId>;
  /** Of pages of the one side that are null on the other. */
  readonly ofLeft: ReadonlySet<ThingId>;
  readonly ofRight: ReadonlySet<ThingId>;
}

function isFree({ anyway, ofLeft, ofRight }: BroughtAlong, id: ThingId, { x, y }: Pair): boolean {
  return !anyway.has(id) && (!ofLeft.has(id) || x === id) && (!ofRight.has(id) || y === id);
}

function broughtAlong(joined: readonly JoinedPlace[], { a, b, node }: Joining): BroughtAlong {
  const [anyway, ofLeft, ofRight] = [new Set<ThingId>(), new Set<ThingId>(), new Set<ThingId>()];
  const add = (into: Set<ThingId>, value: Value): void => {
    namesSome(value, (id) => {
      if (id.startsWith(phiPrefix(node))) into.add(id);
      return false;
    });
  };
  const changed = new Set<string>();
  for (const { place, left, right, value } of joined) {
    const { thing, ...rest } = value;
    changed.add(place);
    add(anyway, rest);
    if (thing === undefined) continue;
    add(left.thing === right.thing ? anyway : left.thing === undefined ? ofRight : ofLeft, { thing });
  }
  if (a.places !== b.places) for (const [place, value] of a.places) if (!changed.has(place)) add(anyway, value);
  return { anyway, ofLeft, ofRight };
}

function phiPrefix(node: number): string {
  return `phi${String(node)}:`;
}

function nameThing(pair: Pair, isFreeName: (id: ThingId) => boolean, sides: Joining): ThingId {
  for (let again = 1; ; again++) {
    const id = joinAs(again === 1 ? pair.name : `${pair.name}/${String(again)}`, pair, isFreeName, sides);
    if (id !== undefined) return id;
  }
}

/** Makes the thing that is either of a pair; undefined where its name is not free. */
function joinAs(
  id: ThingId,
  { x, y }: Pair,
  isFreeName: (id: ThingId) => boolean,
  { a, b, result, initial }: Joining,
): ThingId | undefined {
  if (!a.things.has(x) && !b.things.has(y)) {
    const either = initial.either(id, x, y);
    if (!isFreeName(either)) return undefined;
    result.forgetThing(either);
    return either;
  }
  if (!isFreeName(id)) return undefined;
  const [left, right] = [a.things.get(x) ?? initial.thing(x), b.things.get(y) ?? initial.thing(y)];
  result.setThing(id, left && right ? joinThings(id, left, right) : (left ?? right ?? newThing(id, ANY_KIND, UNKNOWN)));
  return id;
}

function joinThingMaps({ a, b, result, initial }: Joining): void {
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

/** The one thing of which the two sides know different kinds, if there is just one: a flag set on one side tells of it. */
function onlyDifference({ a, b, initial }: Joining): ThingId | undefined {
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
function differingPlaces({ a, b }: Joining): string[] {
  const places: string[] = [];
  for (const [place, value] of a.places) {
    const other = b.places.get(place);
    if (!other || !sameValue(value, other)) places.push(place);
  }
  for (const place of b.places.keys()) if (!a.places.has(place)) places.push(place);
  return places.sort();
}
