import { partsOf } from '../syntax/ir-walk.js';
import type { Expr } from '../syntax/ir.js';
import { seenThrough } from './calls.js';
import type { CallExpr } from './calls.js';
import type { StepContext, Draft } from './draft.js';
import { isPagePointer, isPartOf, pathOf, pointeeOf, rootOf } from './paths.js';
import type { Path } from './paths.js';
import type { OwnershipState } from './state.js';
import { resultPath } from './values.js';

/** What in an expression is the followed page, or leads to it. */

/** A call that is given nothing which leads to the page says nothing of it. */
export function isInvolved({ args }: CallExpr, { names: known }: Draft): boolean {
  // What an address leads to may be written, whatever is known of it.
  if (args.some((arg) => arg.op === 'unary' && arg.operator === '&')) return true;
  if (known.length === 0) return false;
  const roots = rootsOf(known);
  const mentions = (expr: Expr): boolean =>
    (expr.op === 'name' && roots.has(expr.name)) ||
    (expr.op === 'call' && roots.has(resultPath(expr))) ||
    partsOf(expr).some(mentions);
  return args.some(mentions);
}

const ROOTS = new WeakMap<readonly Path[], ReadonlySet<string>>();

function rootsOf(names: readonly Path[]): ReadonlySet<string> {
  const known = ROOTS.get(names) ?? new Set(names.map(rootOf));
  ROOTS.set(names, known);
  return known;
}

/** True where a path is the followed page, holds it, or is an element of the array or holder that was filled. */
export function names(context: StepContext, draft: Draft, path: Path): boolean {
  const { fills } = context;
  if (isTable(context, draft) && draft.names.some((name) => path === `${name}[]`)) return true;
  return (
    draft.names.includes(path) || draft.names.some((name) => isPartOf(name, path) || (fills && isPartOf(path, name)))
  );
}

/** `pages = pin_all(&n)` gives a table, whose elements are what is given back. What an allocator gave may hold other pages. */
export function isTable({ locals, unit }: StepContext, { names: known }: Pick<OwnershipState, 'names'>): boolean {
  return unit !== 'page' && known.every((name) => (locals.types.get(name)?.pointers ?? 0) > 1);
}

/** True for a `struct page *`, a `struct folio *`, or a member that was given its address: no memory of an allocator of objects. */
export function isPage({ knowledge, locals }: StepContext, arg: Expr, draft: Draft): boolean {
  const seen = seenThrough(arg, knowledge);
  const path = pathOf(seen);
  if (path === undefined || !draft.names.includes(path)) return false;
  return seen.op === 'name'
    ? isPagePointer(locals, seen.name)
    : draft.names.some((name) => isPagePointer(locals, name));
}

/** True where the value of an expression is the followed page under another name. */
export function namesPage(context: StepContext, expr: Expr, draft: Draft): boolean {
  if (expr.op === 'conditional') {
    // `page ?: other` is what it asks for.
    return namesPage(context, expr.then ?? expr.condition, draft) || namesPage(context, expr.else, draft);
  }
  if (expr.op === 'assign') return namesPage(context, expr.value, draft);
  // `pages[i++] = page++`: what the name was before.
  if (expr.op === 'update') return namesPage(context, expr.operand, draft);
  // An address or number that is counted on from the page's own still leads to it.
  if (expr.op === 'binary' && ['+', '-', '|', '&', '<<', '>>'].includes(expr.operator)) {
    return namesPage(context, expr.left, draft) || namesPage(context, expr.right, draft);
  }
  const seen = seenThrough(expr, context.knowledge);
  if (seen.op === 'conditional' || seen.op === 'update') return namesPage(context, seen, draft);
  if (seen.op === 'call') {
    if (draft.names.includes(resultPath(seen))) return true;
    // A bus address is another name: where it is stored, the page is kept.
    return isMapping(context, seen) && seen.args.some((arg) => namesPage(context, arg, draft));
  }
  const path = pathOf(seen);
  if (path === undefined) return false;
  // The address of something inside the page leads to it as well: `&page->lru`, `&sie_page->block`.
  const inside = path.startsWith('&') ? path.slice(1) : undefined;
  return (
    draft.names.includes(path) ||
    draft.names.some((name) => isPartOf(name, path) || (inside !== undefined && isPartOf(inside, name)))
  );
}

/** `dma[i] = dma_map_page(dev, page, ...)`: where others find the bus address, and not the page. */
export function isMapped(context: StepContext, value: Expr): boolean {
  return value.op === 'cast' ? isMapped(context, value.operand) : value.op === 'call' && isMapping(context, value);
}

function isMapping({ knowledge: { model } }: StepContext, { name }: CallExpr): boolean {
  return name !== undefined && model.mappings.has(name);
}

/** `buf->data` may be an address inside the page. */
export function leadsInside({ knowledge }: StepContext, value: Expr, draft: Draft): boolean {
  const path = pathOf(seenThrough(value, knowledge));
  return path !== undefined && !path.includes('[]') && draft.names.some((name) => isPartOf(path, name));
}

/** True for the page itself, a number or address made of it, what holds it, and the address of one of its members. */
export function isHanded(context: StepContext, arg: Expr, seen: Expr, draft: Draft): boolean {
  if (namesPage(context, arg, draft)) return true;
  if (arg.op === 'call' && context.knowledge.model.mappingsOf.has(arg.name ?? ''))
    return arg.args.some((one) => namesPage(context, one, draft));
  // `store(slot, wrap(page))`: what a call nothing is known of made of it.
  if (seen.op === 'call' && draft.resultOf.has(resultPath(seen))) return true;
  const path = pathOf(seen);
  if (path === undefined) return false;
  const place = path.replace(/^&/, '');
  const pointee = pointeeOf(seen);
  return (
    isMadeOfIt(context, path, draft) ||
    draft.names.some((name) => isPartOf(name, place) || (isPartOf(place, name) && !isValueIn(context, path, name))) ||
    (pointee !== undefined && draft.names.includes(pointee))
  );
}

/** A pointer that a call which was handed the page gave back may lead to it, and so may what it filled: `send(dev, &frame)`. */
function isMadeOfIt({ locals }: StepContext, path: Path, { resultOf }: Draft): boolean {
  const isAddress = path.startsWith('&');
  const place = isAddress ? path.slice(1) : path;
  return resultOf.has(place) && (isAddress || (locals.types.get(place)?.pointers ?? 0) > 0);
}

/** `page->mapping->host` is something that the page knows, and no way to the page; in its mapping it can be looked up. */
function isValueIn({ locals }: StepContext, path: Path, name: Path): boolean {
  return !path.startsWith('&') && isPagePointer(locals, name) && path !== `${name}.mapping`;
}
