import type { OwnershipModel } from '@pageref/shared';
import type { Cfg, CfgNode, NodeId } from '../flow/cfg/cfg.js';
import { conditionAt } from '../syntax/index.js';
import type { Condition } from '../syntax/index.js';
import { partsOf } from '../syntax/ir-walk.js';
import type { Expr } from '../syntax/ir.js';
import type { CallKnowledge } from './calls.js';
import { placeOf } from './paths.js';
import type { Path } from './paths.js';
import type { Prepared } from './prepared.js';
import { codeTest, valuePath } from './values.js';

/** What the conditions of a function ask for: of that alone the states remember the answer. */

/** `if (WARN_ON_ONCE(a || b)) return -EINVAL;` */
export function standsInWarning(text: string, at: number): boolean {
  const from = Math.max(...[';', '{', '}'].map((end) => text.lastIndexOf(end, at)));
  return /\bWARN(_ON)?(_ONCE)?\s*\(/.test(text.slice(from + 1, at));
}

/** The text under which a state knows the answer to a node's condition. */
export function askedAgain(
  node: CfgNode,
  repeated: Prepared['repeated'],
  arms: Prepared['armConditions'],
): string | undefined {
  if (node.op === 'branch') return repeated(node.condition);
  const asked = node.op === 'choice' && node.arms !== undefined ? arms.get(node.arms) : undefined;
  return asked && `#${asked.key}`;
}

/** The codes that the function asks of each variable. */
export function codesAsked({ nodes }: Cfg): ReadonlyMap<Path, readonly string[]> {
  const found = new Map<Path, readonly string[]>();
  for (const node of nodes) {
    const { path, code } = (node.op === 'branch' && codeTest(node.condition)) || {};
    if (path !== undefined && code !== undefined) found.set(path, [...(found.get(path) ?? []), code]);
  }
  return found;
}

export function askedPaths({ nodes }: Cfg): ReadonlySet<Path> {
  const asked = new Set<Path>();
  const add = (expr: Expr): void => {
    const path = valuePath(expr);
    if (path !== undefined) asked.add(path);
    for (const part of partsOf(expr)) add(part);
  };
  for (const node of nodes) {
    if (node.op === 'branch') add(node.condition);
    if (node.op === 'return' && node.value) add(node.value);
    // What a copied value is known to be is asked of the copy.
    if (node.op === 'eval' && node.expr.op === 'assign') {
      const path = placeOf(node.expr.value);
      if (path !== undefined) asked.add(path);
    }
  }
  return asked;
}

/** Conditions that ask the same twice, by their text: a path takes the same side of both while nothing in them is written. */
export function repeatedConditions(
  { nodes }: Cfg,
  text: string,
  { model }: CallKnowledge,
  inLoops: ReadonlySet<NodeId>,
): Prepared['repeated'] {
  const counts = new Map<string, number>();
  const textOf = (condition: Expr): string | undefined =>
    changes(condition, model) ? undefined : text.slice(condition.start, condition.end).replace(/\s+/g, '');
  for (const node of nodes) {
    const one = node.op === 'branch' ? textOf(node.condition) : undefined;
    if (one === undefined) continue;
    // A loop asks again in each turn; what is no plain variable may have changed by then.
    const isAskedAgain = node.op === 'branch' && inLoops.has(node.id) && isOfVariables(node.condition);
    counts.set(one, (counts.get(one) ?? 0) + (isAskedAgain ? 2 : 1));
  }
  return (condition) => {
    const one = textOf(condition);
    // A variable may have been given the code that is asked for.
    const isAnswered = codeTest(condition) !== undefined || (counts.get(one ?? '') ?? 0) > 1;
    return isAnswered ? one : undefined;
  };
}

/** What the first arms of preprocessor groups ask, by the offset of the directive; none for an arm that always or never is. */
export function conditionsOfArms({ nodes }: Cfg, text: string): ReadonlyMap<number, Condition> {
  const found = new Map<number, Condition>();
  for (const node of nodes) {
    if (node.op !== 'choice' || node.arms === undefined) continue;
    const condition = conditionAt(text, node.arms);
    if (typeof condition === 'object') found.set(node.arms, condition);
  }
  return found;
}

function isOfVariables(expr: Expr): boolean {
  if (expr.op === 'name' || expr.op === 'number') return true;
  if (expr.op === 'unary') return ['!', '-', '~'].includes(expr.operator) && isOfVariables(expr.operand);
  return expr.op === 'binary' && isOfVariables(expr.left) && isOfVariables(expr.right);
}

/** True where a condition may have another answer when it is asked again. */
function changes(expr: Expr, model: OwnershipModel): boolean {
  if (expr.op === 'assign' || expr.op === 'update') return true;
  // A call that asks the same of the same: `if (is_partial(bvec)) alloc(); ... if (is_partial(bvec)) free();`
  if (expr.op === 'call' && (expr.name === undefined || model.acts.has(expr.name))) return true;
  return partsOf(expr).some((part) => changes(part, model));
}
