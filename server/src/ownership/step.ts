import type { CfgNode, NodeId } from '../flow/cfg/cfg.js';
import { partsOf } from '../syntax/ir-walk.js';
import type { Expr } from '../syntax/ir.js';
import { isHead, isReader, seenThrough } from './calls.js';
import { thaw, know, tell } from './draft.js';
import type { StepContext, Draft, Choose } from './draft.js';
import { namesPage, leadsInside } from './leads.js';
import { pathOf, placeOf } from './paths.js';
import type { Path } from './paths.js';
import { having, keeping } from './state.js';
import type { OwnershipState } from './state.js';
import { assign, forget, moveOn } from './step-assign.js';
import { take, takeArm } from './step-branch.js';
import { call } from './step-call.js';
import { answersLength, ANY, POSITIVE, ZERO } from './values.js';

/** One node of the graph, stepped through with one state of the followed page. */

/** Where a node leads, with the state there; calls with several outcomes lead there several times. */
export function step(context: StepContext, node: CfgNode, state: OwnershipState): [NodeId, OwnershipState][] {
  const found: [NodeId, OwnershipState][] = [];
  const draftOf = (): Draft => thaw(state, node.id, context.keepsWays ? state : undefined);
  for (const after of outcomesOf(draftOf, (one, choose) => runNode(context, node, one, choose))) {
    if (context.begins && after.typestate === 'gone') continue;
    if (node.op === 'branch') {
      for (const [at, to] of node.next.entries()) {
        const next = context.isAsserted(node) ? after : take(context, node.condition, at === 0, after);
        if (next) found.push([to, withoutResults(context, next)]);
      }
    } else if (node.op === 'choice' && node.arms !== undefined) {
      for (const [at, to] of node.next.entries()) {
        const next = takeArm(context.armConditions.get(node.arms), at, node.next.length, after);
        if (next) found.push([to, withoutResults(context, next)]);
      }
    } else {
      const next = withoutResults(context, after);
      for (const to of new Set(node.next)) found.push([to, next]);
    }
  }
  return found;
}

/** What was not stored by the end of a node can be asked for no more. */
function withoutResults({ followsGone }: StepContext, state: OwnershipState): OwnershipState {
  const facts = keeping(state.facts, isStored);
  const resultOf = keeping(state.resultOf, isStored);
  const names = state.names.every(isStored) ? state.names : state.names.filter(isStored);
  const counts = state.counts.every(isStored) ? state.counts : state.counts.filter(isStored);
  const isGone = names.length === 0 && state.typestate !== 'gone' && !(followsGone && state.typestate === 'released');
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
      evaluate(
        asksLength(node.condition, context) ? { ...context, asksLength: true } : context,
        node.condition,
        draft,
        choose,
      );
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

/** What is followed to something is no NULL and no error pointer from there on. */
export function followed({ asked }: StepContext, expr: Expr, draft: Draft): void {
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

/** `!bio_add_page(...)`, `bio_add_page(...) < len` */
export function asksLength(condition: Expr, context: StepContext): boolean {
  if (condition.op === 'unary') return asksLength(condition.operand, context);
  return answersLength(condition.op === 'binary' ? condition.left : condition, context.knowledge.model);
}
