import { ANY_KIND } from '@pageref/shared';
import { sameValue } from './equality.js';
import { joinPages, joinValues } from './join-values.js';
import { namesSome, newPage, renamedIn, UNKNOWN } from './state.js';
import type { NullTest, State, AbstractPage, PageId, Value } from './state.js';

/** Joining states where paths meet. */

/** What a side of a join holds that it has not looked at yet. */
export interface Initial {
  readonly value: (path: string) => Value;
  /** Undefined for a page that only exists where it was made. */
  readonly page: (id: PageId) => AbstractPage | undefined;
  /** Name of a page that stands for either of two nothing was learnt about, without making any of them. */
  readonly either: (name: string, x: PageId, y: PageId) => PageId;
  /** Enters an element of an array that was filled as a whole: a page of its own. */
  readonly enter: (path: string, state: State) => void;
}

/**
 * Least upper bound of two states at `node`: after `page = quick ? a : b` the page is what either of the two can be. A path
 * that holds different pages on the two sides holds a new one after the join, named after the node and the path, so that
 * going round a loop gives the same names again. Paths that hold the same pair go on sharing one page:
 *
 *     if (quick) { page = a; pfn = page_to_pfn(a); }
 *     else       { page = b; pfn = page_to_pfn(b); }
 *     page and pfn are one page here, whichever it is
 */
export function join(one: State, other: State, node: number, initial: Initial): State {
  if (one.paths === other.paths && one.pages === other.pages) return one;
  const [a, b] = [withElementsOf(other, one, initial), withElementsOf(one, other, initial)];
  const sides: Joining = { a, b, result: a.copy(), node, initial };
  const { result } = sides;
  result.takeGroupsOf(b);
  joinPageMaps(sides);
  if (a.paths === b.paths) return result;
  // Found out where a value asks for it: most do not.
  let found: { readonly page: PageId | undefined } | undefined;
  const told = (): PageId | undefined => (found ??= { page: onlyDifference(sides) }).page;
  const pairs = new Map<PageId, Pair>();
  const joined = differingPaths(sides).map((path): JoinedPlace => {
    const [left, right] = [a.paths.get(path) ?? initial.value(path), b.paths.get(path) ?? initial.value(path)];
    const phi = (x: PageId, y: PageId): PageId => {
      const key = `${PAIR}${x}|${y}`;
      if (!pairs.has(key)) pairs.set(key, { x, y, name: `${phiPrefix(node)}${path}` });
      return key;
    };
    const value = joinValues(left, right, phi);
    const nullTest = value.nullTest ?? nullTestOfSides(left, right, sides, told);
    return { place: path, left, right, value: nullTest ? { ...value, nullTest } : value };
  });
  const named = nameThings(pairs, joined, sides);
  for (const { place: path, value } of joined) {
    result.setPath(path, namesSome(value, isPair) ? renamedIn(value, (id) => named.get(id) ?? id) : value);
  }
  return result;
}

/** Stands in front of a pair of pages until it gets the name of the page that is either. */
const PAIR = '|';

function isPair(id: PageId): boolean {
  return id.startsWith(PAIR);
}

/** A page that is `x` on the one side and `y` on the other, and the name it would like to have. */
interface Pair {
  readonly x: PageId;
  readonly y: PageId;
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
  for (const path of other.paths.keys()) {
    if (own.paths.has(path) || !path.endsWith(']') || path.endsWith('[]')) continue;
    enter(path, (entered ??= own.copy()));
  }
  return entered ?? own;
}

/**
 * Names the pairs. A name says that what has it is one page: a name that a value brings along from one of the sides, for
 * what that side has under it, is not given to another page.
 */
function nameThings(
  pairs: ReadonlyMap<PageId, Pair>,
  joined: readonly JoinedPlace[],
  sides: Joining,
): ReadonlyMap<PageId, PageId> {
  const named = new Map<PageId, PageId>();
  if (pairs.size === 0) return named;
  const brought = broughtAlong(joined, sides);
  const summary = new Set<PageId>();
  for (const [key, pair] of pairs) {
    const id = nameThing(pair, (name) => !summary.has(name) && isFree(brought, name, pair), sides);
    summary.add(id);
    named.set(key, id);
  }
  return named;
}

/** Names of this join that values of the result bring along, from a time when the same node was joined before. */
interface BroughtAlong {
  /** For what both sides have under it, or for more than a page. */
  readonly anyway: ReadonlySet<PageId>;
  /** Of pages of the one side that are null on the other. */
  readonly ofLeft: ReadonlySet<PageId>;
  readonly ofRight: ReadonlySet<PageId>;
}

function isFree({ anyway, ofLeft, ofRight }: BroughtAlong, id: PageId, { x, y }: Pair): boolean {
  return !anyway.has(id) && (!ofLeft.has(id) || x === id) && (!ofRight.has(id) || y === id);
}

function broughtAlong(joined: readonly JoinedPlace[], { a, b, node }: Joining): BroughtAlong {
  const [anyway, ofLeft, ofRight] = [new Set<PageId>(), new Set<PageId>(), new Set<PageId>()];
  const add = (into: Set<PageId>, value: Value): void => {
    namesSome(value, (id) => {
      if (id.startsWith(phiPrefix(node))) into.add(id);
      return false;
    });
  };
  const changed = new Set<string>();
  for (const { place: path, left, right, value } of joined) {
    const { page, ...rest } = value;
    changed.add(path);
    add(anyway, rest);
    if (page === undefined) continue;
    add(left.page === right.page ? anyway : left.page === undefined ? ofRight : ofLeft, { page });
  }
  if (a.paths !== b.paths) for (const [path, value] of a.paths) if (!changed.has(path)) add(anyway, value);
  return { anyway, ofLeft, ofRight };
}

function phiPrefix(node: number): string {
  return `phi${String(node)}:`;
}

function nameThing(pair: Pair, isFreeName: (id: PageId) => boolean, sides: Joining): PageId {
  for (let again = 1; ; again++) {
    const id = joinAs(again === 1 ? pair.name : `${pair.name}/${String(again)}`, pair, isFreeName, sides);
    if (id !== undefined) return id;
  }
}

/** Makes the page that is either of a pair; undefined where its name is not free. */
function joinAs(
  id: PageId,
  { x, y }: Pair,
  isFreeName: (id: PageId) => boolean,
  { a, b, result, initial }: Joining,
): PageId | undefined {
  if (!a.pages.has(x) && !b.pages.has(y)) {
    const either = initial.either(id, x, y);
    if (!isFreeName(either)) return undefined;
    result.forgetPage(either);
    return either;
  }
  if (!isFreeName(id)) return undefined;
  const [left, right] = [a.pages.get(x) ?? initial.page(x), b.pages.get(y) ?? initial.page(y)];
  result.setPage(id, left && right ? joinPages(id, left, right) : (left ?? right ?? newPage(id, ANY_KIND, UNKNOWN)));
  return id;
}

function joinPageMaps({ a, b, result, initial }: Joining): void {
  if (a.pages === b.pages) return;
  for (const [id, page] of a.pages) {
    const other = b.pages.get(id) ?? initial.page(id);
    if (other && other !== page) result.setPage(id, joinPages(id, page, other));
  }
  for (const [id, page] of b.pages) {
    if (a.pages.has(id)) continue;
    const other = initial.page(id);
    result.setPage(id, other ? joinPages(id, other, page) : page);
  }
}

/** The one page of which the two sides know different kinds, if there is just one: a flag set on one side tells of it. */
function onlyDifference({ a, b, initial }: Joining): PageId | undefined {
  let found: PageId | undefined;
  for (const [id, left] of a.pages) {
    const right = b.pages.get(id) ?? initial.page(id);
    if (left === right || !right || sameKinds(left, right)) continue;
    if (found !== undefined) return undefined;
    found = id;
  }
  for (const [id, right] of b.pages) {
    const left = a.pages.has(id) ? right : initial.page(id);
    if (left === right || !left || sameKinds(left, right)) continue;
    if (found !== undefined) return undefined;
    found = id;
  }
  return found;
}

function sameKinds(left: AbstractPage, right: AbstractPage): boolean {
  return left.kinds === right.kinds && left.cutByReservedBit === right.cutByReservedBit;
}

/**
 * A value that is null on one side only: being non-null later means having come the other way, where more may be known
 * of its page, or of the page by which the sides were told apart.
 */
function nullTestOfSides(a: Value, b: Value, sides: Joining, told: () => PageId | undefined): NullTest | undefined {
  const [nullSide, otherSide, other] =
    a.known === 'null' ? [sides.a, sides.b, b] : b.known === 'null' ? [sides.b, sides.a, a] : [];
  if (!nullSide || !otherSide || !other || other.known === 'null') return undefined;
  if (other.nullTest && other.nullTest.of === other.page) return { ...other.nullTest, whenNull: ANY_KIND };
  const of = other.page ?? (other.known === 'nonnull' ? told() : undefined);
  const there = of === undefined ? undefined : otherSide.pages.get(of);
  const evidence = there?.cuts.at(-1);
  if (of === undefined || !there || (!evidence && of !== told())) return undefined;
  const here = nullSide.pages.get(of) ?? sides.initial.page(of);
  const whenNull = other.known === 'nonnull' && here ? here.kinds | here.cutByReservedBit : ANY_KIND;
  return {
    of,
    whenNonNull: there.kinds | there.cutByReservedBit,
    whenNull,
    evidence: evidence ?? here?.cuts.at(-1) ?? there.origin,
  };
}

/** Places whose values differ, sorted: the first one gives a shared page its name. */
function differingPaths({ a, b }: Joining): string[] {
  const paths: string[] = [];
  for (const [path, value] of a.paths) {
    const other = b.paths.get(path);
    if (!other || !sameValue(value, other)) paths.push(path);
  }
  for (const path of b.paths.keys()) if (!a.paths.has(path)) paths.push(path);
  return paths.sort();
}
