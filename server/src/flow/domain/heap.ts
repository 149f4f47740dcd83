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
  accessPathOf,
  pointee,
  pointerRoot,
  pointersOf,
  rootName,
} from './access-paths.js';
import { namesNoPage } from './join-values.js';
import { LENT, MAX_ALIASES, namesSome, renamedIn, UNKNOWN } from './state.js';
import type { Evidence, State, PageId, Value } from './state.js';
import {
  freshValue,
  initialValue,
  isConstant,
  isNeverPage,
  makePage,
  renameAllStale,
  shownPath,
  pageOf,
} from './pages.js';

/** Reading and writing places, and what a write or a call makes uncertain. */

/** The value of a place. A path through memory is entered on first sight, so that later writes to a part of it are seen. */
export function readPath(context: FlowContext, state: State, path: string): Value {
  const known = state.paths.get(path);
  if (known) return known;
  if (isConstant(context, path)) return {};
  const value = elementValue(context, state, path) ?? initialValue(context, path);
  if (!/^[\w#]+$/.test(path) || isGlobal(context, path)) state.setPath(path, value);
  return value;
}

/** An element of which nobody knows which it is: a page of its own each time. */
export function readAnyElement(context: FlowContext, state: State, array: string, at: number): Value {
  const generic = state.paths.get(`${array}[]`)?.page;
  const id = `any:${array}@${at}`;
  if (generic !== undefined) return makePage(context, state, id, { ...pageOf(context, state, generic), aliases: [id] });
  const origin: Evidence = { contract: `${shownPath(array)}[...]`, role: 'unknown', at: context.fn.nameAt };
  return freshValue(context, state, id, origin);
}

/** One element of an array that a source filled: a page of its own, of the array's kinds. */
function elementValue(context: FlowContext, state: State, path: string): Value | undefined {
  const array = arrayOf(path);
  const generic = array === undefined ? undefined : state.paths.get(`${array}[]`);
  if (generic?.page === undefined) return undefined;
  const id = `at:${path}`;
  return makePage(context, state, id, { ...pageOf(context, state, generic.page), aliases: [id] });
}

/** The array that a place is an element of. */
function arrayOf(path: string): string | undefined {
  if (!path.endsWith(']') || path.endsWith('[]')) return undefined;
  return /^(.*)\[[^[\]]*\]$/.exec(path)?.[1];
}

function isGlobal(context: FlowContext, path: string): boolean {
  return !context.types.has(rootName(path)) && !path.startsWith('#');
}

export function writePath(context: FlowContext, state: State, target: Expr, value: Value): void {
  const path = accessPathOf(target);
  if (path === undefined) return writeSomewhere(context, state, target);
  if (value.page !== undefined && isNeverPage(context, path)) {
    const { page: _page, ...plain } = value;
    value = plain;
  }
  // What is written may be named by a place that the write makes uncertain: it is kept under a name of its own meanwhile.
  const isNamed = namesSome(value, () => true);
  if (isNamed) state.setPath(WRITTEN, value);
  loseDependents(context, state, path, target.start);
  if (isMemory(path)) loseAliased(context, state, target.start);
  state.setPath(path, state.paths.get(WRITTEN) ?? value);
  if (isNamed) state.setPath(WRITTEN, undefined);
}

const WRITTEN = '#written';

/** A write through an expression that is no path: whatever it starts from is uncertain. */
function writeSomewhere(context: FlowContext, state: State, target: Expr): void {
  const object = target.op === 'member' || target.op === 'index' ? target.object : target;
  const root = pointerRoot(object);
  const field = target.op === 'member' ? target.field : undefined;
  const written = field === undefined ? '(*?)' : `?->${field}`;
  const isLost = (path: string): boolean =>
    (root !== undefined && path !== root && dependsOn(path, root)) || isAliased(context, path, written);
  lose(context, state, target.start, `below ${root ?? ''} ${written}`, isLost);
  loseAliased(context, state, target.start);
}

function loseDependents(context: FlowContext, state: State, written: string, at: number): void {
  const isLost = (path: string): boolean =>
    dependsOn(path, written) || mayBeSameElement(path, written) || isAliased(context, path, written);
  const originOf = (path: string): Evidence =>
    (isIndexedBy(path, written) ? likelyOrigin(context, state, path) : undefined) ?? { ...UNKNOWN, at };
  lose(context, state, at, `written ${written}`, isLost, originOf);
}

/**
 * Where the page of another element of an array comes from, as far as one can tell from the element that was seen: whoever
 * fills one of them most often fills all. Nothing is known of its kinds for that.
 */
function likelyOrigin(context: FlowContext, state: State, path: string): Evidence | undefined {
  const id = state.paths.get(path)?.page;
  if (id === undefined) return undefined;
  const { origin, kinds, cutByReservedBit } = pageOf(context, state, id);
  if (origin.role === 'parameter' || (origin.role === 'unknown' && origin.gives === undefined)) return undefined;
  return { ...origin, role: 'unknown', gives: origin.gives ?? kinds | cutByReservedBit };
}

/** True where a write to one path may change what another one leads to. */
function isAliased(context: FlowContext, path: string, written: string): boolean {
  const { addressTaken, addressedMembers, types } = context;
  const local = rootName(written);
  if (isMemory(written)) {
    const isReached = isMemory(path) || (isGlobal(context, path) && !isConstant(context, path));
    return isReached && mayAlias(path, written, addressedMembers.members);
  }
  if (!isMemory(path) || path === written || !addressTaken.has(local)) return false;
  return pointsTo(context, path, local) || (types.has(local) && mayAlias(path, written, addressedMembers.members));
}

/** True for a path through a pointer that may be the address of the variable. */
function pointsTo({ types }: FlowContext, path: string, variable: string): boolean {
  const own = types.get(variable);
  return pointersOf(path).some((pointer) => {
    const type = types.get(pointer);
    if (!type || !own || isBareAddress(type)) return true;
    return type.base === own.base && type.pointers - 1 <= own.pointers;
  });
}

/** A write through a pointer may hit every local whose address is kept somewhere. */
function loseAliased(context: FlowContext, state: State, at: number): void {
  if (context.addressTaken.size === 0) return;
  for (const name of context.addressTaken) {
    if (!state.paths.has(name)) state.setPath(name, initialValue(context, name));
  }
  const isLost = (path: string): boolean => context.addressTaken.has(rootName(path)) && !path.startsWith('(*');
  lose(context, state, at, 'aliased', isLost);
}

/** `cause` names what `isLost` rests on besides the function: which places it hits is found out once. */
function lose(
  context: FlowContext,
  state: State,
  at: number,
  cause: Cause,
  isLost: (path: string) => boolean,
  originOf: (path: string) => Evidence = () => ({ ...UNKNOWN, at }),
): void {
  const lost = pathsLost(context, state, cause, isLost);
  if (lost.length === 0) return;
  // What an array holds is lost before its elements, which are then made anew from it.
  lost.sort((a, b) => Number(b.endsWith('[]')) - Number(a.endsWith('[]')));
  const idOf = (path: string): PageId => `lost:${path}@${at}`;
  const again = lost.filter((path) => context.lazy.has(idOf(path)));
  if (again.length > 0) renameAllStale(context, state, again.map(idOf));
  for (const path of lost) {
    if (!context.lazy.has(idOf(path))) context.lazy.set(idOf(path), { origin: originOf(path) });
    const value = isNeverPage(context, path) ? {} : elementValue(context, state, path);
    state.setPath(path, value ?? { page: idOf(path) });
  }
}

function pathsLost(context: FlowContext, state: State, cause: Cause, isLost: (path: string) => boolean): string[] {
  let known = context.losses.get(cause);
  if (!known) context.losses.set(cause, (known = new Map<string, boolean>()));
  const lost: string[] = [];
  for (const path of state.paths.keys()) {
    let hit = known.get(path);
    if (hit === undefined) known.set(path, (hit = isLost(path)));
    if (hit) lost.push(path);
  }
  return lost;
}

/**
 * What a call of code nobody described may change: what its arguments point to, everything reached through the pointers
 * it is given, under whatever name, and globals.
 */
export function loseToCall(context: FlowContext, state: State, call: Call, args: readonly Value[]): void {
  const origin: Evidence = { contract: call.name ?? 'unknown', role: 'unknown', at: call.start };
  const written = call.args.map(pointee).filter((path) => path !== undefined);
  const roots = call.args.map(pointerRoot).filter((path) => path !== undefined);
  const others = otherNames(context, state, args, roots);
  for (const path of written) if (!state.paths.has(path)) state.setPath(path, initialValue(context, path));
  const { addressTaken, addressedMembers } = context;
  const isLost = (path: string): boolean =>
    isGlobal(context, path) ||
    written.some((one) => path === one || dependsOn(path, one)) ||
    // A variable that is handed over by value goes on naming the same element.
    roots.some((root) => dependsOn(path.replaceAll(`[${root}]`, '[]'), root)) ||
    (addressedMembers.keptMembers.size > 0 && isBareTarget(path)) ||
    (isMemory(path) && [...addressTaken].some((local) => pointsTo(context, path, local)));
  lose(context, state, call.start, call, isLost, () => origin);
  for (const other of others) {
    lose(
      context,
      state,
      call.start,
      `below ${other}`,
      (path) => dependsOn(path, other),
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
  const summary = new Set(args.flatMap(({ page }) => page ?? []));
  const holders: string[] = [];
  for (const [path, { page }] of state.paths) {
    if (page !== undefined && summary.has(page) && !roots.includes(path)) holders.push(path);
  }
  const unentered = [...context.types.keys()].filter(
    (name) => summary.has(`at:${name}`) && !state.paths.has(name) && !roots.includes(name),
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
    state.setPath(`${LENT}${local}`, {});
  });
}

function doubtLent(context: FlowContext, state: State, call: Call): void {
  for (const [local, keeper] of context.keepers) {
    if (!state.paths.has(`${LENT}${local}`)) continue;
    for (const [path, value] of [...state.paths]) {
      if (rootName(path) !== local || /->|\(\*/.test(path)) continue;
      const doubt = { place: path, keeper: keeper.name, writer: call.name ?? 'a call', at: call.start };
      if (value.page === undefined) {
        if (namesNoPage(value)) state.setPath(path, { ...value, doubt });
        continue;
      }
      const page = pageOf(context, state, value.page);
      const id = `lent:${path}@${call.start}`;
      makePage(context, state, id, { ...page, doubt, aliases: [id, ...page.aliases].slice(0, MAX_ALIASES) });
      const now = state.paths.get(path) ?? value;
      state.setPath(
        path,
        renamedIn(now, (one) => (one === now.page ? id : one)),
      );
    }
  }
}

/** A macro takes its arguments by name: one that assigns in its body may assign any of them. */
export function loseArguments(context: FlowContext, state: State, call: Call): void {
  const origin: Evidence = { contract: call.name ?? 'unknown', role: 'unknown', at: call.start };
  for (const arg of call.args) {
    if (accessPathOf(arg) === undefined) continue;
    writePath(context, state, arg, freshValue(context, state, `lost:${arg.start}@${call.start}`, origin));
  }
}
