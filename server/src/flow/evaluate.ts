import type { Expr, TypeName } from '../syntax/ir.js';
import { applyCall } from './calls.js';
import type { Call, FlowContext } from './context.js';
import { readAnyElement, readPath, writePath } from './domain/heap.js';
import { accessPathOf, typeOf } from './domain/access-paths.js';
import { UNKNOWN } from './domain/state.js';
import type { State, Value } from './domain/state.js';
import { applyNullTest, eitherOf, freshValue, isConstant, neighbour } from './domain/pages.js';
import { chosenFlags, combinedFlags, namedFlags } from './flags.js';
import { partsOf } from '../syntax/ir-walk.js';

/** The value of an expression; what it writes is written to `state`. */
export function evaluate(context: FlowContext, state: State, expr: Expr): Value {
  switch (expr.op) {
    case 'name':
      return evaluateName(context, state, expr.name);
    case 'number':
      return expr.value === undefined ? {} : { number: expr.value, known: expr.value === 0 ? 'null' : 'nonnull' };
    case 'string':
      return { known: 'nonnull' };
    case 'call':
      return evaluateCall(context, state, expr);
    case 'member':
      return evaluateMember(context, state, expr);
    case 'index':
      return evaluateIndex(context, state, expr);
    case 'unary':
      return evaluateUnary(context, state, expr);
    case 'update':
      return evaluateUpdate(context, state, expr);
    case 'binary':
      return evaluateBinary(context, state, expr);
    case 'assign':
      return evaluateAssign(context, state, expr);
    case 'conditional':
      return evaluateConditional(context, state, expr);
    case 'cast':
      return converted(evaluate(context, state, expr.operand), expr.type);
    case 'comma':
      evaluate(context, state, expr.left);
      return evaluate(context, state, expr.right);
    case 'block': {
      const last = expr.body.at(-1);
      return last?.op === 'expr' ? evaluate(context, state, last.expr) : {};
    }
    case 'type':
      return {};
    default:
      for (const part of partsOf(expr)) evaluate(context, state, part);
      return {};
  }
}

function evaluateCall(context: FlowContext, state: State, call: Call): Value {
  if (call.name === undefined) evaluate(context, state, call.callee);
  const args = call.args.map((arg) => evaluate(context, state, arg));
  return applyCall(context, state, call, args);
}

function evaluateName(context: FlowContext, state: State, name: string): Value {
  if (name === 'NULL' || name === 'false') return { known: 'null', number: 0 };
  if (name === 'true') return { known: 'nonnull', number: 1 };
  const flags = isConstant(context, name) ? namedFlags(context, name) : undefined;
  if (flags) return { flags };
  return readPath(context, state, name);
}

function evaluateIndex(context: FlowContext, state: State, expr: Extract<Expr, { op: 'index' }>): Value {
  evaluate(context, state, expr.index);
  const path = accessPathOf(expr);
  if (path !== undefined) return readPath(context, state, path);
  const array = accessPathOf(expr.object);
  if (array !== undefined) return readAnyElement(context, state, array, expr.start);
  evaluate(context, state, expr.object);
  return {};
}

/** Types that a number may not fit in. */
const NARROW = /^(?:(?:un)?signed char|char|u8|s8|__u8|__s8|u16|s16|__u16|__s16|(?:unsigned )?short)$/;

/** A number after a conversion, as far as that leaves it what it is. */
function converted(value: Value, { base, pointers }: TypeName): Value {
  if (value.number === undefined || pointers > 0) return value;
  if (base === 'bool' || base === '_Bool') return { ...value, number: value.number === 0 ? 0 : 1 };
  if (!NARROW.test(base) || (value.number >= 0 && value.number < 128)) return value;
  const { number: _number, known: _known, ...rest } = value;
  return rest;
}

/**
 * `folio->page` is the page of the folio; a range member of a described object (`res->start`) lies in its range;
 * any other member is a place of its own.
 */
function evaluateMember(context: FlowContext, state: State, expr: Extract<Expr, { op: 'member' }>): Value {
  const type = typeOf(expr.object, context.types);
  const guard = context.vocabulary.flagGuards.find((flag) => flag.type === type?.base);
  if (guard?.rangeMembers.includes(expr.field)) return evaluate(context, state, expr.object);
  if (leadsToPage(context, type, expr.field)) return evaluate(context, state, expr.object);
  const path = accessPathOf(expr);
  if (path !== undefined) return readPath(context, state, path);
  evaluate(context, state, expr.object);
  return {};
}

function leadsToPage(context: FlowContext, type: TypeName | undefined, field: string): boolean {
  return context.vocabulary.pageTypes.members.some((member) => member.type === type?.base && member.field === field);
}

function evaluateUnary(context: FlowContext, state: State, expr: Extract<Expr, { op: 'unary' }>): Value {
  const path = expr.operator === '*' ? accessPathOf(expr) : undefined;
  if (path !== undefined) return readPath(context, state, path);
  const operand = evaluate(context, state, expr.operand);
  if (expr.operator === '&') {
    const { operand: of } = expr;
    const isPage = of.op === 'member' && leadsToPage(context, typeOf(of.object, context.types), of.field);
    if (isPage) return { ...operand, known: 'nonnull' };
    return { known: 'nonnull', ...deviceZone(context, state, of) };
  }
  if (expr.operator !== '-') return {};
  if (operand.number !== undefined) return { number: -operand.number, known: operand.known ?? 'nonnull' };
  return expr.operand.op === 'name' && /^E[A-Z0-9]+$/.test(expr.operand.name) ? { known: 'nonnull' } : {};
}

/** `&node->node_zones[ZONE_DEVICE]` is the zone of device pages: comparing with it proves nothing. */
function deviceZone(context: FlowContext, state: State, of: Expr): Value {
  if (of.op !== 'index' || of.index.op !== 'name') return {};
  const asked = context.vocabulary.deviceConstants.get(of.index.name);
  if (!asked) return {};
  const { page } = freshValue(context, state, `zone:${of.start}`, { ...UNKNOWN, at: of.start });
  return page === undefined ? {} : { attribute: { contract: of.index.name, asked, of: page, certain: true } };
}

function evaluateUpdate(context: FlowContext, state: State, expr: Extract<Expr, { op: 'update' }>): Value {
  const before = evaluate(context, state, expr.operand);
  const after = neighbour(context, state, before, expr.start);
  writePath(context, state, expr.operand, after);
  return expr.prefix ? after : before;
}

const ARITHMETIC = new Set(['+', '-', '|', '&', '>>', '<<', '*', '/', '%', '^']);

function evaluateBinary(context: FlowContext, state: State, expr: Extract<Expr, { op: 'binary' }>): Value {
  const left = evaluate(context, state, expr.left);
  const right = evaluate(context, state, expr.right);
  if (!ARITHMETIC.has(expr.operator)) return {};
  const flags = combinedFlags(expr.operator, left, right, complemented(context, state, expr.right));
  const result = {
    ...arithmetic(context, state, expr.operator, left, right, expr.start),
    ...(flags && { flags }),
  };
  // Whatever is added to a bit that is set, it stays set.
  const isSet = expr.operator === '|' && (left.known === 'nonnull' || right.known === 'nonnull');
  return isSet ? { ...result, known: 'nonnull' } : result;
}

/**
 * A shift turns an address into a pfn or back: the page stays the same. A sum lies in the range of its first operand,
 * unless only the second names a page or something is known of the second alone: then it may lie in either.
 */
function arithmetic(
  context: FlowContext,
  state: State,
  operator: string,
  left: Value,
  right: Value,
  at: number,
): Value {
  const counted = calculated(operator, left, right);
  if (counted) return counted;
  if (operator === '>>' || operator === '<<') return left.page === undefined ? {} : { page: left.page };
  if (left.page === undefined) return operator === '-' ? {} : neighbour(context, state, right, at);
  const doubtful =
    operator !== '-' && right.page !== undefined && !state.pages.has(left.page) && state.pages.has(right.page);
  return neighbour(context, state, doubtful ? eitherOf(context, state, left, right, at) : left, at);
}

/** What an expression is the complement of. */
function complemented(context: FlowContext, state: State, expr: Expr): Value | undefined {
  if (expr.op === 'cast') return complemented(context, state, expr.operand);
  return expr.op === 'unary' && expr.operator === '~' ? evaluate(context, state, expr.operand) : undefined;
}

/** What two numbers, or one and the other's truth, come to: flags that are gathered in one word. */
function calculated(operator: string, left: Value, right: Value): Value | undefined {
  const [a, b] = [left.number, right.number];
  if (operator === '|') return a === 0 && b === 0 ? { number: 0, known: 'null' } : undefined;
  if (operator === '&' && (a === 0 || b === 0)) return { number: 0, known: 'null' };
  if (a === undefined || b === undefined || (operator !== '+' && operator !== '*')) return undefined;
  const number = operator === '+' ? a + b : a * b;
  return a >= 0 && b >= 0 && number < MAX_INT ? { number, known: number === 0 ? 'null' : 'nonnull' } : undefined;
}

/** Beyond it the type of the operands decides what comes out. */
const MAX_INT = 2 ** 31;

function evaluateAssign(context: FlowContext, state: State, expr: Extract<Expr, { op: 'assign' }>): Value {
  const summary = evaluate(context, state, expr.value);
  let value = summary;
  if (expr.operator !== '=') {
    const before = evaluate(context, state, expr.target);
    const operator = expr.operator.slice(0, -1);
    const flags = combinedFlags(operator, before, summary, complemented(context, state, expr.value));
    value = { ...arithmetic(context, state, operator, before, summary, expr.start), ...(flags && { flags }) };
  } else if (accessPathOf(expr.target) === undefined)
    for (const part of partsOf(expr.target)) evaluate(context, state, part);
  value = withPage(context, state, value, expr);
  writePath(context, state, expr.target, value);
  return value;
}

/** An assigned value gets a page of its own where the expression has none, unless it is a known constant. */
export function withPage(context: FlowContext, state: State, value: Value, expr: Expr): Value {
  if (value.page !== undefined || value.number !== undefined || value.known === 'null') return value;
  return { ...value, ...freshValue(context, state, `val:${expr.start}`, { ...UNKNOWN, at: expr.start }) };
}

function evaluateConditional(context: FlowContext, state: State, expr: Extract<Expr, { op: 'conditional' }>): Value {
  const condition = evaluate(context, state, expr.condition);
  const then = expr.then ? evaluate(context, state, expr.then) : condition;
  const otherwise = evaluate(context, state, expr.else);
  const plain = (value: Value): Value => {
    const page = applyNullTest(context, state, value);
    return page === undefined ? {} : { page };
  };
  const flags = chosenFlags(then, otherwise);
  if (flags) return { flags };
  if (then.known === 'null') return plain(otherwise);
  if (otherwise.known === 'null') return plain(then);
  if (then.page === undefined || otherwise.page === undefined) return {};
  return eitherOf(context, state, then, otherwise, expr.start);
}
