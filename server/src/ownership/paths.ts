import type { Expr, FunctionIr, TypeName } from '../syntax/ir.js';
import { partsOf, visitExpressions } from '../syntax/ir-walk.js';
import type { Cfg } from '../flow/cfg/cfg.js';

/**
 * Access paths of the ownership analysis. They are coarser than those of the page kinds: all elements of an array are one
 * path (`pages[]`), and `a->b` and `a.b` are the same.
 */
export type Path = string;

/** The path an expression names; undefined for what is no place. */
export function pathOf(expr: Expr): Path | undefined {
  return expr.op === 'name' ? expr.name : knownOf(PATHS, expr, pathIn);
}

const PATHS = new WeakMap<Expr, { readonly path: Path | undefined }>();
const PLACES = new WeakMap<Expr, { readonly path: Path | undefined }>();

/** Expressions are asked for their paths at each visit, and a path that was joined from parts is slow to look up. */
function knownOf(known: typeof PATHS, expr: Expr, make: (expr: Expr) => Path | undefined): Path | undefined {
  let found = known.get(expr);
  if (!found) known.set(expr, (found = { path: make(expr) }));
  return found.path;
}

function pathIn(expr: Expr): Path | undefined {
  return named(expr, () => '');
}

/**
 * The place an expression names, elements of an array told apart by their index where that is a number or a variable: what is
 * known of `pages[0]` says nothing of `pages[1]`.
 */
export function placeOf(expr: Expr): Path | undefined {
  return expr.op === 'name' ? expr.name : knownOf(PLACES, expr, placeIn);
}

function placeIn(expr: Expr): Path | undefined {
  return named(expr, indexOf);
}

function named(expr: Expr, indexText: (index: Expr) => string): Path | undefined {
  switch (expr.op) {
    case 'name':
      return expr.name;
    case 'cast':
      return named(expr.operand, indexText);
    case 'member': {
      const object = named(expr.object, indexText);
      return object === undefined ? undefined : `${object}.${expr.field}`;
    }
    case 'index': {
      const object = named(expr.object, indexText);
      return object === undefined ? undefined : `${object}[${indexText(expr.index)}]`;
    }
    case 'unary':
      return unaryPath(expr);
    case 'binary':
      // A pointer that moved inside its array: `pages + i`.
      return expr.operator === '+' ? pathOf(expr.left) : undefined;
    default:
      return undefined;
  }
}

function indexOf(index: Expr): string {
  if (index.op === 'name') return index.name;
  return index.op === 'number' && index.value !== undefined ? String(index.value) : '';
}

/** The path a place belongs to: `pages[]` for `pages[0]`. */
export function pathOfPlace(place: Path): Path {
  return place.includes('[') ? place.replace(/\[\w+\]/g, '[]') : place;
}

function unaryPath({ operator, operand }: Extract<Expr, { op: 'unary' }>): Path | undefined {
  if (operator === '&') return operand.op === 'index' ? pathOf(operand.object) : `&${pathOf(operand) ?? '?'}`;
  if (operator !== '*') return undefined;
  const pointer = pathOf(operand);
  if (pointer === undefined) return undefined;
  return pointer.startsWith('&') ? pointer.slice(1) : `*${pointer}`;
}

/** What a pointer expression leads to: `&x` leads to x, `p` to `*p`. */
export function pointeeOf(expr: Expr): Path | undefined {
  const path = pathOf(expr);
  if (path === undefined) return undefined;
  return path.startsWith('&') ? path.slice(1) : `*${path}`;
}

/** The elements of the array an argument names; `&page` is an array of one. */
export function elementsOf(expr: Expr): Path | undefined {
  const path = pathOf(expr);
  if (path === undefined) return undefined;
  return path.startsWith('&') ? path.slice(1) : `${path}[]`;
}

/** The variable a path starts from: `buf` of `&buf.page`, `priv` of `*priv.pages[]`. */
export function rootOf(path: Path): string {
  return /^[&*]*([A-Za-z_]\w*)/.exec(path)?.[1] ?? path;
}

/** True where `inner` is a part of what `outer` names: `buf.page` of `buf`. */
export function isPartOf(inner: Path, outer: Path): boolean {
  const next = inner.charAt(outer.length);
  return (next === '.' || next === '[') && inner.startsWith(outer);
}

/** The variables of a function, with what decides whether a value in them outlives the call. */
export interface Locals {
  readonly types: ReadonlyMap<string, TypeName>;
  readonly params: ReadonlySet<string>;
  readonly addressTaken: ReadonlySet<string>;
  /** Variables that are given a value as a whole, which an array never is. */
  readonly assigned: ReadonlySet<string>;
  /** Pointers to memory that the function allocates: nobody else sees it until it is stored or handed on. */
  readonly ownMemory: ReadonlySet<string>;
  /** Where such a pointer is first named as a whole behind its allocation: by then others may know the memory. */
  readonly shownAt: ReadonlyMap<string, number>;
}

export function localsOf(fn: FunctionIr, cfg: Cfg, isMemory: (name: string) => boolean): Locals {
  const types = new Map(fn.params.map(({ name, type }) => [name, type]));
  for (const node of cfg.nodes) if (node.op === 'declare' && !node.static) types.set(node.name, node.type);
  const params = new Set(fn.params.map(({ name }) => name));
  const addressTaken = new Set<string>();
  const values = new Map<string, Expr[]>();
  const give = (name: string, value: Expr): unknown => values.set(name, [...(values.get(name) ?? []), value]);
  for (const node of cfg.nodes) if (node.op === 'declare' && node.initial) give(node.name, node.initial);
  visitExpressions(fn.body, (expr) => {
    if (expr.op === 'assign' && expr.target.op === 'name') give(expr.target.name, expr.value);
    const path = expr.op === 'unary' && expr.operator === '&' ? pathOf(expr.operand) : undefined;
    if (path !== undefined) addressTaken.add(rootOf(path));
  });
  const made = [...values]
    .filter(([name, given]) => !params.has(name) && isMade(given, isMemory))
    .map(([name]) => name);
  const ownMemory = new Set(made.filter((name) => !addressTaken.has(name)));
  return {
    types,
    params,
    addressTaken,
    assigned: new Set(values.keys()),
    ownMemory,
    shownAt: shownIn(fn, cfg, ownMemory),
  };
}

/** The first place at which each of some variables is an argument or a value. */
function shownIn(fn: FunctionIr, cfg: Cfg, among: ReadonlySet<string>): ReadonlyMap<string, number> {
  const shown = new Map<string, number>();
  const show = (value: Expr): void => {
    const bare = withoutCast(value);
    if (bare.op === 'name' && among.has(bare.name))
      shown.set(bare.name, Math.min(bare.start, shown.get(bare.name) ?? Infinity));
    if (bare.op === 'binary' || bare.op === 'conditional' || bare.op === 'initialiser') partsOf(bare).forEach(show);
  };
  if (among.size === 0) return shown;
  visitExpressions(fn.body, (expr) => {
    if (expr.op === 'assign') show(expr.value);
    if (expr.op === 'call') expr.args.forEach(show);
  });
  for (const node of cfg.nodes) if (node.op === 'declare' && node.initial) show(node.initial);
  return shown;
}

/** True for an element of a table in memory of the function's own that nobody was shown before some place. */
export function isHiddenAt({ ownMemory, shownAt }: Locals, path: Path, at: number): boolean {
  const root = path.endsWith('[]') ? path.slice(0, -2) : '';
  return ownMemory.has(root) && (shownAt.get(root) ?? Infinity) > at;
}

/** True where a variable gets memory from an allocator, and nothing else but NULL. */
function isMade(values: readonly Expr[], isMemory: (name: string) => boolean): boolean {
  const given = values.map((value) => withoutCast(value)).filter((value) => pathOf(value) !== 'NULL');
  return given.length > 0 && given.every((value) => value.op === 'call' && isMemory(value.name ?? ''));
}

function withoutCast(expr: Expr): Expr {
  return expr.op === 'cast' ? withoutCast(expr.operand) : expr;
}

/** True for a variable that is a `struct page *` or a `struct folio *`. */
export function isPagePointer({ types }: Pick<Locals, 'types'>, path: Path): boolean {
  const type = types.get(path);
  return type?.pointers === 1 && /\b(page|folio)$/.test(type.base);
}

/** Flags, sizes and orders; a page may be handed as a pointer, an address, a number or a type of its own. */
export function isSmallNumber({ pointers, base, tag }: TypeName): boolean {
  return (
    pointers === 0 &&
    (tag === 'enum' || /^(bool|(unsigned )?(int|short|char)|unsigned|[us](8|16|32)|s?size_t|gfp_t|loff_t)$/.test(base))
  );
}

/** True for a place that nobody sees any more once the function has returned. */
export function diesWithCall(locals: Locals, path: Path): boolean {
  const root = rootOf(path);
  const type = locals.types.get(root);
  if (type === undefined) return false;
  if (path === root) return true;
  if (locals.params.has(root) || path.startsWith('*')) return false;
  // A member of a structure that is a local itself, or an element of a local array; not what a pointer leads to.
  return path === `${root}[]` ? type.pointers > 0 && !locals.assigned.has(root) : type.pointers === 0;
}
