import type { Expr } from '../../syntax/ir.js';
import type { CfgBuilder } from './builder.js';
import { statements } from './statements.js';
import type { NodeId } from './cfg.js';
import { partsOf } from '../../syntax/ir-walk.js';

/** Expressions as nodes and edges: conditions are split into atomic ones, each with a branch node of its own. */

const LOGICAL = new Set(['&&', '||']);
const COMPARISON = new Set(['==', '!=', '<', '>', '<=', '>=']);

export function isTruthValue(b: CfgBuilder, expr: Expr): boolean {
  const plain = strip(b, expr);
  if (plain.op === 'binary') return LOGICAL.has(plain.operator) || COMPARISON.has(plain.operator);
  if (plain.op === 'unary') return plain.operator === '!';
  if (b.vocabulary.isTest(plain)) return true;
  return plain.op === 'call' && b.fn.returns.base === 'bool' && b.fn.returns.pointers === 0;
}

export function isSplit(b: CfgBuilder, value: Expr): boolean {
  const plain = strip(b, value);
  if (plain.op === 'conditional') return plain.then !== undefined;
  if (plain.op === 'call') return b.vocabulary.isTest(plain);
  return isTruthValue(b, plain);
}

export function expression(b: CfgBuilder, expr: Expr): void {
  const plain = strip(b, expr);
  if (plain.op === 'assign') return assignment(b, plain);
  if (plain.op === 'comma') {
    expression(b, plain.left);
    return expression(b, plain.right);
  }
  if (plain.op === 'conditional' || (plain.op === 'binary' && LOGICAL.has(plain.operator))) {
    return conditionalStatement(b, plain);
  }
  if (plain.op === 'block') return statements(b, plain.body, { breakTo: undefined, continueTo: undefined });
  if (plain.op === 'call') return callStatement(b, plain);
  hoist(b, plain);
  b.then({ op: 'eval', expr: plain });
}

function conditionalStatement(b: CfgBuilder, expr: Expr): void {
  const [yes, no, join] = [b.add({ op: 'join' }), b.add({ op: 'join' }), b.add({ op: 'join' })];
  if (expr.op === 'conditional') {
    condition(b, expr.condition, yes, no);
    b.current = yes;
    if (expr.then) expression(b, expr.then);
    b.jump(join);
    b.current = no;
    expression(b, expr.else);
    b.jump(join);
  } else {
    condition(b, expr, yes, no);
    b.edge(yes, join);
    b.edge(no, join);
  }
  b.current = join;
}

function callStatement(b: CfgBuilder, call: Extract<Expr, { op: 'call' }>): void {
  const assertion = call.name === undefined ? undefined : b.vocabulary.assertions.get(call.name);
  const asserted = assertion?.condition === undefined ? undefined : call.args[assertion.condition];
  if (assertion && asserted) {
    const [failed, held] = [b.add({ op: 'join' }), b.add({ op: 'join' })];
    condition(b, asserted, failed, held, assertion.name);
    if (!assertion.proves) b.edge(failed, held);
    b.current = held;
    return;
  }
  hoist(b, call);
  b.then({ op: 'eval', expr: call });
  if (call.name !== undefined && b.vocabulary.noReturn.has(call.name)) b.current = undefined;
}

export function assignment(b: CfgBuilder, expr: Extract<Expr, { op: 'assign' }>): void {
  const value = strip(b, expr.value);
  if (expr.operator === '=' && isSplit(b, value)) return splitAssignment(b, expr, value);
  if ((expr.operator === '|=' || expr.operator === '&=') && b.vocabulary.isTest(value)) {
    return accumulate(b, expr, value);
  }
  hoist(b, expr.value);
  b.then({ op: 'eval', expr });
}

function splitAssignment(b: CfgBuilder, expr: Extract<Expr, { op: 'assign' }>, value: Expr): void {
  const [yes, no, join] = [b.add({ op: 'join' }), b.add({ op: 'join' }), b.add({ op: 'join' })];
  if (value.op === 'conditional' && value.then) {
    condition(b, value.condition, yes, no);
    b.current = yes;
    assignment(b, { ...expr, value: value.then });
    b.jump(join);
    b.current = no;
    assignment(b, { ...expr, value: value.else });
  } else {
    condition(b, value, yes, no);
    b.current = yes;
    b.then({ op: 'set', target: expr.target, value: 1, test: value });
    b.jump(join);
    b.current = no;
    b.then({ op: 'set', target: expr.target, value: 0, test: value });
  }
  b.jump(join);
  b.current = join;
}

function accumulate(b: CfgBuilder, expr: Extract<Expr, { op: 'assign' }>, test: Expr): void {
  const [yes, no, join] = [b.add({ op: 'join' }), b.add({ op: 'join' }), b.add({ op: 'join' })];
  condition(b, test, yes, no);
  const sets = expr.operator === '|=';
  b.current = sets ? yes : no;
  b.then({ op: 'set', target: expr.target, value: sets ? 1 : 0, test });
  b.jump(join);
  b.edge(sets ? no : yes, join);
  b.current = join;
}

export function strip(b: CfgBuilder, expr: Expr): Expr {
  if (expr.op === 'call' && expr.name !== undefined && b.vocabulary.transparent.has(expr.name)) {
    const inner = expr.args[0];
    if (inner && expr.args.length === 1) return strip(b, inner);
  }
  if (expr.op === 'cast' && (expr.type.base === 'bool' || expr.type.base === 'void')) return strip(b, expr.operand);
  return expr;
}

export function condition(
  b: CfgBuilder,
  expr: Expr,
  yes: NodeId,
  no: NodeId,
  assertion?: string,
  whole: Expr = expr,
): void {
  const plain = strip(b, expr);
  if (plain.op === 'unary' && plain.operator === '!') return condition(b, plain.operand, no, yes, assertion, whole);
  if (plain.op === 'binary' && LOGICAL.has(plain.operator)) {
    const rest = b.add({ op: 'join' });
    if (plain.operator === '&&') condition(b, plain.left, rest, no, assertion, whole);
    else condition(b, plain.left, yes, rest, assertion, whole);
    b.current = rest;
    return condition(b, plain.right, yes, no, assertion, whole);
  }
  const compared = comparedTruth(plain, (part) => isTruthValue(b, part));
  if (compared)
    return condition(b, compared.test, compared.negated ? no : yes, compared.negated ? yes : no, assertion, whole);
  if (plain.op === 'conditional') return conditionalCondition(b, plain, yes, no, assertion, whole);
  if (plain.op === 'comma') {
    expression(b, plain.left);
    return condition(b, plain.right, yes, no, assertion, whole);
  }
  if (plain.op === 'call') {
    const macro = plain.name === undefined ? undefined : b.vocabulary.assertions.get(plain.name);
    const inner =
      macro?.value === 'condition' && macro.condition !== undefined ? plain.args[macro.condition] : undefined;
    if (inner) {
      const warned = b.add({ op: 'warned' });
      b.edge(warned, yes);
      condition(b, inner, warned, no, assertion, whole);
      return;
    }
  }
  atomic(b, plain, yes, no, assertion, whole);
}

function conditionalCondition(
  b: CfgBuilder,
  expr: Extract<Expr, { op: 'conditional' }>,
  yes: NodeId,
  no: NodeId,
  assertion: string | undefined,
  whole: Expr,
): void {
  const [then, otherwise] = [b.add({ op: 'join' }), b.add({ op: 'join' })];
  condition(b, expr.condition, expr.then ? then : yes, otherwise, assertion, whole);
  if (expr.then) {
    b.current = then;
    condition(b, expr.then, yes, no, assertion, whole);
  }
  b.current = otherwise;
  condition(b, expr.else, yes, no, assertion, whole);
}

function atomic(b: CfgBuilder, expr: Expr, yes: NodeId, no: NodeId, assertion: string | undefined, whole: Expr): void {
  if (expr.op === 'assign') {
    assignment(b, expr);
    expr = expr.target;
  } else if (!b.vocabulary.isTest(expr)) {
    hoist(b, expr);
  }
  const branch = b.then({ op: 'branch', condition: expr, whole, assertion });
  b.edge(branch, yes);
  b.edge(branch, no);
  b.current = undefined;
}

export function hoist(b: CfgBuilder, expr: Expr): void {
  if (b.vocabulary.isTest(expr)) {
    const join = b.add({ op: 'join' });
    atomic(b, expr, join, join, undefined, expr);
    b.current = join;
    return;
  }
  if (expr.op === 'block') return statements(b, expr.body, { breakTo: undefined, continueTo: undefined });
  if (expr.op === 'assign') return hoist(b, expr.value);
  for (const part of partsOf(expr)) hoist(b, part);
}

/** `test == 0`, `test != false`, `1 == test`: the test and whether the comparison turns it around. */
function comparedTruth(
  expr: Expr,
  isTruthValue: (expr: Expr) => boolean,
): { test: Expr; negated: boolean } | undefined {
  if (expr.op !== 'binary' || (expr.operator !== '==' && expr.operator !== '!=')) return undefined;
  for (const [test, constant] of [
    [expr.left, expr.right],
    [expr.right, expr.left],
  ] as const) {
    const truth = truthConstant(constant);
    if (truth !== undefined && isTruthValue(test)) return { test, negated: (expr.operator === '==') !== truth };
  }
  return undefined;
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
