import type { OwnedUnit } from '@pageref/shared';
import { writtenIn } from '../flow/cfg/cfg.js';
import type { CfgNode } from '../flow/cfg/cfg.js';
import type { Condition } from '../syntax/index.js';
import { partsOf } from '../syntax/ir-walk.js';
import type { Expr } from '../syntax/ir.js';
import { seenThrough } from './calls.js';
import type { StepContext } from './draft.js';
import { pathOf } from './paths.js';
import type { Path } from './paths.js';
import { UNCERTAIN, STRANGE, STRANGE_FALSE, backFrom, having, STRANGE_TRUE } from './state.js';
import type { OwnershipState } from './state.js';
import { ANY, codeTest, refine, valuePath } from './values.js';

/** What one side of a condition tells of the followed page. */

/** The state on one side of a condition; undefined where that side cannot be reached. */
export function take(
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
  const other = comparedWith(context, condition, state);
  const isApart = other !== undefined && isAnother(context, other, state);
  if (isApart && condition.op === 'binary' && holds === (condition.operator === '==')) return undefined;
  const isAside = isUncounted(context, condition, holds, state) || (other !== undefined && !isApart);
  const typestate = isAside ? 'gone' : state.typestate;
  const seen = outcomesSeen(state, facts, facts === state.facts ? condition : undefined, holds);
  const handedTo = holds ? oneCodeSeen(seen, state, condition) : seen;
  const short = state.short || isShort(condition, holds, state);
  const isSame =
    typestate === state.typestate &&
    facts === state.facts &&
    conditions === state.conditions &&
    handedTo === state.handedTo &&
    short === state.short;
  return isSame ? state : { ...state, typestate, facts, conditions, handedTo, short };
}

/** The state in one arm of a preprocessor group; undefined where another group of the same condition took the other side. */
export function takeArm(
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
function comparedWith({ knowledge }: StepContext, condition: Expr, { names: known }: OwnershipState): Path | undefined {
  if (condition.op !== 'binary' || !['==', '!='].includes(condition.operator)) return undefined;
  const [left, right] = [condition.left, condition.right].map((expr) => pathOf(seenThrough(expr, knowledge)));
  const isKnown = (path: Path | undefined): boolean => path !== undefined && known.includes(path);
  const isOther = (path: Path | undefined): boolean => path !== undefined && !/^(NULL|[A-Z_0-9]+)$/.test(path);
  if (isKnown(left) && isOther(right)) return right;
  return isKnown(right) && isOther(left) ? left : undefined;
}

/** A page that an allocator gave is none that a variable had before: only one that it was copied to since names it. */
function isAnother({ unit, fills, locals, nodes }: StepContext, other: Path, state: OwnershipState): boolean {
  const isFresh = ALLOCATED.includes(unit) && !fills && state.typestate === 'held' && !state.stored;
  if (!isFresh || state.names.includes(other) || !locals.types.has(other) || locals.addressTaken.has(other))
    return false;
  for (const { typestate, node } of backFrom(state)) {
    if (typestate !== 'held') return true;
    const at = nodes[node];
    if (at && writesVariable(at, other)) return false;
  }
  return true;
}

/** Units of pages that nobody had before. */
const ALLOCATED: readonly OwnedUnit[] = ['page', 'fragment', 'page-pool'];

function writesVariable(node: CfgNode, name: Path): boolean {
  if (node.op === 'declare') return node.name === name;
  if (node.op === 'set' || node.op === 'turn') return true;
  const isWrite = (expr: Expr): boolean =>
    (expr.op === 'assign' && pathOf(expr.target) === name) || partsOf(expr).some(isWrite);
  const expr = writtenIn(node);
  return expr !== undefined && isWrite(expr);
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

/** What one code of several says is between the two: `-EAGAIN` may mean that the page was given back, and is to be got again. */
function oneCodeSeen(
  handedTo: OwnershipState['handedTo'],
  { resultOf }: OwnershipState,
  condition: Expr,
): OwnershipState['handedTo'] {
  const at = resultOf.get(codeTest(condition)?.path ?? '');
  const before = at === undefined ? undefined : handedTo.get(at);
  return at === undefined || before === undefined ? handedTo : having(handedTo, at, before | UNCERTAIN);
}

function pathsIn(expr: Expr): Path[] {
  const own = valuePath(expr);
  return [...(own === undefined ? [] : [own]), ...partsOf(expr).flatMap(pathsIn)];
}
