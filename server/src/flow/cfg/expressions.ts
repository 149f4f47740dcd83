import { mapParts, partsOf } from '../../syntax/ir-walk.js';
import type { Expr } from '../../syntax/ir.js';
import type { CfgBuilder } from './builder.js';
import { conditionOfAssertion, isSplit, isTruthValue, LOGICAL, strip } from './truth.js';

/**
 * Expressions as nodes. What decides something on the way (`?:`, `&&`, a test, a statement expression, a macro that may jump)
 * is worked out in nodes of its own, in the order of C; the rest of the expression finds the value under a temporary name.
 * So every part is evaluated once, and only on the paths that come by.
 */

type Call = Extract<Expr, { op: 'call' }>;
type Conditional = Extract<Expr, { op: 'conditional' }>;
type Assign = Extract<Expr, { op: 'assign' }>;

/** An expression for what it does. */
export function expression(b: CfgBuilder, expr: Expr): void {
  const plain = strip(b, expr);
  if (plain.op === 'assign') return assignment(b, plain);
  if (plain.op === 'comma') {
    expression(b, plain.left);
    return expression(b, plain.right);
  }
  if (plain.op === 'conditional' || isLogical(plain)) return conditionalStatement(b, plain);
  if (plain.op === 'block') return b.lower.statements(b, plain.body);
  if (plain.op === 'call') return callStatement(b, plain);
  b.then({ op: 'eval', expr: value(b, plain) });
}

function isLogical(expr: Expr): boolean {
  return expr.op === 'binary' && LOGICAL.has(expr.operator);
}

function conditionalStatement(b: CfgBuilder, expr: Expr): void {
  const [yes, no, join] = [b.join(), b.join(), b.join()];
  if (expr.op === 'conditional') {
    b.lower.condition(b, expr.condition, yes, no);
    b.current = yes;
    if (expr.then) expression(b, expr.then);
    b.jump(join);
    b.current = no;
    expression(b, expr.else);
    b.jump(join);
  } else {
    b.lower.condition(b, expr, yes, no);
    b.edge(yes, join);
    b.edge(no, join);
  }
  b.current = join;
}

function callStatement(b: CfgBuilder, call: Call): void {
  if (conditionOfAssertion(b, call)) return assertion(b, call);
  const labels = b.labels.amongOperands(call);
  const plain = withValues(b, call);
  b.mayJump(labels);
  b.then({ op: 'eval', expr: plain });
  b.mayJump(labels);
  if (call.name !== undefined && b.vocabulary.noReturn.has(call.name)) b.current = undefined;
}

/** What a macro asserts holds behind it where it stops the kernel; one that only reports says nothing. */
function assertion(b: CfgBuilder, call: Call): void {
  const macro = call.name === undefined ? undefined : b.vocabulary.assertions.get(call.name);
  const asserted = conditionOfAssertion(b, call);
  if (!macro || !asserted) return;
  const [failed, held, after] = [b.join(), b.join(), b.join()];
  // A debugging aid may not even be compiled: what its condition does need not be done.
  if (!macro.proves && writes(asserted)) b.edge(b.then({ op: 'choice', expr: undefined }), after);
  b.lower.condition(b, asserted, failed, held, macro.name);
  if (!macro.proves) b.edge(failed, held);
  b.edge(held, after);
  b.current = after;
}

export function assignment(b: CfgBuilder, expr: Assign): void {
  const target = withValues(b, expr.target);
  const summary = strip(b, immediate(b, expr.value));
  if (hasEffects(target)) return void b.then({ op: 'eval', expr: { ...expr, target, value: ownValue(b, summary) } });
  if (expr.operator === '=' && isSplit(b, summary)) return splitAssignment(b, { ...expr, target }, summary);
  if ((expr.operator === '|=' || expr.operator === '&=') && b.vocabulary.isTest(summary)) {
    return accumulate(b, { ...expr, target }, summary);
  }
  b.then({ op: 'eval', expr: { ...expr, target, value: value(b, summary) } });
}

/** A value with a path for each way it can come out, under a temporary name; any other as it is. */
function ownValue(b: CfgBuilder, expr: Expr): Expr {
  return isSplit(b, expr) ? temporary(b, expr) : value(b, expr);
}

function splitAssignment(b: CfgBuilder, expr: Assign, summary: Expr): void {
  if (summary.op === 'conditional' && summary.then) return eitherArm(b, expr, summary, summary.then);
  const [yes, no, join] = [b.join(), b.join(), b.join()];
  b.lower.condition(b, summary, yes, no);
  b.current = yes;
  b.then({ op: 'set', target: expr.target, value: 1, test: summary });
  b.jump(join);
  b.current = no;
  b.then({ op: 'set', target: expr.target, value: 0, test: summary });
  b.jump(join);
  b.current = join;
}

function eitherArm(b: CfgBuilder, expr: Assign, { condition, else: otherwise }: Conditional, then: Expr): void {
  const [yes, no, join] = [b.join(), b.join(), b.join()];
  b.lower.condition(b, condition, yes, no);
  b.current = yes;
  assignment(b, { ...expr, value: then });
  b.jump(join);
  b.current = no;
  assignment(b, { ...expr, value: otherwise });
  b.jump(join);
  b.current = join;
}

/** `flag |= test()` sets on the true path, `flag &= test()` clears on the false one. */
function accumulate(b: CfgBuilder, expr: Assign, test: Expr): void {
  const [yes, no, join] = [b.join(), b.join(), b.join()];
  b.lower.condition(b, test, yes, no);
  const sets = expr.operator === '|=';
  b.current = sets ? yes : no;
  b.then({ op: 'set', target: expr.target, value: sets ? 1 : 0, test });
  b.jump(join);
  b.edge(sets ? no : yes, join);
  b.current = join;
}

/**
 * The expression without what stands in front of its value: the statements of a statement expression, the left side of a
 * comma. For where the value is used at once, with nothing evaluated in between.
 */
export function immediate(b: CfgBuilder, expr: Expr): Expr {
  if (expr.op === 'comma') {
    expression(b, expr.left);
    return immediate(b, expr.right);
  }
  if (expr.op !== 'block') return expr;
  const last = expr.body.at(-1);
  if (last?.op !== 'expr') {
    b.lower.statements(b, expr.body);
    return { op: 'unknown', parts: [], start: expr.start, end: expr.end };
  }
  b.lower.statements(b, expr.body.slice(0, -1));
  return immediate(b, last.expr);
}

/** The expression with everything that decides on the way worked out before it. */
export function value(b: CfgBuilder, expr: Expr): Expr {
  if (!isBranching(b, expr)) return expr;
  const plain = strip(b, expr);
  if (plain.op === 'comma') {
    expression(b, plain.left);
    return value(b, plain.right);
  }
  if (plain.op === 'block' || plain.op === 'conditional' || isLogical(plain) || b.vocabulary.isTest(plain)) {
    return temporary(b, plain);
  }
  if (plain.op === 'call' && (conditionOfAssertion(b, plain) || b.labels.amongOperands(plain).length > 0)) {
    return temporary(b, plain);
  }
  if (plain.op === 'unary' && plain.operator === '!' && isTruthValue(b, plain)) return temporary(b, plain);
  if (plain.op === 'assign') {
    return { ...plain, target: withValues(b, plain.target), value: ownValue(b, immediate(b, plain.value)) };
  }
  return withValues(b, plain);
}

/** The same for the parts of an expression, which itself stays. */
export function withValues<E extends Expr>(b: CfgBuilder, expr: E): E {
  if (!partsOf(expr).some((part) => isBranching(b, part))) return expr;
  if (expr.op === 'call' && expr.args.some(isCode)) startOfMacro(b, expr);
  return mapParts(expr, (part) => value(b, part));
}

/** Statements that are handed to a macro. */
function isCode(arg: Expr): boolean {
  return arg.op === 'block' && arg.body.some(({ op }) => op === 'maybe');
}

/** A macro that is handed code may do its own work before it runs that, and what it is handed may leave the macro. */
function startOfMacro(b: CfgBuilder, call: Call): void {
  const args = call.args.map((arg): Expr => {
    return isBranching(b, arg) ? { op: 'unknown', parts: [], start: arg.start, end: arg.end } : arg;
  });
  b.then({ op: 'eval', expr: { ...call, args } });
}

function temporary(b: CfgBuilder, expr: Expr): Expr {
  const name = b.temporary(expr);
  const summary = strip(b, immediate(b, expr));
  const { start, end } = expr;
  if (summary.op === 'conditional' && !summary.then) return elvis(b, name, summary);
  if (summary.op === 'call' && conditionOfAssertion(b, summary) && !isTruthValue(b, summary)) {
    assertion(b, summary);
    return { op: 'unknown', parts: [], start, end };
  }
  if (summary.op === 'call' && b.labels.amongOperands(summary).length > 0) return jumpingCall(b, name, summary);
  assignment(b, { op: 'assign', operator: '=', target: name, value: summary, start, end });
  return name;
}

/** `a ?: b` */
function elvis(b: CfgBuilder, name: Extract<Expr, { op: 'name' }>, { condition, else: otherwise }: Conditional): Expr {
  const { start, end } = condition;
  assignment(b, { op: 'assign', operator: '=', target: name, value: condition, start, end });
  const [yes, no] = [b.join(), b.join()];
  b.lower.condition(b, name, yes, no);
  b.current = no;
  assignment(b, {
    op: 'assign',
    operator: '=',
    target: name,
    value: otherwise,
    start: otherwise.start,
    end: otherwise.end,
  });
  b.jump(yes);
  b.current = yes;
  return name;
}

function jumpingCall(b: CfgBuilder, name: Extract<Expr, { op: 'name' }>, call: Call): Expr {
  const labels = b.labels.amongOperands(call);
  const plain = withValues(b, call);
  b.mayJump(labels);
  const { start, end } = call;
  b.then({ op: 'eval', expr: { op: 'assign', operator: '=', target: name, value: plain, start, end } });
  b.mayJump(labels);
  return name;
}

/** True for an expression that has a way of its own through the graph. */
export function isBranching(b: CfgBuilder, expr: Expr): boolean {
  let known = b.branching.get(expr);
  if (known === undefined) b.branching.set(expr, (known = branches(b, expr)));
  return known;
}

function branches(b: CfgBuilder, expr: Expr): boolean {
  if (expr.op === 'block' || b.vocabulary.isTest(expr)) return true;
  if (expr.op === 'call' && b.labels.defined.size > 0 && b.labels.amongOperands(expr).length > 0) return true;
  if (expr.op === 'conditional' && ((expr.then && hasEffects(expr.then)) === true || hasEffects(expr.else)))
    return true;
  if (expr.op === 'binary' && LOGICAL.has(expr.operator) && hasEffects(expr.right)) return true;
  return partsOf(expr).some((part) => isBranching(b, part));
}

function writes(expr: Expr): boolean {
  return expr.op === 'assign' || expr.op === 'update' || expr.op === 'block' || partsOf(expr).some(writes);
}

/** True for what does more than say what is there: what runs only on some paths must not be evaluated on all. */
export function hasEffects(expr: Expr): boolean {
  if (expr.op === 'assign' || expr.op === 'update' || expr.op === 'call' || expr.op === 'block') return true;
  return partsOf(expr).some(hasEffects);
}
