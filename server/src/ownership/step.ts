import type { OwnedUnit, OwnershipAct } from '@pageref/shared';
import type { CfgNode, NodeId } from '../flow/cfg/cfg.js';
import type { Condition } from '../syntax/index.js';
import type { Expr } from '../syntax/ir.js';
import { partsOf } from '../syntax/ir-walk.js';
import { actsOfFacet, isBorrower, isHead, isReader, operandPath, seenThrough } from './calls.js';
import type { CallExpr, CallKnowledge } from './calls.js';
import { diesWithCall, isPagePointer, isPartOf, pathOf, pathOfPlace, placeOf, pointeeOf, rootOf } from './paths.js';
import type { Locals, Path } from './paths.js';
import { EVERY_OUTCOME, UNCERTAIN, STRANGE, STRANGE_FALSE, STRANGE_TRUE, having, keeping, lacking } from './state.js';
import type { OwnershipState } from './state.js';
import { ANY, NEGATIVE, POSITIVE, refine, resultPath, signsOf, signsOfExpr, valuePath, ZERO } from './values.js';
import type { Signs } from './values.js';

/** What happens to the followed page on the way through a node. */
export interface Event {
  readonly does: 'drop' | 'again' | 'lost' | 'holder-freed' | 'freed' | 'returned' | 'handed-over' | 'used' | 'kept';
  /** What is given back: of another unit than what was taken, it is no counterpart. */
  readonly unit: OwnedUnit;
  /** Offset and length of what does it. */
  readonly start: number;
  readonly length: number;
  readonly state: OwnershipState;
}

/** What a step needs beside the state. */
export interface StepContext {
  readonly knowledge: CallKnowledge;
  readonly locals: Locals;
  readonly unit: OwnedUnit;
  /** The acquisition fills an array or a holder, whose elements and members are what is owed. */
  readonly fills: boolean;
  /** Go on where the page is gone: somebody asks what the function returns then. */
  readonly followsGone: boolean;
  /** Each state keeps the one that it came from: somebody asks how it was reached. */
  readonly keepsWays: boolean;
  /** Paths whose values are worth knowing: those that a condition or a return asks for. */
  readonly asked: ReadonlySet<Path>;
  /** Texts of conditions that stand in the function more than once. */
  readonly repeated: (condition: Expr) => string | undefined;
  /** True for a condition that a macro only warns of: what it says is expected, and what is done otherwise is nothing. */
  readonly isAsserted: (node: CfgNode) => boolean;
  /** What the first arms of preprocessor groups ask, by the offset of the directive. */
  readonly armConditions: ReadonlyMap<number, Condition>;
  readonly onEvent: (event: Event) => void;
  /** The acquisition that begins here, where this step is its first. */
  readonly begins?: Acquisition;
}

/** One call by which the function comes to owe a give-back. */
export interface Acquisition {
  readonly node: NodeId;
  readonly call: CallExpr;
  readonly act: OwnershipAct;
  readonly path: Path;
}

/** A state under work: its fields are set anew, what they hold is never written. */
type Draft = { -readonly [Field in keyof OwnershipState]: OwnershipState[Field] };

type Choose = (options: number) => number;

/** Where a node leads, with the state there; calls with several outcomes lead there several times. */
export function step(context: StepContext, node: CfgNode, state: OwnershipState): [NodeId, OwnershipState][] {
  const found: [NodeId, OwnershipState][] = [];
  const draftOf = (): Draft => thaw(state, node.id, context.keepsWays ? state : undefined);
  for (const after of outcomesOf(draftOf, (one, choose) => runNode(context, node, one, choose))) {
    if (context.begins && after.typestate === 'gone') continue;
    if (node.op === 'branch') {
      for (const [at, to] of node.next.entries()) {
        const next = context.isAsserted(node) ? after : take(context, node.condition, at === 0, after);
        if (next) found.push([to, withoutResults(next)]);
      }
    } else if (node.op === 'choice' && node.arms !== undefined) {
      for (const [at, to] of node.next.entries()) {
        const next = takeArm(context.armConditions.get(node.arms), at, node.next.length, after);
        if (next) found.push([to, withoutResults(next)]);
      }
    } else {
      const next = withoutResults(after);
      for (const to of new Set(node.next)) found.push([to, next]);
    }
  }
  return found;
}

/** The state in one arm of a preprocessor group; undefined where another group of the same condition took the other side. */
function takeArm(
  asked: Condition | undefined,
  arm: number,
  arms: number,
  state: OwnershipState,
): OwnershipState | undefined {
  if (!asked || arms !== 2) return state;
  const key = `#${asked.key}`;
  const holds = (arm === 0) !== asked.negated;
  const known = state.conditions.get(key);
  if (known !== undefined) return known === holds ? state : undefined;
  return { ...state, conditions: having(state.conditions, key, holds) };
}

/** What was not stored by the end of a node can be asked for no more. */
function withoutResults(state: OwnershipState): OwnershipState {
  const facts = keeping(state.facts, isStored);
  const resultOf = keeping(state.resultOf, isStored);
  const names = state.names.every(isStored) ? state.names : state.names.filter(isStored);
  const counts = state.counts.every(isStored) ? state.counts : state.counts.filter(isStored);
  const isGone = names.length === 0 && state.typestate !== 'gone';
  const isSame =
    facts === state.facts && resultOf === state.resultOf && names === state.names && counts === state.counts;
  if (!isGone && isSame) return state;
  return { ...state, facts, resultOf, names, counts, ...(isGone && { typestate: 'gone' as const }) };
}

function isStored(path: Path): boolean {
  return !path.startsWith('@');
}

/** Runs work once for each combination of outcomes it asks for. */
function outcomesOf(draftOf: () => Draft, work: (draft: Draft, choose: Choose) => void): readonly OwnershipState[] {
  const drafts: Draft[] = [];
  const plan: { taken: number; options: number }[] = [];
  do {
    let depth = 0;
    const choose = (options: number): number => {
      const known = plan[depth];
      const one = known ?? { taken: 0, options };
      if (!known) plan.push(one);
      depth++;
      return one.taken;
    };
    const draft = draftOf();
    work(draft, choose);
    drafts.push(draft);
    while (plan.length > 0 && (plan.at(-1)?.taken ?? 0) + 1 >= (plan.at(-1)?.options ?? 0)) plan.pop();
    const last = plan.at(-1);
    if (last) last.taken++;
  } while (plan.length > 0);
  return drafts;
}

/** Written out, because each step does it, and copying an object field by field is slow where its shape is not told. */
function thaw(state: OwnershipState, node: NodeId, before: OwnershipState | undefined): Draft {
  const { typestate, names, extras, counts, short, stored, mapped, facts, conditions, handedTo, resultOf } = state;
  return {
    typestate,
    names,
    extras,
    counts,
    short,
    stored,
    mapped,
    facts,
    conditions,
    handedTo,
    resultOf,
    before,
    node,
  };
}

/** One more name of the followed page; names are sorted. */
function addName(draft: Draft, path: Path): void {
  if (!draft.names.includes(path)) draft.names = [...draft.names, path].sort();
}

/** True where it was one of the names. */
function dropName(draft: Draft, path: Path): boolean {
  if (!draft.names.includes(path)) return false;
  draft.names = draft.names.filter((name) => name !== path);
  return true;
}

function runNode(context: StepContext, node: CfgNode, draft: Draft, choose: Choose): void {
  switch (node.op) {
    case 'eval':
      evaluate(context, node.expr, draft, choose);
      break;
    case 'declare':
      if (node.initial) evaluate(context, node.initial, draft, choose);
      assign(context, { op: 'name', name: node.name, start: -1, end: -1 }, node.initial, draft, node.initial);
      break;
    case 'set':
      forget(context, draft, pathOf(node.target), node.target);
      know(context, draft, placeOf(node.target), node.value === 1 ? POSITIVE : ZERO);
      break;
    case 'branch':
      evaluate(context, node.condition, draft, choose);
      break;
    case 'choice':
      if (node.expr) evaluate(context, node.expr, draft, choose);
      break;
    case 'turn': {
      const [first] = node.call.args;
      if (first) assign(context, first, undefined, draft, node.call);
      break;
    }
    case 'return':
      if (node.value) {
        evaluate(context, node.value, draft, choose);
        if (
          draft.typestate === 'held' &&
          (namesPage(context, node.value, draft) || leadsInside(context, node.value, draft))
        )
          tell(context, draft, 'returned', node.value);
      }
      break;
    default:
  }
}

/** Evaluates an expression for what it does to the page, inside out. */
function evaluate(context: StepContext, expr: Expr, draft: Draft, choose: Choose): void {
  if (expr.op === 'assign') {
    evaluate(context, expr.value, draft, choose);
    if (expr.target.op !== 'name') for (const part of partsOf(expr.target)) evaluate(context, part, draft, choose);
    // `pfn &= mask` still leads to the page, `addr += size` to another one.
    if (expr.operator !== '=') {
      if (draft.typestate === 'held' && namesPage(context, expr.value, draft)) draft.stored = true;
      return moveOn(draft, pathOf(expr.target), ['+=', '-='].includes(expr.operator));
    }
    return assign(context, expr.target, expr.value, draft, expr);
  }
  for (const part of partsOf(expr)) evaluate(context, part, draft, choose);
  if (expr.op === 'update') return moveOn(draft, pathOf(expr.operand), true);
  followed(context, expr, draft);
  if (draft.typestate === 'released' && isUse(context, expr, draft)) tell(context, draft, 'used', expr);
  if (expr.op === 'call') call(context, expr, draft, choose);
}

/** What reads or writes the page structure: a member of it, or a call that does. */
function isUse({ knowledge }: StepContext, expr: Expr, { names: known }: Draft): boolean {
  if (expr.op === 'member') return expr.arrow && !isHead(expr) && known.includes(pathOf(expr.object) ?? '');
  if (expr.op !== 'call' || expr.name === undefined || !isReader(knowledge, expr.name)) return false;
  const [first] = expr.args;
  return first !== undefined && known.includes(pathOf(seenThrough(first, knowledge)) ?? '');
}

/** A name that is counted on leads to what comes next: whether that is the page or its neighbour is not followed. */
function moveOn(draft: Draft, path: Path | undefined, isCounted: boolean): void {
  if (path === undefined) return;
  forgetFacts(draft, path);
  if (isCounted && dropName(draft, path)) draft.typestate = 'gone';
}

/** What is followed to something is no NULL and no error pointer from there on. */
function followed({ asked }: StepContext, expr: Expr, draft: Draft): void {
  const pointer =
    expr.op === 'member' && expr.arrow
      ? expr.object
      : expr.op === 'unary' && expr.operator === '*'
        ? expr.operand
        : expr.op === 'index'
          ? expr.object
          : undefined;
  const path = pointer && placeOf(pointer);
  if (path === undefined || !asked.has(path)) return;
  if (((draft.facts.get(path) ?? ANY) & POSITIVE) !== 0) draft.facts = having(draft.facts, path, POSITIVE);
}

function call(context: StepContext, expr: CallExpr, draft: Draft, choose: Choose): void {
  const { knowledge, begins } = context;
  draft.facts = lacking(draft.facts, resultPath(expr));
  if (begins?.call === expr && draft.typestate === 'gone') return begin(context, begins, draft);
  if (context.unit === 'lock' && expr.name !== undefined && knowledge.unlocksFound(expr.name)) draft.typestate = 'gone';
  if (!isInvolved(expr, draft)) return;
  const acts = expr.name === undefined ? undefined : knowledge.actsOf(expr.name);
  if (!acts) return unknownCall(context, expr, draft);
  const freed = expr.name === undefined ? undefined : knowledge.model.frees.get(expr.name);
  if (freed !== undefined) freeHolder(context, expr, freed, draft);
  const mine = actsOfFacet(acts, context.unit);
  for (const act of mine) {
    if (freesTable(context, expr, act, draft)) freeHolder(context, expr, 0, draft);
    else if (isOperand(context, expr, act, draft)) apply(context, expr, act, mine, draft, choose);
  }
}

/** A call that is given nothing which leads to the page says nothing of it. */
function isInvolved({ args }: CallExpr, { names: known }: Draft): boolean {
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

/** True for a `struct page *`, a `struct folio *` or the address of one by a call that makes it: no memory of an allocator of objects. */
function isPage({ knowledge, locals }: StepContext, arg: Expr, draft: Draft): boolean {
  const seen = seenThrough(arg, knowledge);
  return seen.op === 'name' && draft.names.includes(seen.name) && isPagePointer(locals, seen.name);
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

/** True where a path is the followed page, holds it, or is an element of the array or holder that was filled. */
function names(context: StepContext, draft: Draft, path: Path): boolean {
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
      return;
    }
    draft.facts = having(draft.facts, resultPath(expr), signsOf(act.when));
  }
  switch (act.does) {
    case 'take':
      // What a call writes into a place is another page there; only a page that is handed in is taken once more.
      if (draft.typestate !== 'held' || act.on.through !== undefined) return;
      // Who locks a page that it has locked has given it back in between, in a way that is not seen.
      if (act.unit === 'lock') draft.typestate = 'gone';
      else if (draft.extras.length < MAX_EXTRAS) draft.extras = [...draft.extras, act.unit].sort();
      return;
    case 'hand-over':
      if (draft.typestate !== 'held') return;
      if (takesExtra(draft, act.unit, context.unit)) return;
      tell(context, draft, 'handed-over', expr);
      draft.typestate = 'gone';
      return;
    case 'drop':
      return drop(context, expr, act.isMixed === true ? context.unit : act.unit, draft);
  }
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
  if (draft.typestate === 'released') return isPlain(expr) ? tell(context, draft, 'again', expr) : undefined;
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
    }
    // What its address is given to can be anything afterwards.
    if (path?.startsWith('&')) draft.facts = lacking(draft.facts, path.slice(1));
  }
}

function hand({ knowledge, followsGone }: StepContext, expr: CallExpr, draft: Draft): void {
  const isUncertain = expr.name !== undefined && knowledge.mayDrop(expr.name);
  // Whether it was handed to anybody is all that is asked of a parameter.
  const at = followsGone ? ANYBODY : expr.start;
  const before = followsGone ? (draft.handedTo.get(at) ?? 0) : 0;
  draft.handedTo = having(draft.handedTo, at, before | (isUncertain ? EVERY_OUTCOME | UNCERTAIN : EVERY_OUTCOME));
  if (!followsGone) draft.resultOf = having(draft.resultOf, resultPath(expr), expr.start);
}

/** True for the page itself, a number or address made of it, what holds it, and the address of one of its members. */
function isHanded(context: StepContext, arg: Expr, seen: Expr, draft: Draft): boolean {
  if (namesPage(context, arg, draft)) return true;
  const path = pathOf(seen);
  if (path === undefined) return false;
  const place = path.replace(/^&/, '');
  const pointee = pointeeOf(seen);
  return (
    draft.names.some((name) => isPartOf(name, place) || isPartOf(place, name)) ||
    (pointee !== undefined && draft.names.includes(pointee))
  );
}

function assign(context: StepContext, target: Expr, value: Expr | undefined, draft: Draft, at: Expr | undefined): void {
  const path = pathOf(target);
  const isSame = value !== undefined && (namesPage(context, value, draft) || isNumberOf(context, target, value, draft));
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
    if (!diesWithCall(context.locals, path)) draft.stored = true;
    if (draft.stored && draft.typestate === 'released') tell(context, draft, 'kept', at ?? target);
    forgetFacts(draft, path);
    addName(draft, path);
  } else {
    if (value !== undefined && leadsInside(context, value, draft) && !diesWithCall(context.locals, path))
      draft.stored = true;
    forget(context, draft, path, at ?? target);
  }
  const place = placeOf(target) ?? path;
  const isCounted = value !== undefined && draft.counts.includes(valuePath(value) ?? '');
  know(context, draft, place, isSame && draft.typestate === 'held' ? POSITIVE : signs);
  if (result !== undefined) draft.resultOf = having(draft.resultOf, place, result);
  if (isCounted) draft.counts = [...draft.counts, place].sort();
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
  /^(unsigned long|(unsigned )?long long|u64|__u64|uint64_t|phys_addr_t|dma_addr_t|p[tmu4g]e?d?e?_t|pgprotval_t|pteval_t)$/;

/** True where the value of an expression is the followed page under another name. */
function namesPage(context: StepContext, expr: Expr, draft: Draft): boolean {
  if (expr.op === 'conditional') {
    return (expr.then !== undefined && namesPage(context, expr.then, draft)) || namesPage(context, expr.else, draft);
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
function isMapped(context: StepContext, value: Expr): boolean {
  return value.op === 'cast' ? isMapped(context, value.operand) : value.op === 'call' && isMapping(context, value);
}

function isMapping({ knowledge: { model } }: StepContext, { name }: CallExpr): boolean {
  return name !== undefined && model.mappings.has(name);
}

/** `buf->data` may be an address inside the page. */
function leadsInside({ knowledge }: StepContext, value: Expr, draft: Draft): boolean {
  const path = pathOf(seenThrough(value, knowledge));
  return path !== undefined && !path.includes('[]') && draft.names.some((name) => isPartOf(path, name));
}

/** A written path no longer means what it meant; a page whose last name goes is lost. */
function forget(context: StepContext, draft: Draft, path: Path | undefined, at: Expr): void {
  if (path === undefined) return;
  const gone = draft.names.filter(
    (name) => name === path || isPartOf(name, path) || name === `*${path}` || name.startsWith(`*${path}.`),
  );
  for (const name of gone) if (!path.endsWith('[]')) dropName(draft, name);
  if (gone.length > 0 && draft.names.length === 0) {
    if (draft.typestate === 'held') tell(context, draft, 'lost', at);
    draft.typestate = 'gone';
  }
  forgetFacts(draft, path);
}

function forgetFacts(draft: Draft, path: Path): void {
  const lasts = (place: Path): boolean => {
    const known = pathOfPlace(place);
    return known !== path && !isPartOf(known, path) && !place.includes(`[${path}]`);
  };
  draft.resultOf = keeping(draft.resultOf, lasts);
  if (!draft.counts.every(lasts)) draft.counts = draft.counts.filter(lasts);
  draft.facts = keeping(draft.facts, lasts);
  if (draft.conditions.size === 0) return;
  const word = new RegExp(`(^|\\W)${/\w+$/.exec(path.replace(/\[\]$/, ''))?.[0] ?? rootOf(path)}(\\W|$)`);
  draft.conditions = keeping(draft.conditions, (text) => !word.test(text));
}

function know(context: StepContext, draft: Draft, path: Path | undefined, signs: Signs): void {
  // Of which element something is known is not followed where its index is none that has a name.
  if (path === undefined || signs === ANY || path.includes('[]')) return;
  if (!context.asked.has(path) && !draft.names.includes(pathOfPlace(path))) return;
  draft.facts = having(draft.facts, path, signs);
}

/** The state on one side of a condition; undefined where that side cannot be reached. */
function take(
  context: StepContext,
  condition: Expr,
  holds: boolean,
  state: OwnershipState,
): OwnershipState | undefined {
  const facts = refine(state.facts, condition, holds, context.knowledge.model);
  if (!facts) return undefined;
  const text = context.repeated(condition);
  if (text !== undefined && state.conditions.has(text) && state.conditions.get(text) !== holds) return undefined;
  const conditions = text === undefined ? state.conditions : having(state.conditions, text, holds);
  const isAside = isUncounted(context, condition, holds, state) || isCompared(context, condition, state);
  const typestate = isAside ? 'gone' : state.typestate;
  const handedTo = outcomesSeen(state, facts, facts === state.facts ? condition : undefined, holds);
  const short = state.short || isShort(condition, holds, state);
  const isSame =
    typestate === state.typestate &&
    facts === state.facts &&
    conditions === state.conditions &&
    handedTo === state.handedTo &&
    short === state.short;
  return isSame ? state : { ...state, typestate, facts, conditions, handedTo, short };
}

/** The side of a comparison on which fewer pages were got than another number says, which is none that only tells failure. */
function isShort(condition: Expr, holds: boolean, { counts }: OwnershipState): boolean {
  if (condition.op !== 'binary' || counts.length === 0) return false;
  const { left, right, operator } = condition;
  const isCounted = (expr: Expr): boolean => counts.includes(valuePath(expr) ?? '');
  const [onLeft, onRight] = [isCounted(left), isCounted(right)];
  if (onLeft === onRight || tellsFailure(onLeft ? right : left)) return false;
  if (operator === '==' || operator === '!=') return holds === (operator === '!=');
  return operator === (onLeft ? '<' : '>') ? holds : operator === (onLeft ? '>=' : '<=') && !holds;
}

/** Zero, one or a code: more than that nobody compares with who asked for many. */
function tellsFailure(expr: Expr): boolean {
  if (expr.op === 'number') return (expr.value ?? 0) <= 1;
  return expr.op === 'unary' && expr.operator === '-';
}

/** A side of a test on which there is no page that is counted: which kinds are is another rule's question. */
function isUncounted(
  { knowledge }: StepContext,
  condition: Expr,
  holds: boolean,
  { names: known }: OwnershipState,
): boolean {
  if (condition.op !== 'call' || condition.name === undefined) return false;
  const uncounted = knowledge.uncountedWhen(condition.name);
  if (uncounted !== holds) return false;
  return condition.args.some((arg) => known.includes(pathOf(seenThrough(arg, knowledge)) ?? ''));
}

/** `page != locked_page`: which page it is decides who owns it, and that is not followed. */
function isCompared({ knowledge }: StepContext, condition: Expr, { names: known }: OwnershipState): boolean {
  if (condition.op !== 'binary' || !['==', '!='].includes(condition.operator)) return false;
  const [left, right] = [condition.left, condition.right].map((expr) => pathOf(seenThrough(expr, knowledge)));
  const isKnown = (path: Path | undefined): boolean => path !== undefined && known.includes(path);
  const isOther = (path: Path | undefined): boolean => path !== undefined && !/^(NULL|[A-Z_0-9]+)$/.test(path);
  return (isKnown(left) && isOther(right)) || (isKnown(right) && isOther(left));
}

/**
 * What a branch tells of the result of a call that was handed the page. A condition on it that says nothing of its sign still
 * has two sides, and what one side does is no evidence for the other.
 */
function outcomesSeen(
  { handedTo, resultOf }: OwnershipState,
  facts: OwnershipState['facts'],
  strange: Expr | undefined,
  holds: boolean,
): OwnershipState['handedTo'] {
  if (resultOf.size === 0) return handedTo;
  let seen = handedTo;
  for (const [path, at] of resultOf) {
    const before = seen.get(at);
    if (before === undefined) continue;
    const signs = facts.get(path) ?? ANY;
    const isAsked = strange !== undefined && pathsIn(strange).includes(path);
    const strangeOnes = isAsked ? (holds ? STRANGE_TRUE : STRANGE_FALSE) : STRANGE;
    seen = having(seen, at, before & (signs | UNCERTAIN | strangeOnes));
  }
  return seen;
}

function pathsIn(expr: Expr): Path[] {
  const own = valuePath(expr);
  return [...(own === undefined ? [] : [own]), ...partsOf(expr).flatMap(pathsIn)];
}

function tell(
  context: StepContext,
  draft: Draft,
  does: Event['does'],
  { start, end }: Expr,
  unit: OwnedUnit = context.unit,
): void {
  context.onEvent({
    does,
    unit,
    start,
    length: end - start,
    state: { ...draft, node: draft.before?.node ?? draft.node },
  });
}
