import { kindSet } from '@pageref/shared';
import type { FlowContext, Origins } from '../context.js';
import { mayNamePage } from './access-paths.js';
import { joinPages, namesNoPage } from './join-values.js';
import {
  LENT,
  MAX_ALIASES,
  namesIt,
  namesSome,
  newPage,
  refineByNullTest,
  renamedIn,
  UNKNOWN,
  WARNED,
} from './state.js';
import type { Evidence, State, AbstractPage, PageId, Value } from './state.js';

/** Making and naming abstract pages. One is made when somebody asks what it can be; until then its id is all there is. */

/** The value a place has before anything was assigned to it in this function; macro constants and plain counts name no page. */
export function initialValue(context: FlowContext, path: string): Value {
  return isNeverPage(context, path) ? {} : { page: `at:${path}` };
}

export function isNeverPage(context: FlowContext, path: string): boolean {
  const type = context.types.get(path);
  return type ? !mayNamePage(type) : path === WARNED || path.startsWith(LENT) || isConstant(context, path);
}

/** A name in capitals that the function does not declare is a macro constant or an enumerator. */
export function isConstant(context: FlowContext, path: string): boolean {
  return isUpper(path.charCodeAt(0)) && /^[A-Z][A-Z0-9_]*$/.test(path) && !context.types.has(path);
}

function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}

/** The page behind an id. */
export function pageOf(context: FlowContext, state: State, id: PageId): AbstractPage {
  const known = state.pages.get(id);
  if (known) return known;
  const made = initialPage(context, id) ?? newPage(id, context.provenance.any, UNKNOWN);
  state.setPage(id, made);
  return made;
}

/** The aliases of a page, without making it. */
export function aliasesOf(context: FlowContext, state: State, id: PageId): readonly PageId[] {
  const known = state.pages.get(id);
  if (known) return known.aliases;
  const lazy = context.lazy.get(id);
  if (!lazy || 'origin' in lazy) return [id];
  const aliases = originsOf(context, id).origins.flatMap((origin) => state.pages.get(origin)?.aliases ?? [origin]);
  return [...new Set([id, ...aliases])].slice(0, MAX_ALIASES);
}

/**
 * What a page is before anything was learnt of it: the union of the places and sites it may come from. Undefined for one
 * that exists only where its source made it.
 */
export function initialPage(context: FlowContext, id: PageId): AbstractPage | undefined {
  const { origins, fromNeighbour } = originsOf(context, id);
  const made = origins.map((origin) => leafPage(context, origin)).filter((origin) => origin !== undefined);
  const [first, ...rest] = made;
  if (!first) return undefined;
  const result = rest.reduce((sum, origin) => joinPages(id, sum, origin), first);
  const aliases = [...new Set([id, ...result.aliases])].slice(0, MAX_ALIASES);
  return { ...result, aliases, fromNeighbour: fromNeighbour || result.fromNeighbour };
}

/** What a page may come from; found again only when more pages have been named since. */
function originsOf(context: FlowContext, id: PageId): Origins {
  const known = context.origins.get(id);
  if (known?.among === context.lazy.size) return known;
  const found = findOrigins(context, id);
  context.origins.set(id, found);
  return found;
}

function findOrigins({ lazy }: FlowContext, id: PageId): Origins {
  const seen = new Set<PageId>();
  const origins: PageId[] = [];
  const open = [id];
  let fromNeighbour = false;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const page = lazy.get(at);
    if (page && 'either' in page) open.push(...page.either);
    else if (page && 'near' in page) {
      fromNeighbour = true;
      open.push(page.near);
    } else origins.push(at);
  }
  return { origins: origins.sort(), fromNeighbour, among: lazy.size };
}

/** Origins that are told by name; a page that may come from more of them stands for any page. */
const MAX_ORIGINS = 16;

/**
 * The page that is `x` or `y`, named after all that the two may come from, so that a loop comes to rest:
 *
 *     for (;;)
 *             page = next(page);      {first} in the first turn, {first,next} in the second and in all that follow
 *
 * A state in which a page may come from more is another state; one in which it may come from the same has the same names.
 */
export function eitherName(context: FlowContext, name: string, x: PageId, y: PageId): PageId {
  const [left, right] = [originsOf(context, x), originsOf(context, y)];
  const origins = [...new Set([...left.origins, ...right.origins])].sort();
  const made = origins.some((origin) => !context.lazy.has(origin) && !origin.startsWith('at:'));
  if (origins.length > MAX_ORIGINS || made) {
    if (!context.lazy.has(`${name}{}`)) context.lazy.set(`${name}{}`, { origin: UNKNOWN });
    return `${name}{}`;
  }
  const fromNeighbour = left.fromNeighbour || right.fromNeighbour;
  const id = `${name}{${origins.join(',')}${fromNeighbour ? '~' : ''}}`;
  if (context.lazy.has(id)) return id;
  // A neighbour of the first leaf marks the whole as carried over.
  const marker = fromNeighbour && origins[0] !== undefined ? [`${id}~`] : [];
  if (marker[0] !== undefined && origins[0] !== undefined) context.lazy.set(marker[0], { near: origins[0] });
  context.lazy.set(id, { either: [...origins, ...marker] });
  return id;
}

function leafPage(context: FlowContext, id: PageId): AbstractPage | undefined {
  const lazy = context.lazy.get(id);
  if (lazy && 'origin' in lazy) return newPage(id, context.provenance.any, lazy.origin);
  return id.startsWith('at:') ? placePage(context, id, id.slice(3)) : undefined;
}

function placePage(context: FlowContext, id: PageId, path: string): AbstractPage {
  const { fn, types, vocabulary, provenance: kinds } = context;
  const index = fn.params.findIndex((param) => param.name === path);
  const type = types.get(path);
  const provenance = type && vocabulary.types.get(type.base);
  if (provenance?.gives === 'page') {
    return newPage(id, kindSet(provenance.kinds), { contract: type?.base ?? '', role: 'provenance', at: fn.nameAt });
  }
  const summary = index < 0 ? undefined : context.parameter(index);
  if (summary)
    return { ...newPage(id, summary.kinds & kinds.any, summary.origin), cutByReservedBit: summary.cutByReservedBit };
  const role = index >= 0 ? 'parameter' : 'unknown';
  return newPage(id, kinds.any, { contract: shownPath(path), role, at: fn.nameAt });
}

/** A place as the source has it: without the number of a shadowed variable. */
export function shownPath(path: string): string {
  return path.replace(/#\d+/g, '');
}

/** Makes `id` anew with what a source says of it. */
export function makePage(context: FlowContext, state: State, id: PageId, page: AbstractPage): Value {
  if (isNew(context, id)) context.made.add(id);
  else renameStale(context, state, id);
  state.setPage(id, page);
  return { page: id };
}

/** True for a page that no site has made so far: no state can name it. */
function isNew({ made, lazy }: FlowContext, id: PageId): boolean {
  return !made.has(id) && !lazy.has(id) && !id.startsWith('at:');
}

/** A value nothing is known of; its page is made when somebody asks. */
export function freshValue(context: FlowContext, state: State, id: PageId, origin: Evidence): Value {
  if (context.lazy.has(id)) renameStale(context, state, id);
  else context.lazy.set(id, { origin });
  return { page: id };
}

/**
 * A call in a loop makes a new page in every turn, under the name of the call. What still names the page of the turn before
 * gets it under another name first: what is learnt of the new page must not be believed of the old one.
 *
 *     for (;;) {
 *             old = page;
 *             page = get();           `old` is renamed here
 *             if (is_zone_device_page(page))
 *                     break;
 *     }
 */
export function renameStale(context: FlowContext, state: State, id: PageId, as?: PageId): void {
  // A place nothing was assigned to names its first page without being entered.
  const implicit = id.startsWith('at:') && !state.paths.has(id.slice(3)) ? id.slice(3) : undefined;
  if (implicit !== undefined) state.setPath(implicit, { page: id });
  rename(context, state, [id], as);
}

/** Renames the pages of an earlier turn, several at once. */
export function renameAllStale(context: FlowContext, state: State, ids: readonly PageId[]): void {
  rename(context, state, ids);
}

/** Gives pages other names: `as`, or one that says that they are of an earlier turn. */
function rename(context: FlowContext, state: State, ids: readonly PageId[], as?: PageId): void {
  const kept = pathsNaming(state, ids);
  const grouped = pagesBeside(state, ids);
  if (kept.length > 0 || grouped.length > 0) {
    const names = new Map(ids.map((id) => [id, as ?? freeName(state, id)]));
    const renamed = (id: PageId): PageId => names.get(id) ?? id;
    for (const [id, name] of names) movePage(context, state, id, name);
    for (const [path, value] of kept) state.setPath(path, renamedIn(value, renamed));
    for (const [other, page] of grouped) state.setPage(other, { ...page, aliases: page.aliases.map(renamed) });
  }
  for (const id of ids) state.forgetPage(id);
}

/** Asked of every place of a state, often, and most often for one page. */
function pathsNaming({ paths }: State, ids: readonly PageId[]): [string, Value][] {
  const found: [string, Value][] = [];
  const [only] = ids;
  if (only === undefined) return found;
  const all = ids.length === 1 ? undefined : new Set(ids);
  const isOne = (id: PageId): boolean => all?.has(id) === true;
  paths.forEach((value, path) => {
    if (all ? namesSome(value, isOne) : namesIt(value, only)) found.push([path, value]);
  });
  return found;
}

/** Other pages that are of a group with one of these. */
function pagesBeside(state: State, ids: readonly PageId[]): [PageId, AbstractPage][] {
  const grouped = ids.filter((id) => state.mayBeInGroup(id));
  const found: [PageId, AbstractPage][] = [];
  if (grouped.length === 0) return found;
  for (const [id, page] of state.pages) {
    if (!ids.includes(id) && page.aliases.some((other) => grouped.includes(other))) found.push([id, page]);
  }
  return found;
}

/** A name for the page of an earlier turn, which none of the turns before has. */
function freeName(state: State, id: PageId): PageId {
  for (let turns = 1; ; turns++) {
    const name = turns === 1 ? `old:${id}` : `old${String(turns)}:${id}`;
    if (!isNamed(state, name)) return name;
  }
}

function isNamed(state: State, id: PageId): boolean {
  for (const value of state.paths.values()) if (namesIt(value, id)) return true;
  return false;
}

/** What nothing was learnt of is told by its new name as by the old one; a place's first page is told by the old one only. */
function movePage(context: FlowContext, state: State, id: PageId, as: PageId): void {
  const lazy = context.lazy.get(id);
  if (lazy && !context.lazy.has(as)) context.lazy.set(as, lazy);
  const page = state.pages.get(id) ?? (lazy ? undefined : pageOf(context, state, id));
  if (!page) return state.forgetPage(as);
  state.setPage(as, { ...page, aliases: [as, ...page.aliases.filter((group) => group !== id && group !== as)] });
}

/** A page in the same range as another: pfn + 1, page++. */
export function neighbour(context: FlowContext, state: State, of: Value, at: number): Value {
  const page = applyNullTest(context, state, of);
  if (page === undefined) return {};
  const base = state.pages.get(page);
  if (base) {
    const id = `near:${at}`;
    const aliases = [id, ...base.aliases.filter((group) => group !== id)].slice(0, MAX_ALIASES);
    return makePage(context, state, id, { ...base, aliases, fromNeighbour: true });
  }
  const root = rootOf(context, page);
  const id = `near:${at}:${root}`;
  if (context.lazy.has(id)) renameStale(context, state, id);
  else context.lazy.set(id, { near: root });
  return { page: id };
}

/** A neighbour of a neighbour is a neighbour of where they started: counting up in a loop makes no chain of names. */
function rootOf(context: FlowContext, page: PageId): PageId {
  const lazy = context.lazy.get(page);
  return lazy && 'near' in lazy ? rootOf(context, lazy.near) : page;
}

/** Either of two values: the arms of `?:`, the operands of min(). */
export function eitherOf(context: FlowContext, state: State, a: Value, b: Value, at: number): Value {
  const [left, right] = [applyNullTest(context, state, a), applyNullTest(context, state, b)];
  if (left === undefined || right === undefined) {
    const [only, other] = left === undefined ? [right, a] : [left, b];
    // What is no page, and no place either, may be the number of any.
    if (only === undefined || namesNoPage(other)) return only === undefined ? {} : { page: only };
    return freshValue(context, state, `either:${at}`, { ...UNKNOWN, at });
  }
  if (left === right) return { page: left };
  const id = `either:${at}`;
  const joined = joinPages(id, pageOf(context, state, left), pageOf(context, state, right));
  return makePage(context, state, id, joined);
}

/** Using a value as a page takes it to be non-null; gives the page, refined by what non-null says. */
export function applyNullTest(context: FlowContext, state: State, value: Value): PageId | undefined {
  const { nullTest, page, doubt } = value;
  if (nullTest && page === nullTest.of) {
    state.setPage(page, refineByNullTest(pageOf(context, state, page), nullTest.whenNonNull, nullTest.evidence));
  }
  if (doubt && page !== undefined) state.setPage(page, { ...pageOf(context, state, page), doubt });
  return page;
}
