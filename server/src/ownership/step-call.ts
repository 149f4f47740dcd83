import type { OwnedUnit, OwnershipAct } from '@pageref/shared';
import { partsOf } from '../syntax/ir-walk.js';
import type { Expr } from '../syntax/ir.js';
import { actsOfCall, actsOfFacet, isBorrower, isMacroName, isReader, operandPath, seenThrough } from './calls.js';
import type { CallExpr } from './calls.js';
import { addName, dropName, tell } from './draft.js';
import type { StepContext, Acquisition, Draft, Choose } from './draft.js';
import { isInvolved, names, isPage, namesPage, isHanded } from './leads.js';
import { callsOf } from './nodes.js';
import { diesWithCall, isPagePointer, isPartOf, pathOf } from './paths.js';
import { EVERY_OUTCOME, having, lacking, UNCERTAIN } from './state.js';
import { answersLength, ANY, NEGATIVE, POSITIVE, resultPath, signsOf, ZERO } from './values.js';
import type { Signs } from './values.js';

/** What a call does to the followed page. */

export function call(context: StepContext, expr: CallExpr, draft: Draft, choose: Choose): void {
  const { knowledge, begins, fails } = context;
  draft.facts = lacking(draft.facts, resultPath(expr));
  if (fails?.call === expr) draft.facts = having(draft.facts, resultPath(expr), fails.by);
  if (fails?.call === expr) return;
  if (begins?.call === expr && draft.typestate === 'gone') return begin(context, begins, draft);
  if (context.unit === 'lock' && expr.name !== undefined && knowledge.unlocksFound(expr.name)) draft.typestate = 'gone';
  const freed = expr.name === undefined ? undefined : knowledge.model.frees.get(expr.name);
  if (freed !== undefined && draft.handedTo.size > 0) leaveListed(context, expr.args[freed], draft);
  if (!isInvolved(expr, draft)) return;
  const acts = actsOfCall(expr, knowledge);
  // An answer that is not asked for at once is not held to a length later, or to none at all.
  const isUnasked = context.asksLength !== true && answersLength(expr, knowledge.model);
  if (!acts || isUnasked) {
    if (!actInside(context, expr, draft, choose)) unknownCall(context, expr, draft);
    return;
  }
  if (freed !== undefined) freeHolder(context, expr, freed, draft);
  const mine = actsOfFacet(acts, context.unit);
  for (const act of mine) {
    if (freesTable(context, expr, act, draft)) freeHolder(context, expr, 0, draft);
    else if (isOperand(context, expr, act, draft)) apply(context, expr, act, mine, draft, choose);
    else if (mayLeadTo(context, expr, act, draft)) hand(context, expr, draft);
  }
}

/** What is kept is no name of the page, and may lead to it all the same: `make_request(folio->mapping)`. */
function mayLeadTo(context: StepContext, { args }: CallExpr, { does, on }: OwnershipAct, draft: Draft): boolean {
  const arg = does === 'hand-over' && on.at !== 'result' && on.through === undefined ? args[on.at] : undefined;
  return (
    arg !== undefined &&
    draft.typestate === 'held' &&
    isHanded(context, arg, seenThrough(arg, context.knowledge), draft)
  );
}

/** What a function surely does to a page that its argument holds, whatever it does to the argument; false where that is not known. */
function actInside(context: StepContext, expr: CallExpr, draft: Draft, choose: Choose): boolean {
  const known = expr.name === undefined ? [] : context.knowledge.insidesOf(expr.name);
  const acts = actsOfFacet(known, context.unit).filter((act) => isOperand(context, expr, act, draft));
  for (const act of acts) apply(context, expr, act, acts, draft, choose);
  return acts.length > 0;
}

/** The page that is freed is the table that leads to the followed ones. */
function freesTable(
  { knowledge }: StepContext,
  expr: CallExpr,
  { does, unit, on }: OwnershipAct,
  draft: Draft,
): boolean {
  if (does !== 'drop' || unit !== 'page' || on.through !== undefined) return false;
  const path = operandPath(expr, on, knowledge);
  return path !== undefined && !draft.names.includes(path) && draft.names.includes(`${path}[]`);
}

function isOperand(context: StepContext, expr: CallExpr, { on }: OwnershipAct, draft: Draft): boolean {
  const path = operandPath(expr, on, context.knowledge);
  if (path !== undefined && names(context, draft, path)) return true;
  // `folio ?: newfolio`, `&page->lru`
  const arg = typeof on.at === 'number' && on.through === undefined ? expr.args[on.at] : undefined;
  return arg !== undefined && namesPage(context, arg, draft);
}

/** Freeing what alone leads to the page loses it. */
function freeHolder(context: StepContext, expr: CallExpr, at: number, draft: Draft): void {
  const first = expr.args[at];
  const path = first && pathOf(first);
  if (!first || draft.typestate !== 'held') return;
  if (context.unit === 'page' && isPage(context, first, draft)) tell(context, draft, 'freed', expr);
  if (path === undefined) return;
  const inside = draft.names.filter((name) => isPartOf(name, path));
  if (inside.length === 0 || inside.length < draft.names.length) return;
  tell(context, draft, 'holder-freed', expr);
  draft.typestate = 'gone';
}

/** The followed acquisition, taken to have succeeded. */
function begin({ locals }: StepContext, { call: { start }, act, path }: Acquisition, draft: Draft): void {
  draft.typestate = 'held';
  addName(draft, path);
  draft.stored = act.on.at !== 'result' && !diesWithCall(locals, path);
  draft.mapped = false;
  if (act.when !== 'always') draft.facts = having(draft.facts, `@${String(start)}`, signsOf(act.when));
  // A pointer that comes back from filling a holder leads into what the holder owns.
  if (act.on.through === 'out' && act.when === 'positive') addName(draft, `@${String(start)}`);
  if (!path.includes('[]')) draft.facts = having(draft.facts, path, POSITIVE);
  draft.short = false;
  draft.counts = isCount(act) ? [`@${String(start)}`] : [];
}

/** True for a call that may get fewer pages than it was asked for, and says how many. */
export function isCount({ on, when, unit }: OwnershipAct): boolean {
  return on.through === 'array' && when === 'positive' && (unit === 'pin' || unit === 'reference');
}

/** What a call answers when an act did not happen: a test says zero, and what hands over in success fails with a code. */
function otherOutcomes({ does, when }: OwnershipAct, acts: readonly OwnershipAct[]): Signs {
  if (when === 'positive' && !hasRow(acts, 'negative')) return ZERO;
  if (when === 'zero' && does === 'hand-over') return NEGATIVE;
  return when === 'always' ? ANY : ANY & ~signsOf(when);
}

function hasRow(acts: readonly OwnershipAct[], when: OwnershipAct['when']): boolean {
  return acts.some((act) => act.when === when);
}

/** An act on the followed page. One that depends on the outcome is followed both ways, where that can be told later. */
function apply(
  context: StepContext,
  expr: CallExpr,
  act: OwnershipAct,
  acts: readonly OwnershipAct[],
  draft: Draft,
  choose: Choose,
): void {
  if (act.does === 'borrow') return;
  if (act.when !== 'always') {
    const known = draft.facts.get(resultPath(expr)) ?? ANY;
    const otherwise = known & otherOutcomes(act, acts);
    if ((known & signsOf(act.when)) === 0 || (otherwise !== 0 && choose(2) === 1)) {
      if (otherwise !== 0) draft.facts = having(draft.facts, resultPath(expr), otherwise);
      // Its result tells that the page was left with this function.
      if (act.does !== 'take') draft.resultOf = having(draft.resultOf, resultPath(expr), expr.start);
      return;
    }
    draft.facts = having(draft.facts, resultPath(expr), signsOf(act.when));
  }
  switch (act.does) {
    case 'take':
      // What a call writes into a place is another page there; only a page that is handed in is taken once more.
      if (draft.typestate === 'held' && act.on.through !== undefined) return overwrite(context, expr, act, draft);
      // Who takes a page that was given back holds another reference than the one that is followed.
      if (draft.typestate === 'released' && act.on.through === undefined) draft.typestate = 'gone';
      if (draft.typestate !== 'held') return;
      // Who locks a page that it has locked has given it back in between, in a way that is not seen.
      if (act.unit === 'lock') draft.typestate = 'gone';
      else if (draft.extras.length < MAX_EXTRAS) draft.extras = [...draft.extras, act.unit].sort();
      return;
    case 'hand-over':
      if (draft.typestate !== 'held') return;
      if (takesExtra(draft, act.unit, context.unit)) return;
      tell(context, draft, 'handed-over', expr);
      if (isListFreed(context, expr, act))
        hand(context, expr, draft, act.when === 'always' ? EVERY_OUTCOME : signsOf(act.when));
      else draft.typestate = 'gone';
      return;
    case 'drop':
      return drop(context, expr, act.isMixed === true ? context.unit : act.unit, draft);
  }
}

/** Another page is written over the variable that was the only way to this one. */
function overwrite(context: StepContext, expr: CallExpr, { on }: OwnershipAct, draft: Draft): void {
  const path = operandPath(expr, on, context.knowledge);
  // What holds pages may let go of one when it is given the next, as a buffer does.
  if (path === undefined || !isPagePointer(context.locals, path)) return;
  if (!dropName(draft, path) || draft.names.length > 0) return;
  tell(context, draft, 'lost', expr);
  draft.typestate = 'gone';
}

/** References of one page that are counted apart. */
const MAX_EXTRAS = 3;

/** A give-back of what was taken beside the followed one: that of its own unit first. */
function takesExtra(draft: Draft, unit: OwnedUnit, followed: OwnedUnit): boolean {
  if (draft.extras.length === 0) return false;
  const at = draft.extras.indexOf(unit);
  if (at < 0 && unit === followed) return false;
  // References of one unit are alike: one of them goes. Which of two units goes is not told otherwise.
  if (at < 0) draft.typestate = 'gone';
  else draft.extras = draft.extras.filter((_, index) => index !== at);
  return true;
}

function drop(context: StepContext, expr: CallExpr, unit: OwnedUnit, draft: Draft): void {
  if (draft.typestate === 'released') {
    if (isPlain(expr)) tell(context, draft, 'again', expr);
    draft.twice = true;
    return;
  }
  if (draft.typestate !== 'held') return;
  if (takesExtra(draft, unit, context.unit)) return;
  tell(context, draft, 'drop', expr, unit);
  draft.typestate = 'released';
}

/** The page by its own name: not an element, not one of two, not a part of a block. */
function isPlain({ args }: CallExpr): boolean {
  return args.every((arg) => pathOf(arg)?.includes('[]') !== true && arg.op !== 'conditional' && !holdsSum(arg));
}

function holdsSum(expr: Expr): boolean {
  return expr.op === 'binary' || expr.op === 'update' || partsOf(expr).some(holdsSum);
}

/** Stands for the offset of a call where it does not matter which one it was. */
const ANYBODY = -1;

/** A call of which nothing is known may keep what it is handed, and write what its arguments lead to. */
function unknownCall(context: StepContext, expr: CallExpr, draft: Draft): void {
  const { name, args } = expr;
  if (name !== undefined && (isBorrower(context.knowledge, name) || isReader(context.knowledge, name))) return;
  for (const arg of args) {
    const seen = seenThrough(arg, context.knowledge);
    const path = pathOf(seen);
    // Whoever gets the variable's address can put another page there, and keep this one.
    if (path?.startsWith('&') && draft.names.includes(path.slice(1))) draft.typestate = 'gone';
    if (isHanded(context, arg, seen, draft)) {
      if (draft.typestate === 'released') tell(context, draft, 'kept', expr);
      else hand(context, expr, draft);
      if (mayStore(expr)) draft.stored = true;
      fillOthers(context, expr, draft);
    }
    // What its address is given to can be anything afterwards.
    if (path?.startsWith('&')) draft.facts = lacking(draft.facts, path.slice(1));
  }
}

/** A structure of the function's own that a call was given beside the page may hold it afterwards: `init(&buff, page_address(page))`. */
function fillOthers({ locals, followsGone }: StepContext, { args, start }: CallExpr, draft: Draft): void {
  if (followsGone) return;
  for (const arg of args) {
    const path = pathOf(arg);
    const name = path?.startsWith('&') ? path.slice(1) : undefined;
    const type = name === undefined ? undefined : locals.types.get(name);
    if (name === undefined || type?.pointers !== 0 || type.tag !== 'struct') continue;
    draft.resultOf = having(draft.resultOf, name, start);
  }
}

/** A macro that nobody has read, given a place of others beside the page: it may be an assignment, as `RING_INIT(&dev->ring, page)`. */
function mayStore({ name, args }: CallExpr): boolean {
  if (name === undefined || !isMacroName(name)) return false;
  return args.some((arg) => arg.op === 'unary' && arg.operator === '&' && arg.operand.op === 'member');
}

/** What lists the page is freed in this function, which has the page again from there. */
function isListFreed({ knowledge, nodes }: StepContext, { args }: CallExpr, { listedBy }: OwnershipAct): boolean {
  const list = listedBy === undefined ? undefined : args[listedBy];
  const path = list && pathOf(list);
  if (path === undefined) return false;
  return nodes.flatMap(callsOf).some((call) => {
    const at = knowledge.model.frees.get(call.name ?? '');
    const freed = at === undefined ? undefined : call.args[at];
    return freed !== undefined && pathOf(freed) === path;
  });
}

/** What listed the page is freed: nobody holds it by that any more. */
function leaveListed({ knowledge, nodes }: StepContext, freed: Expr | undefined, draft: Draft): void {
  const path = freed && pathOf(freed);
  if (path === undefined) return;
  const isListing = (call: CallExpr): boolean =>
    actsOfCall(call, knowledge)?.some(({ listedBy }) => {
      const list = listedBy === undefined ? undefined : call.args[listedBy];
      return list !== undefined && pathOf(list) === path;
    }) === true;
  const lists = nodes.flatMap(callsOf).filter((call) => draft.handedTo.has(call.start) && isListing(call));
  for (const { start } of lists) draft.handedTo = lacking(draft.handedTo, start);
}

function hand({ knowledge, followsGone }: StepContext, expr: CallExpr, draft: Draft, seen = EVERY_OUTCOME): void {
  const isUncertain = expr.name !== undefined && knowledge.mayDrop(expr.name);
  // Whether it was handed to anybody is all that is asked of a parameter.
  const at = followsGone ? ANYBODY : expr.start;
  const before = followsGone ? (draft.handedTo.get(at) ?? 0) : 0;
  draft.handedTo = having(draft.handedTo, at, before | (isUncertain ? seen | UNCERTAIN : seen));
  if (!followsGone) draft.resultOf = having(draft.resultOf, resultPath(expr), expr.start);
}
