import type { Expr } from '../../syntax/ir.js';
import type { CfgBuilder } from './builder.js';

/** What the shape of an expression says of its truth. */

export const LOGICAL = new Set(['&&', '||']);
const COMPARISON = new Set(['==', '!=', '<', '>', '<=', '>=']);

/** Sees through parenthesis-like wrappers that do not change the truth of a value. */
export function strip(b: CfgBuilder, expr: Expr): Expr {
  if (expr.op === 'call' && expr.name !== undefined && b.vocabulary.transparent.has(expr.name)) {
    const inner = expr.args[0];
    if (inner && expr.args.length === 1) return strip(b, inner);
  }
  if (expr.op === 'cast' && (expr.type.base === 'bool' || expr.type.base === 'void')) return strip(b, expr.operand);
  return expr;
}

/** True for what is a boolean by its shape, and for any call where the function itself returns bool. */
export function isTruthValue(b: CfgBuilder, expr: Expr): boolean {
  const plain = strip(b, expr);
  return isBoolean(b, plain) || (plain.op === 'call' && b.fn.returns.base === 'bool' && b.fn.returns.pointers === 0);
}

/** True for what is 0 or 1 and nothing else. */
function isBoolean(b: CfgBuilder, plain: Expr): boolean {
  if (plain.op === 'binary' && (LOGICAL.has(plain.operator) || COMPARISON.has(plain.operator))) return true;
  return (plain.op === 'unary' && plain.operator === '!') || b.vocabulary.isTest(plain);
}

/** Values that are worth two paths: booleans made of tests, and `?:`. */
export function isSplit(b: CfgBuilder, value: Expr): boolean {
  const plain = strip(b, value);
  if (plain.op === 'conditional') return plain.then !== undefined;
  if (plain.op === 'call') return b.vocabulary.isTest(plain);
  return isTruthValue(b, plain);
}

/** The condition that a macro asserts. */
export function conditionOfAssertion(b: CfgBuilder, call: Extract<Expr, { op: 'call' }>): Expr | undefined {
  const macro = call.name === undefined ? undefined : b.vocabulary.assertions.get(call.name);
  return macro?.condition === undefined ? undefined : call.args[macro.condition];
}

/** `test == 0`, `test != false`, `1 == test`: the test and whether the comparison turns it around. */
export function comparedTruth(b: CfgBuilder, expr: Expr): { test: Expr; negated: boolean } | undefined {
  if (expr.op !== 'binary' || (expr.operator !== '==' && expr.operator !== '!=')) return undefined;
  for (const [test, constant] of [
    [expr.left, expr.right],
    [expr.right, expr.left],
  ] as const) {
    const truth = truthConstant(constant);
    if (truth === undefined) continue;
    // Only of a boolean does the comparison with 1 ask whether it is true.
    const asks = truth ? isOne(constant) && isBoolean(b, strip(b, test)) : isTruthValue(b, test);
    if (asks) return { test, negated: (expr.operator === '==') !== truth };
  }
  return undefined;
}

function isOne(constant: Expr): boolean {
  if (constant.op === 'cast') return isOne(constant.operand);
  return constant.op === 'number' ? constant.value === 1 : constant.op === 'name';
}

/** The truth of a literal constant; undefined for anything else. */
export function truthConstant(expr: Expr): boolean | undefined {
  if (expr.op === 'number') return expr.value === undefined ? undefined : expr.value !== 0;
  if (expr.op === 'name') {
    if (expr.name === 'NULL' || expr.name === 'false') return false;
    if (expr.name === 'true') return true;
  }
  if (expr.op === 'cast') return truthConstant(expr.operand);
  return undefined;
}
