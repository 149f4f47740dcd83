import type { Expr } from '../../syntax/ir.js';
import type { Call, Cause, FlowContext } from '../context.js';
import {
  dependsOn,
  isBareAddress,
  isBareTarget,
  isIndexedBy,
  isMemory,
  mayAlias,
  mayBeSameElement,
  placeOf,
  pointee,
  pointerRoot,
  pointersOf,
  rootName,
} from './access-paths.js';
import { namesNoPage } from './join-values.js';
import { LENT, MAX_GROUPS, namesSome, renamedIn, UNKNOWN } from './state.js';
import type { Because, State, ThingId, Value } from './state.js';
import {
  freshValue,
  initialValue,
  isConstant,
  isNeverPage,
  makeThing,
  retireAll,
  shownPlace,
  thingOf,
} from './pages.js';

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

/** An element of which nobody knows which it is: a page of its own each time. */
export function readAnyElement(context: FlowContext, state: State, array: string, at: number): Value {
  const generic = state.places.get(`${array}[]`)?.thing;
  const id = `any:${array}@${at}`;
  if (generic !== undefined)
    return makeThing(context, state, id, { ...thingOf(context, state, generic), groups: [id] });
  const origin: Because = { contract: `${shownPlace(array)}[...]`, role: 'unknown', at: context.fn.nameAt };
  return freshValue(context, state, id, origin);
}

/** One element of an array that a source filled: a page of its own, of the array's kinds. */
function elementValue(context: FlowContext, state: State, place: string): Value | undefined {
  const array = arrayOf(place);
  const generic = array === undefined ? undefined : state.places.get(`${array}[]`);
  if (generic?.thing === undefined) return undefined;
  const id = `at:${place}`;
  return makeThing(context, state, id, { ...thingOf(context, state, generic.thing), groups: [id] });
}

/** The array that a place is an element of. */
function arrayOf(place: string): string | undefined {
  if (!place.endsWith(']') || place.endsWith('[]')) return undefined;
  return /^(.*)\[[^[\]]*\]$/.exec(place)?.[1];
}

function isGlobal(context: FlowContext, place: string): boolean {
  return !context.types.has(rootName(place)) && !place.startsWith('#');
}

export function writePlace(context: FlowContext, state: State, target: Expr, value: Value): void {
  const place = placeOf(target);
  if (place === undefined) return writeSomewhere(context, state, target);
  if (value.thing !== undefined && isNeverPage(context, place)) {
    const { thing: _page, ...plain } = value;
    value = plain;
  }
  // What is written may be named by a place that the write makes uncertain: it is kept under a name of its own meanwhile.
  const isNamed = namesSome(value, () => true);
  if (isNamed) state.setPlace(WRITTEN, value);
  loseDependents(context, state, place, target.start);
  if (isMemory(place)) loseAliased(context, state, target.start);
  state.setPlace(place, state.places.get(WRITTEN) ?? value);
  if (isNamed) state.setPlace(WRITTEN, undefined);
}

const WRITTEN = '#written';

/** A write through an expression that is no path: whatever it starts from is uncertain. */
function writeSomewhere(context: FlowContext, state: State, target: Expr): void {
  const object = target.op === 'member' || target.op === 'index' ? target.object : target;
  const root = pointerRoot(object);
  const field = target.op === 'member' ? target.field : undefined;
  const written = field === undefined ? '(*?)' : `?->${field}`;
  const isLost = (place: string): boolean =>
    (root !== undefined && place !== root && dependsOn(place, root)) || isAliased(context, place, written);
  lose(context, state, target.start, `below ${root ?? ''} ${written}`, isLost);
  loseAliased(context, state, target.start);
}

function loseDependents(context: FlowContext, state: State, written: string, at: number): void {
  const isLost = (place: string): boolean =>
    dependsOn(place, written) || mayBeSameElement(place, written) || isAliased(context, place, written);
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

/** True where a write to one path may change what another one leads to. */
function isAliased(context: FlowContext, place: string, written: string): boolean {
  const { addressTaken, addressedMembers, types } = context;
  const local = rootName(written);
  if (isMemory(written)) {
    const isReached = isMemory(place) || (isGlobal(context, place) && !isConstant(context, place));
    return isReached && mayAlias(place, written, addressedMembers.members);
  }
  if (!isMemory(place) || place === written || !addressTaken.has(local)) return false;
  return pointsTo(context, place, local) || (types.has(local) && mayAlias(place, written, addressedMembers.members));
}

/** True for a path through a pointer that may be the address of the variable. */
function pointsTo({ types }: FlowContext, place: string, variable: string): boolean {
  const own = types.get(variable);
  return pointersOf(place).some((pointer) => {
    const type = types.get(pointer);
    if (!type || !own || isBareAddress(type)) return true;
    return type.base === own.base && type.pointers - 1 <= own.pointers;
  });
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
  if (again.length > 0) retireAll(context, state, again.map(idOf));
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
 * it is given, under whatever name, and globals.
 */
export function loseToCall(context: FlowContext, state: State, call: Call, args: readonly Value[]): void {
  const origin: Because = { contract: call.name ?? 'unknown', role: 'unknown', at: call.start };
  const written = call.args.map(pointee).filter((place) => place !== undefined);
  const roots = call.args.map(pointerRoot).filter((place) => place !== undefined);
  const others = otherNames(context, state, args, roots);
  for (const place of written) if (!state.places.has(place)) state.setPlace(place, initialValue(context, place));
  const { addressTaken, addressedMembers } = context;
  const isLost = (place: string): boolean =>
    isGlobal(context, place) ||
    written.some((one) => place === one || dependsOn(place, one)) ||
    // A variable that is handed over by value goes on naming the same element.
    roots.some((root) => dependsOn(place.replaceAll(`[${root}]`, '[]'), root)) ||
    (addressedMembers.keptMembers.size > 0 && isBareTarget(place)) ||
    (isMemory(place) && [...addressTaken].some((local) => pointsTo(context, place, local)));
  lose(context, state, call.start, call, isLost, () => origin);
  for (const other of others) {
    lose(
      context,
      state,
      call.start,
      `below ${other}`,
      (place) => dependsOn(place, other),
      () => origin,
    );
  }
  loseAliased(context, state, call.start);
  doubtLent(context, state, call);
  lend(context, state, call);
}

/** Other places that hold a pointer which the call is given. */
function otherNames(
  context: FlowContext,
  state: State,
  args: readonly Value[],
  roots: readonly string[],
): readonly string[] {
  const given = new Set(args.flatMap(({ thing }) => thing ?? []));
  const holders: string[] = [];
  for (const [place, { thing }] of state.places) {
    if (thing !== undefined && given.has(thing) && !roots.includes(place)) holders.push(place);
  }
  const unentered = [...context.types.keys()].filter(
    (name) => given.has(`at:${name}`) && !state.places.has(name) && !roots.includes(name),
  );
  return [...holders, ...unentered];
}

/**
 * A call that is handed the address of a local may keep it, and a later one may put another page there. That is seldom so:
 * what is known of the local stays, as something in doubt.
 */
function lend(context: FlowContext, state: State, call: Call): void {
  call.args.forEach((arg, at) => {
    const target = pointee(arg);
    const local = target === undefined ? undefined : rootName(target);
    if (local === undefined || target?.includes('->') || !context.types.has(local)) return;
    if (!context.mayKeep(call.name, at)) return;
    const before = context.keepers.get(local);
    if (!before || before.at > call.start) context.keepers.set(local, { name: call.name ?? 'a call', at: call.start });
    state.setPlace(`${LENT}${local}`, {});
  });
}

function doubtLent(context: FlowContext, state: State, call: Call): void {
  for (const [local, keeper] of context.keepers) {
    if (!state.places.has(`${LENT}${local}`)) continue;
    for (const [place, value] of [...state.places]) {
      if (rootName(place) !== local || /->|\(\*/.test(place)) continue;
      const doubt = { place, keeper: keeper.name, writer: call.name ?? 'a call', at: call.start };
      if (value.thing === undefined) {
        if (namesNoPage(value)) state.setPlace(place, { ...value, doubt });
        continue;
      }
      const thing = thingOf(context, state, value.thing);
      const id = `lent:${place}@${call.start}`;
      makeThing(context, state, id, { ...thing, doubt, groups: [id, ...thing.groups].slice(0, MAX_GROUPS) });
      const now = state.places.get(place) ?? value;
      state.setPlace(
        place,
        renamedIn(now, (one) => (one === now.thing ? id : one)),
      );
    }
  }
}

/** A macro takes its arguments by name: one that assigns in its body may assign any of them. */
export function loseArguments(context: FlowContext, state: State, call: Call): void {
  const origin: Because = { contract: call.name ?? 'unknown', role: 'unknown', at: call.start };
  for (const arg of call.args) {
    if (placeOf(arg) === undefined) continue;
    writePlace(context, state, arg, freshValue(context, state, `lost:${arg.start}@${call.start}`, origin));
  }
}
