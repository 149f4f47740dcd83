import type { Expr } from '../../syntax/ir.js';
import type { CfgBuilder } from './builder.js';
import type { NodeId } from './cfg.js';
import { assignment, expression, hasEffects, immediate, value, withValues } from './expressions.js';
import { comparedTruth, conditionOfAssertion, LOGICAL, strip } from './truth.js';

/** Conditions are split into atomic ones, each with a branch node of its own. */

/** Where the two answers lead, and what the condition is a part of. */
interface Ways {
  readonly yes: NodeId;
  readonly no: NodeId;
  readonly whole: Expr;
  /** The macro that asserts it. */
  readonly assertion: string | undefined;
}

export function condition(b: CfgBuilder, expr: Expr, yes: NodeId, no: NodeId, assertion?: string): void {
  decide(b, expr, { yes, no, whole: expr, assertion });
}

function decide(b: CfgBuilder, expr: Expr, ways: Ways): void {
  const plain = strip(b, immediate(b, strip(b, expr)));
  if (plain.op === 'unary' && plain.operator === '!') return decide(b, plain.operand, turned(ways));
  if (plain.op === 'binary' && LOGICAL.has(plain.operator)) return logical(b, plain, ways);
  const compared = comparedTruth(b, plain);
  if (compared) return decide(b, compared.test, compared.negated ? turned(ways) : ways);
  if (plain.op === 'conditional') return conditional(b, plain, ways);
  if (plain.op === 'call' && isWorthItsCondition(b, plain)) return reporting(b, plain, ways);
  atomic(b, plain, ways);
}

function turned(ways: Ways): Ways {
  return { ...ways, yes: ways.no, no: ways.yes };
}

function logical(b: CfgBuilder, expr: Extract<Expr, { op: 'binary' }>, ways: Ways): void {
  const rest = b.join();
  decide(b, expr.left, expr.operator === '&&' ? { ...ways, yes: rest } : { ...ways, no: rest });
  b.current = rest;
  decide(b, expr.right, ways);
}

function conditional(b: CfgBuilder, expr: Extract<Expr, { op: 'conditional' }>, ways: Ways): void {
  const [then, otherwise] = [b.join(), b.join()];
  decide(b, expr.condition, { ...ways, yes: expr.then ? then : ways.yes, no: otherwise });
  if (expr.then) {
    b.current = then;
    decide(b, expr.then, ways);
  }
  b.current = otherwise;
  decide(b, expr.else, ways);
}

type Call = Extract<Expr, { op: 'call' }>;

/** `if (WARN_ON(x))` asks x. */
function isWorthItsCondition(b: CfgBuilder, call: Call): boolean {
  const macro = call.name === undefined ? undefined : b.vocabulary.assertions.get(call.name);
  return macro?.value === 'condition' && conditionOfAssertion(b, call) !== undefined;
}

function reporting(b: CfgBuilder, call: Call, ways: Ways): void {
  const asked = conditionOfAssertion(b, call);
  const warned = b.add({ op: 'warned' });
  if (asked) decide(b, asked, { ...ways, yes: warned });
  b.current = warned;
  for (const arg of call.args) if (arg !== asked && hasEffects(arg)) expression(b, arg);
  b.jump(ways.yes);
}

function atomic(b: CfgBuilder, expr: Expr, { yes, no, whole, assertion }: Ways): void {
  const branch = b.then({ op: 'branch', condition: asked(b, expr), whole, assertion });
  b.edge(branch, yes);
  b.edge(branch, no);
  b.current = undefined;
}

/** What a branch asks; an assignment is made before, and what was assigned is asked. */
function asked(b: CfgBuilder, expr: Expr): Expr {
  if (b.vocabulary.isTest(expr)) return withValues(b, expr);
  if (expr.op !== 'assign') return value(b, expr);
  if (!hasEffects(expr.target)) {
    assignment(b, expr);
    return expr.target;
  }
  const name = b.temporary(expr);
  assignment(b, { op: 'assign', operator: '=', target: name, value: expr, start: expr.start, end: expr.end });
  return name;
}
