import { kindSet } from '@pageref/shared';
import type { FlowContext } from './context.js';
import { mayNamePage } from './places.js';
import { joinThings } from './join.js';
import { MAX_GROUPS, newThing, refine, UNKNOWN, WARNED } from './state.js';
import type { Because, State, Thing, ThingId, Value } from './state.js';

/** Making and naming things. A thing is made when somebody asks what it can be; until then its id is all there is. */

/** How many joins and neighbours a thing may be made of; longer chains are cut, what they would add is lost in `any`. */
const MAX_CHAIN = 12;

/** The value a place has before anything was assigned to it in this function; macro constants and plain counts name no page. */
export function initialValue(context: FlowContext, place: string): Value {
  return isNeverPage(context, place) ? {} : { thing: `at:${place}` };
}

export function isNeverPage(context: FlowContext, place: string): boolean {
  if (place === WARNED) return true;
  const type = context.types.get(place);
  return type ? !mayNamePage(type) : /^[A-Z][A-Z0-9_]*$/.test(place);
}

/** The thing behind an id. */
export function thingOf(context: FlowContext, state: State, id: ThingId): Thing {
  const known = state.things.get(id);
  if (known) return known;
  const made = initialThing(context, id) ?? newThing(id, context.provenance.any, UNKNOWN);
  state.setThing(id, made);
  return made;
}

/** The groups of a thing, without making it. */
export function groupsOf(context: FlowContext, state: State, id: ThingId, depth = MAX_GROUPS): readonly ThingId[] {
  const known = state.things.get(id);
  if (known) return known.groups;
  const lazy = context.lazy.get(id);
  if (!lazy || 'origin' in lazy || depth === 0) return [id];
  const parts = 'near' in lazy ? [lazy.near] : lazy.either;
  const groups = parts.flatMap((part) => groupsOf(context, state, part, depth - 1));
  return [...new Set([id, ...groups])].slice(0, MAX_GROUPS);
}

/**
 * What a thing is before anything was learnt of it; undefined for one that exists only where its source made it.
 * A thing that a loop made of itself adds nothing to what it is made of otherwise.
 */
export function initialThing(
  context: FlowContext,
  id: ThingId,
  open: ReadonlySet<ThingId> = new Set(),
): Thing | undefined {
  const lazy = context.lazy.get(id);
  if (!lazy) return id.startsWith('at:') ? placeThing(context, id, id.slice(3)) : undefined;
  if ('origin' in lazy) return newThing(id, context.provenance.any, lazy.origin);
  if (open.has(id) || open.size > MAX_CHAIN) return undefined;
  const inner = new Set([...open, id]);
  if ('near' in lazy) {
    const base = initialThing(context, lazy.near, inner);
    return base && { ...base, groups: [id, ...base.groups].slice(0, MAX_GROUPS), carried: true };
  }
  const [left, right] = lazy.either.map((part) => initialThing(context, part, inner));
  return left && right ? joinThings(id, left, right) : (left ?? right);
}

function placeThing(context: FlowContext, id: ThingId, place: string): Thing {
  const { fn, types, vocabulary, provenance: kinds } = context;
  const index = fn.params.findIndex((param) => param.name === place);
  const type = types.get(place);
  const provenance = type && vocabulary.types.get(type.base);
  if (provenance?.gives === 'page') {
    return newThing(id, kindSet(provenance.kinds), { contract: type?.base ?? '', role: 'provenance', at: fn.nameAt });
  }
  const given = index < 0 ? undefined : context.parameter(index);
  if (given) return { ...newThing(id, given.kinds & kinds.any, given.origin), byBit: given.byBit };
  const role = index >= 0 ? 'parameter' : 'unknown';
  return newThing(id, kinds.any, { contract: place, role, at: fn.nameAt });
}

/** Makes `id` anew with what a source says of it. */
export function makeThing(context: FlowContext, state: State, id: ThingId, thing: Thing): Value {
  retire(context, state, id);
  state.setThing(id, thing);
  return { thing: id };
}

/** A value nothing is known of; its thing is made when somebody asks. */
export function freshValue(context: FlowContext, state: State, id: ThingId, origin: Because): Value {
  if (context.lazy.has(id)) retire(context, state, id);
  else context.lazy.set(id, { origin });
  return { thing: id };
}

/**
 * Before a site makes its thing again (the next turn of a loop), what still names the one of the turn before gets it under
 * another name: what is learnt of the new one must not be believed of the old one.
 */
export function retire(context: FlowContext, state: State, id: ThingId, as: ThingId = `old:${id}`): void {
  // A place nothing was assigned to names its first thing without being entered.
  const implicit = id.startsWith('at:') && !state.places.has(id.slice(3)) ? id.slice(3) : undefined;
  if (implicit !== undefined) state.setPlace(implicit, { thing: id });
  const kept = [...state.places].filter(([, value]) => names(value, id));
  const grouped = [...state.things].filter(([other, thing]) => other !== id && thing.groups.includes(id));
  if (kept.length > 0 || grouped.length > 0) {
    moveThing(context, state, id, as);
    const renamed = (name: ThingId): ThingId => (name === id ? as : name);
    for (const [place, value] of kept) state.setPlace(place, renameIn(value, id, renamed));
    for (const [other, thing] of grouped) state.setThing(other, { ...thing, groups: thing.groups.map(renamed) });
  }
  state.forgetThing(id);
}

function names(value: Value, id: ThingId): boolean {
  return (
    value.thing === id ||
    value.nullTest?.of === id ||
    value.attribute?.of === id ||
    (value.test !== undefined && [...value.test.operands.values()].includes(id))
  );
}

function moveThing(context: FlowContext, state: State, id: ThingId, as: ThingId): void {
  const thing = state.things.get(id);
  const before = state.things.get(as);
  const lazy = context.lazy.get(id);
  if (!context.lazy.has(as) && lazy) context.lazy.set(as, lazy);
  if (!thing && !before) return;
  const moved = thing ?? thingOf(context, state, id);
  const renamed = { ...moved, groups: [as, ...moved.groups.filter((group) => group !== id && group !== as)] };
  state.setThing(as, before ? joinThings(as, before, renamed) : renamed);
}

function renameIn(value: Value, id: ThingId, renamed: (name: ThingId) => ThingId): Value {
  const { thing, nullTest, attribute, test } = value;
  return {
    ...value,
    ...(thing !== undefined && { thing: renamed(thing) }),
    ...(nullTest && { nullTest: { ...nullTest, of: renamed(nullTest.of) } }),
    ...(attribute && { attribute: { ...attribute, of: renamed(attribute.of) } }),
    ...(test && {
      test: {
        ...test,
        operands: new Map([...test.operands].map(([place, of]) => [place, of === id ? renamed(id) : of])),
      },
    }),
  };
}

/** A thing in the same range as another: pfn + 1, page++. */
export function neighbour(context: FlowContext, state: State, of: Value, at: number): Value {
  const thing = applyNullTest(context, state, of);
  if (thing === undefined) return {};
  const base = state.things.get(thing);
  if (base) {
    const id = `near:${at}`;
    const groups = [id, ...base.groups.filter((group) => group !== id)].slice(0, MAX_GROUPS);
    return makeThing(context, state, id, { ...base, groups, carried: true });
  }
  const id = `near:${at}:${thing.slice(0, 40)}`;
  if (isNearOf(context, thing, id)) return { thing };
  if (context.lazy.has(id)) retire(context, state, id);
  else context.lazy.set(id, { near: thing });
  return { thing: id };
}

/** True when the one is the other or already its neighbour: counting up in a loop makes one neighbour, not a chain of them. */
function isNearOf(context: FlowContext, thing: ThingId, id: ThingId): boolean {
  const lazy = context.lazy.get(thing);
  return thing === id || (lazy !== undefined && 'near' in lazy && lazy.near === id);
}

/** Either of two values: the arms of `?:`, the operands of min(). */
export function eitherOf(context: FlowContext, state: State, a: Value, b: Value, at: number): Value {
  const [left, right] = [applyNullTest(context, state, a), applyNullTest(context, state, b)];
  if (left === undefined || right === undefined)
    return { ...((left ?? right) !== undefined && { thing: left ?? right ?? '' }) };
  if (left === right) return { thing: left };
  const id = `either:${at}`;
  const joined = joinThings(id, thingOf(context, state, left), thingOf(context, state, right));
  return makeThing(context, state, id, joined);
}

/** Using a value as a page takes it to be non-null; gives the thing, refined by what non-null says. */
export function applyNullTest(context: FlowContext, state: State, value: Value): ThingId | undefined {
  const { nullTest, thing } = value;
  if (nullTest && thing === nullTest.of) {
    state.setThing(thing, refine(thingOf(context, state, thing), nullTest.whenNonNull, nullTest.because));
  }
  return thing;
}
