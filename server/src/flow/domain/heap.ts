import type { Expr } from '../../syntax/ir.js';
import type { Call, Cause, FlowContext } from '../context.js';
import {
  dependsOn,
  isIndexedBy,
  mayAlias,
  mayBeSameElement,
  placeOf,
  pointee,
  pointerRoot,
  rootName,
} from './access-paths.js';
import { UNKNOWN } from './state.js';
import type { Because, State, ThingId, Value } from './state.js';
import { freshValue, initialValue, isConstant, isNeverPage, makeThing, retireAll, thingOf } from './pages.js';

/** Reading and writing places, and what a write or a call makes uncertain. */

/** The value of a place. A path through memory is entered on first sight, so that later writes to a part of it are seen. */
export function readPlace(context: FlowContext, state: State, place: string): Value {
  const known = state.places.get(place);
  if (known) return known;
  if (isConstant(context, place)) return {};
  const value = elementValue(context, state, place) ?? initialValue(context, place);
  if (!/^[\w#]+$/.test(place) || isGlobal(context, place)) state.setPlace(place, value);
  return value;
}

/** One element of an array that a source filled: a page of its own, of the array's kinds. */
function elementValue(context: FlowContext, state: State, place: string): Value | undefined {
  const array = arrayOf(place);
  const generic = array === undefined ? undefined : state.places.get(`${array}[]`);
  if (generic?.thing === undefined) return undefined;
  const id = `at:${place}`;
  return makeThing(context, state, id, { ...thingOf(context, state, generic.thing), groups: [id] });
}

/** What a place that was not looked at yet holds in a state: an element holds what its array does. */
export function unenteredValue(context: FlowContext, state: State, place: string): Value {
  const array = arrayOf(place);
  const generic = array === undefined ? undefined : state.places.get(`${array}[]`);
  return generic ?? initialValue(context, place);
}

/** The array that a place is an element of. */
function arrayOf(place: string): string | undefined {
  if (!place.endsWith(']') || place.endsWith('[]')) return undefined;
  return /^(.*)\[[^[\]]*\]$/.exec(place)?.[1];
}

function isGlobal(context: FlowContext, place: string): boolean {
  return !context.types.has(rootName(place));
}

export function writePlace(context: FlowContext, state: State, target: Expr, value: Value): void {
  const place = placeOf(target);
  if (place === undefined) return writeSomewhere(context, state, target);
  if (value.thing !== undefined && isNeverPage(context, place)) {
    const { thing: _page, ...plain } = value;
    value = plain;
  }
  // What is written may be named by a place that the write makes uncertain: it is kept under a name of its own meanwhile.
  if (value.thing !== undefined) state.setPlace(WRITTEN, value);
  loseDependents(context, state, place, target.start);
  if (place.startsWith('(*') || place.includes('->') || place.includes('[')) loseAliased(context, state, target.start);
  state.setPlace(place, state.places.get(WRITTEN) ?? value);
  if (value.thing !== undefined) state.setPlace(WRITTEN, undefined);
}

const WRITTEN = '#written';

/** A write through an expression that is no path: whatever it starts from is uncertain. */
function writeSomewhere(context: FlowContext, state: State, target: Expr): void {
  const object = target.op === 'member' || target.op === 'index' ? target.object : target;
  const root = pointerRoot(object);
  if (root !== undefined) {
    const isLost = (place: string): boolean => place !== root && dependsOn(place, root);
    lose(context, state, target.start, `below ${root}`, isLost);
  }
  loseAliased(context, state, target.start);
}

function loseDependents(context: FlowContext, state: State, written: string, at: number): void {
  const isLost = (place: string): boolean =>
    dependsOn(place, written) || mayBeSameElement(place, written) || mayAlias(place, written);
  const originOf = (place: string): Because =>
    (isIndexedBy(place, written) ? likelyOrigin(context, state, place) : undefined) ?? { ...UNKNOWN, at };
  lose(context, state, at, `written ${written}`, isLost, originOf);
}

/**
 * Where the page of another element of an array comes from, as far as one can tell from the element that was seen: whoever
 * fills one of them most often fills all. Nothing is known of its kinds for that.
 */
function likelyOrigin(context: FlowContext, state: State, place: string): Because | undefined {
  const id = state.places.get(place)?.thing;
  if (id === undefined) return undefined;
  const { origin, kinds, byBit } = thingOf(context, state, id);
  if (origin.role === 'parameter' || (origin.role === 'unknown' && origin.gives === undefined)) return undefined;
  return { ...origin, role: 'unknown', gives: origin.gives ?? kinds | byBit };
}

/** A write through a pointer may hit every local whose address is kept somewhere. */
function loseAliased(context: FlowContext, state: State, at: number): void {
  if (context.addressTaken.size === 0) return;
  for (const name of context.addressTaken) {
    if (!state.places.has(name)) state.setPlace(name, initialValue(context, name));
  }
  const isLost = (place: string): boolean => context.addressTaken.has(rootName(place)) && !place.startsWith('(*');
  lose(context, state, at, 'aliased', isLost);
}

/** `cause` names what `isLost` rests on besides the function: which places it hits is found out once. */
function lose(
  context: FlowContext,
  state: State,
  at: number,
  cause: Cause,
  isLost: (place: string) => boolean,
  originOf: (place: string) => Because = () => ({ ...UNKNOWN, at }),
): void {
  const lost = placesLost(context, state, cause, isLost);
  if (lost.length === 0) return;
  // What an array holds is lost before its elements, which are then made anew from it.
  lost.sort((a, b) => Number(b.endsWith('[]')) - Number(a.endsWith('[]')));
  const idOf = (place: string): ThingId => `lost:${place}@${at}`;
  const again = lost.filter((place) => context.lazy.has(idOf(place)));
  if (again.length > 0) retireAll(context, state, new Map(again.map((place) => [idOf(place), `old:${idOf(place)}`])));
  for (const place of lost) {
    if (!context.lazy.has(idOf(place))) context.lazy.set(idOf(place), { origin: originOf(place) });
    const value = isNeverPage(context, place) ? {} : elementValue(context, state, place);
    state.setPlace(place, value ?? { thing: idOf(place) });
  }
}

function placesLost(context: FlowContext, state: State, cause: Cause, isLost: (place: string) => boolean): string[] {
  let known = context.losses.get(cause);
  if (!known) context.losses.set(cause, (known = new Map<string, boolean>()));
  const lost: string[] = [];
  for (const place of state.places.keys()) {
    let hit = known.get(place);
    if (hit === undefined) known.set(place, (hit = isLost(place)));
    if (hit) lost.push(place);
  }
  return lost;
}

/**
 * What a call of code nobody described may change: what its arguments point to, everything reached through the pointers
 * it is given, and globals.
 */
export function loseToCall(context: FlowContext, state: State, call: Call): void {
  const origin: Because = { contract: call.name ?? 'unknown', role: 'unknown', at: call.start };
  const written = call.args.map(pointee).filter((place) => place !== undefined);
  const roots = call.args.map(pointerRoot).filter((place) => place !== undefined);
  for (const place of written) if (!state.places.has(place)) state.setPlace(place, initialValue(context, place));
  const isLost = (place: string): boolean =>
    isGlobal(context, place) ||
    written.some((one) => place === one || dependsOn(place, one)) ||
    // A variable that is handed over by value goes on naming the same element.
    roots.some((root) => dependsOn(place.replaceAll(`[${root}]`, '[]'), root));
  lose(context, state, call.start, call, isLost, () => origin);
  loseAliased(context, state, call.start);
}

/** A macro takes its arguments by name: one that assigns in its body may assign any of them. */
export function loseArguments(context: FlowContext, state: State, call: Call): void {
  const origin: Because = { contract: call.name ?? 'unknown', role: 'unknown', at: call.start };
  for (const arg of call.args) {
    if (placeOf(arg) === undefined) continue;
    writePlace(context, state, arg, freshValue(context, state, `lost:${arg.start}@${call.start}`, origin));
  }
}
