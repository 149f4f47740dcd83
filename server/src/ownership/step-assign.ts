import { partsOf } from '../syntax/ir-walk.js';
import type { Expr } from '../syntax/ir.js';
import { addName, dropName, forgetFacts, know, tell } from './draft.js';
import type { StepContext, Draft } from './draft.js';
import { namesPage, isMapped, leadsInside } from './leads.js';
import { diesWithCall, isHiddenAt, isPartOf, isSmallNumber, pathOf, placeOf } from './paths.js';
import type { Path } from './paths.js';
import { having } from './state.js';
import { codeTestText, errorCode, POSITIVE, resultPath, signsOfExpr, valuePath, ANY } from './values.js';

/** What an assignment does to the names of the followed page. */

export function assign(
  context: StepContext,
  target: Expr,
  value: Expr | undefined,
  draft: Draft,
  at: Expr | undefined,
): void {
  const path = pathOf(target);
  const isSame =
    value !== undefined &&
    !isSizeOnly(context, target) &&
    (namesPage(context, value, draft) || isNumberOf(context, target, value, draft));
  if (path === undefined) {
    // A place without a name, such as per_cpu(pages, cpu), is one that others can find.
    if (isSame && draft.typestate === 'held') draft.stored = true;
    return;
  }
  const signs = value === undefined ? ANY : signsOfExpr(value, draft.facts, context.knowledge.model);
  const result = value === undefined ? undefined : draft.resultOf.get(valuePath(value) ?? '');
  if (isSame && isMapped(context, value) && !diesWithCall(context.locals, path)) {
    // Who keeps the address in a member of its own has no other way to the page; an element or a pointer is a device's.
    draft.mapped ||= !/^\w+(\.\w+)+$/.test(path);
    forget(context, draft, path, at ?? target);
  } else if (isSame) {
    if (!diesWithCall(context.locals, path) && !isHiddenAt(context.locals, path, target.start)) draft.stored = true;
    if (draft.stored && draft.typestate === 'released') tell(context, draft, 'kept', at ?? target);
    forgetFacts(draft, path);
    addName(draft, path);
  } else {
    if (value !== undefined && leadsInside(context, value, draft) && !diesWithCall(context.locals, path))
      draft.stored = true;
    forget(context, draft, path, at ?? target);
    if (value) initialise(context, path, value, draft);
  }
  const place = placeOf(target) ?? path;
  const isCounted = value !== undefined && draft.counts.includes(valuePath(value) ?? '');
  know(context, draft, place, isSame && draft.typestate === 'held' ? POSITIVE : signs);
  if (result !== undefined) draft.resultOf = having(draft.resultOf, place, result);
  const given = value && errorCode(value);
  for (const code of (given !== undefined && context.codes.get(place)) || []) {
    draft.conditions = having(draft.conditions, codeTestText(place, code), code === given);
  }
  if (isCounted) draft.counts = [...draft.counts, place].sort();
}

/** `struct demo_ctx ctx = { .folio = folio };`: the member is one more name. */
function initialise(context: StepContext, path: Path, value: Expr, draft: Draft): void {
  if (value.op === 'cast') return initialise(context, path, value.operand, draft);
  if (value.op !== 'initialiser' || draft.typestate === 'gone') return;
  for (const { field, value: given } of value.entries) {
    const inside = field === undefined ? `${path}[]` : `${path}.${field}`;
    if (given.op === 'initialiser') initialise(context, inside, given, draft);
    else if (namesPage(context, given, draft)) {
      addName(draft, inside);
      if (draft.typestate === 'held') know(context, draft, inside, POSITIVE);
      if (!diesWithCall(context.locals, path)) draft.stored = true;
    }
  }
}

/** A variable that no page can be found by: how many bytes a call filled is no name of what it filled. */
function isSizeOnly({ locals }: StepContext, target: Expr): boolean {
  const type = target.op === 'name' ? locals.types.get(target.name) : undefined;
  return type !== undefined && isSmallNumber(type);
}

/** An address or entry that a call nothing is known of made of the page: `pte = to_entry(page) | PRESENT`. */
function isNumberOf({ locals }: StepContext, target: Expr, value: Expr, { resultOf }: Draft): boolean {
  const type = target.op === 'name' ? locals.types.get(target.name) : undefined;
  if (type?.pointers !== 0 || !ENTRY.test(type.base)) return false;
  const isMadeOf = (expr: Expr): boolean =>
    (expr.op === 'call' && resultOf.has(resultPath(expr))) || partsOf(expr).some(isMadeOf);
  return isMadeOf(value);
}

/** Types of numbers that a page can be found by. */
const ENTRY =
  /^(unsigned long|(unsigned )?long long|u64|__u64|uint64_t|phys_addr_t|dma_addr_t|p[tmu4g]e?d?e?_t|pgprotval_t|pteval_t|\w*(page|folio)\w*_t)$/;

/** A written path no longer means what it meant; a page whose last name goes is lost. */
export function forget(context: StepContext, draft: Draft, path: Path | undefined, at: Expr): void {
  if (path === undefined) return;
  const gone = draft.names.filter(
    (name) => name === path || isPartOf(name, path) || name === `*${path}` || name.startsWith(`*${path}.`),
  );
  for (const name of gone) if (!path.endsWith('[]')) dropName(draft, name);
  if (gone.length > 0 && draft.names.length === 0) {
    if (draft.typestate === 'held') tell(context, draft, 'lost', at);
    // Who asks what becomes of a page asks no more of one that was given back.
    if (draft.typestate === 'held' || !context.followsGone) draft.typestate = 'gone';
  }
  forgetFacts(draft, path);
}

/** A name that is counted on leads to what comes next: whether that is the page or its neighbour is not followed. */
export function moveOn(draft: Draft, path: Path | undefined, isCounted: boolean): void {
  if (path === undefined) return;
  forgetFacts(draft, path);
  if (isCounted && dropName(draft, path)) draft.typestate = 'gone';
}
