import { kindSet } from '@pageref/shared';
import type { FlowContext, Leaves } from '../context.js';
import { mayNamePage } from './access-paths.js';
import { joinThings, namesNoPage } from './join-values.js';
import {
  LENT,
  MAX_GROUPS,
  namesIt,
  namesSome,
  newThing,
  refineByNullTest,
  renamedIn,
  UNKNOWN,
  WARNED,
} from './state.js';
import type { Because, State, Thing, ThingId, Value } from './state.js';

/** Making and naming things. A thing is made when somebody asks what it can be; until then its id is all there is. */

/** The value a place has before anything was assigned to it in this function; macro constants and plain counts name no page. */
export function initialValue(context: FlowContext, place: string): Value {
  return isNeverPage(context, place) ? {} : { thing: `at:${place}` };
}

export function isNeverPage(context: FlowContext, place: string): boolean {
  const type = context.types.get(place);
  return type ? !mayNamePage(type) : place === WARNED || place.startsWith(LENT) || isConstant(context, place);
}

/** A name in capitals that the function does not declare is a macro constant or an enumerator. */
export function isConstant(context: FlowContext, place: string): boolean {
  return isUpper(place.charCodeAt(0)) && /^[A-Z][A-Z0-9_]*$/.test(place) && !context.types.has(place);
}

function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
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
export function groupsOf(context: FlowContext, state: State, id: ThingId): readonly ThingId[] {
  const known = state.things.get(id);
  if (known) return known.groups;
  const lazy = context.lazy.get(id);
  if (!lazy || 'origin' in lazy) return [id];
  const groups = leavesOf(context, id).leaves.flatMap((leaf) => state.things.get(leaf)?.groups ?? [leaf]);
  return [...new Set([id, ...groups])].slice(0, MAX_GROUPS);
}

/**
 * What a thing is before anything was learnt of it: the union of the places and sites it may come from. Undefined for one
 * that exists only where its source made it.
 */
export function initialThing(context: FlowContext, id: ThingId): Thing | undefined {
  const { leaves, carried } = leavesOf(context, id);
  const made = leaves.map((leaf) => leafThing(context, leaf)).filter((leaf) => leaf !== undefined);
  const [first, ...rest] = made;
  if (!first) return undefined;
  const result = rest.reduce((sum, leaf) => joinThings(id, sum, leaf), first);
  const groups = [...new Set([id, ...result.groups])].slice(0, MAX_GROUPS);
  return { ...result, groups, carried: carried || result.carried };
}

/** What a thing may come from; found again only when more things have been named since. */
function leavesOf(context: FlowContext, id: ThingId): Leaves {
  const known = context.leaves.get(id);
  if (known?.among === context.lazy.size) return known;
  const found = findLeaves(context, id);
  context.leaves.set(id, found);
  return found;
}

function findLeaves({ lazy }: FlowContext, id: ThingId): Leaves {
  const seen = new Set<ThingId>();
  const leaves: ThingId[] = [];
  const open = [id];
  let carried = false;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const thing = lazy.get(at);
    if (thing && 'either' in thing) open.push(...thing.either);
    else if (thing && 'near' in thing) {
      carried = true;
      open.push(thing.near);
    } else leaves.push(at);
  }
  return { leaves: leaves.sort(), carried, among: lazy.size };
}

/** More things than a join is told by name; it then stands for anything. */
const MAX_LEAVES = 16;

/**
 * A thing that may be any of those two others may be, named after what it may come from: a state in which it may come from
 * more is another state, and going round a loop comes back to the same name.
 */
export function eitherName(context: FlowContext, name: string, x: ThingId, y: ThingId): ThingId {
  const [left, right] = [leavesOf(context, x), leavesOf(context, y)];
  const leaves = [...new Set([...left.leaves, ...right.leaves])].sort();
  const made = leaves.some((leaf) => !context.lazy.has(leaf) && !leaf.startsWith('at:'));
  if (leaves.length > MAX_LEAVES || made) {
    if (!context.lazy.has(`${name}{}`)) context.lazy.set(`${name}{}`, { origin: UNKNOWN });
    return `${name}{}`;
  }
  const carried = left.carried || right.carried;
  const id = `${name}{${leaves.join(',')}${carried ? '~' : ''}}`;
  if (context.lazy.has(id)) return id;
  // A neighbour of the first leaf marks the whole as carried over.
  const marker = carried && leaves[0] !== undefined ? [`${id}~`] : [];
  if (marker[0] !== undefined && leaves[0] !== undefined) context.lazy.set(marker[0], { near: leaves[0] });
  context.lazy.set(id, { either: [...leaves, ...marker] });
  return id;
}

function leafThing(context: FlowContext, id: ThingId): Thing | undefined {
  const lazy = context.lazy.get(id);
  if (lazy && 'origin' in lazy) return newThing(id, context.provenance.any, lazy.origin);
  return id.startsWith('at:') ? placeThing(context, id, id.slice(3)) : undefined;
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
  return newThing(id, kinds.any, { contract: shownPlace(place), role, at: fn.nameAt });
}

/** A place as the source has it: without the number of a shadowed variable. */
export function shownPlace(place: string): string {
  return place.replace(/#\d+/g, '');
}

/** Makes `id` anew with what a source says of it. */
export function makeThing(context: FlowContext, state: State, id: ThingId, thing: Thing): Value {
  if (isNew(context, id)) context.made.add(id);
  else retire(context, state, id);
  state.setThing(id, thing);
  return { thing: id };
}

/** True for a thing that no site has made so far: no state can name it. */
function isNew({ made, lazy }: FlowContext, id: ThingId): boolean {
  return !made.has(id) && !lazy.has(id) && !id.startsWith('at:');
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
export function retire(context: FlowContext, state: State, id: ThingId, as?: ThingId): void {
  // A place nothing was assigned to names its first thing without being entered.
  const implicit = id.startsWith('at:') && !state.places.has(id.slice(3)) ? id.slice(3) : undefined;
  if (implicit !== undefined) state.setPlace(implicit, { thing: id });
  rename(context, state, [id], as);
}

/** The same for several things at once. */
export function retireAll(context: FlowContext, state: State, ids: readonly ThingId[]): void {
  rename(context, state, ids);
}

/** Gives things other names: `as`, or one that says that they are of an earlier turn. */
function rename(context: FlowContext, state: State, ids: readonly ThingId[], as?: ThingId): void {
  const kept = placesNaming(state, ids);
  const grouped = thingsBeside(state, ids);
  if (kept.length > 0 || grouped.length > 0) {
    const names = new Map(ids.map((id) => [id, as ?? freeName(state, id)]));
    const renamed = (id: ThingId): ThingId => names.get(id) ?? id;
    for (const [id, name] of names) moveThing(context, state, id, name);
    for (const [place, value] of kept) state.setPlace(place, renamedIn(value, renamed));
    for (const [other, thing] of grouped) state.setThing(other, { ...thing, groups: thing.groups.map(renamed) });
  }
  for (const id of ids) state.forgetThing(id);
}

/** Asked of every place of a state, often, and most often for one thing. */
function placesNaming({ places }: State, ids: readonly ThingId[]): [string, Value][] {
  const found: [string, Value][] = [];
  const [only] = ids;
  if (only === undefined) return found;
  const all = ids.length === 1 ? undefined : new Set(ids);
  const isOne = (id: ThingId): boolean => all?.has(id) === true;
  places.forEach((value, place) => {
    if (all ? namesSome(value, isOne) : namesIt(value, only)) found.push([place, value]);
  });
  return found;
}

/** Other things that are of a group with one of these. */
function thingsBeside({ things }: State, ids: readonly ThingId[]): [ThingId, Thing][] {
  const found: [ThingId, Thing][] = [];
  const [only] = ids;
  if (only === undefined) return found;
  const all = ids.length === 1 ? undefined : new Set(ids);
  const isOne = (id: ThingId): boolean => all?.has(id) === true;
  things.forEach((thing, id) => {
    // Most things are a group by themselves.
    if (thing.groups.length === 1 && thing.groups[0] === id) return;
    if (all ? !all.has(id) && thing.groups.some(isOne) : id !== only && thing.groups.includes(only)) {
      found.push([id, thing]);
    }
  });
  return found;
}

/** A name for the thing of an earlier turn, which none of the turns before has. */
function freeName(state: State, id: ThingId): ThingId {
  for (let turns = 1; ; turns++) {
    const name = turns === 1 ? `old:${id}` : `old${String(turns)}:${id}`;
    if (!isNamed(state, name)) return name;
  }
}

function isNamed(state: State, id: ThingId): boolean {
  for (const value of state.places.values()) if (namesIt(value, id)) return true;
  return false;
}

/** What nothing was learnt of is told by its new name as by the old one; a place's first thing is told by the old one only. */
function moveThing(context: FlowContext, state: State, id: ThingId, as: ThingId): void {
  const lazy = context.lazy.get(id);
  if (lazy && !context.lazy.has(as)) context.lazy.set(as, lazy);
  const thing = state.things.get(id) ?? (lazy ? undefined : thingOf(context, state, id));
  if (!thing) return state.forgetThing(as);
  state.setThing(as, { ...thing, groups: [as, ...thing.groups.filter((group) => group !== id && group !== as)] });
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
  const root = rootOf(context, thing);
  const id = `near:${at}:${root}`;
  if (context.lazy.has(id)) retire(context, state, id);
  else context.lazy.set(id, { near: root });
  return { thing: id };
}

/** A neighbour of a neighbour is a neighbour of where they started: counting up in a loop makes no chain of names. */
function rootOf(context: FlowContext, thing: ThingId): ThingId {
  const lazy = context.lazy.get(thing);
  return lazy && 'near' in lazy ? rootOf(context, lazy.near) : thing;
}

/** Either of two values: the arms of `?:`, the operands of min(). */
export function eitherOf(context: FlowContext, state: State, a: Value, b: Value, at: number): Value {
  const [left, right] = [applyNullTest(context, state, a), applyNullTest(context, state, b)];
  if (left === undefined || right === undefined) {
    const [only, other] = left === undefined ? [right, a] : [left, b];
    // What is no page, and no place either, may be the number of any.
    if (only === undefined || namesNoPage(other)) return only === undefined ? {} : { thing: only };
    return freshValue(context, state, `either:${at}`, { ...UNKNOWN, at });
  }
  if (left === right) return { thing: left };
  const id = `either:${at}`;
  const joined = joinThings(id, thingOf(context, state, left), thingOf(context, state, right));
  return makeThing(context, state, id, joined);
}

/** Using a value as a page takes it to be non-null; gives the thing, refined by what non-null says. */
export function applyNullTest(context: FlowContext, state: State, value: Value): ThingId | undefined {
  const { nullTest, thing, doubt } = value;
  if (nullTest && thing === nullTest.of) {
    state.setThing(thing, refineByNullTest(thingOf(context, state, thing), nullTest.whenNonNull, nullTest.because));
  }
  if (doubt && thing !== undefined) state.setThing(thing, { ...thingOf(context, state, thing), doubt });
  return thing;
}
