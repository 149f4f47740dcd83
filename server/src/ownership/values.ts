import type { OwnershipModel, Sign } from '@pageref/shared';
import type { Expr } from '../syntax/ir.js';
import { pathOf, placeOf } from './paths.js';
import type { Path } from './paths.js';

/**
 * What is known of a value: a set of signs. Of a pointer NEGATIVE is an error pointer, ZERO is NULL, POSITIVE can be
 * followed; of a boolean ZERO is false.
 */
export type Signs = number;

export const NEGATIVE = 1;
export const ZERO = 2;
export const POSITIVE = 4;
export const ANY: Signs = NEGATIVE | ZERO | POSITIVE;

export function signsOf(sign: Sign): Signs {
  return { negative: NEGATIVE, zero: ZERO, positive: POSITIVE }[sign];
}

/** Facts of a state: signs by path; what is not there can be anything. */
export type Facts = ReadonlyMap<Path, Signs>;

/** The path under which the result of a call is known until it is stored. */
export function resultPath(call: Expr): Path {
  let path = RESULTS.get(call);
  if (path === undefined) RESULTS.set(call, (path = `@${String(call.start)}`));
  return path;
}

const RESULTS = new WeakMap<Expr, Path>();

/** The signs of an expression, from what is known of its parts. */
export function signsOfExpr(expr: Expr, facts: Facts, model: OwnershipModel): Signs {
  switch (expr.op) {
    case 'number':
      return expr.value === undefined ? ANY : expr.value < 0 ? NEGATIVE : expr.value === 0 ? ZERO : POSITIVE;
    case 'string':
      return POSITIVE;
    case 'name':
      return model.errorValues.includes(expr.name) ? NEGATIVE : signsOfName(expr.name, facts, model);
    case 'cast':
      return signsOfExpr(expr.operand, facts, model);
    case 'assign':
      return expr.operator === '=' ? signsOfExpr(expr.value, facts, model) : ANY;
    case 'unary':
      return signsOfUnary(expr, facts, model);
    case 'call':
      return signsOfCall(expr, facts, model);
    case 'comma':
      return signsOfExpr(expr.right, facts, model);
    case 'conditional':
      return signsOfChoice(expr, facts, model);
    case 'binary':
      return comparesOrJoins(expr.operator) ? ZERO | POSITIVE : ANY;
    default: {
      const path = placeOf(expr);
      return path === undefined ? ANY : (facts.get(path) ?? ANY);
    }
  }
}

/** Signs of the arms that can be taken. */
function signsOfChoice(expr: Extract<Expr, { op: 'conditional' }>, facts: Facts, model: OwnershipModel): Signs {
  const [yes, no] = [true, false].map((holds) => refine(facts, expr.condition, holds, model));
  const taken = expr.then
    ? yes && signsOfExpr(expr.then, yes, model)
    : signsOfExpr(expr.condition, facts, model) & ~ZERO;
  return (taken ?? 0) | (no ? signsOfExpr(expr.else, no, model) : 0);
}

function comparesOrJoins(operator: string): boolean {
  return ['==', '!=', '<', '>', '<=', '>=', '&&', '||'].includes(operator);
}

function signsOfName(name: string, facts: Facts, model: OwnershipModel): Signs {
  if (name === 'NULL' || name === 'false') return ZERO;
  if (name === 'true') return POSITIVE;
  return facts.get(name) ?? signsOfConstant(name, model) ?? ANY;
}

/** Positive constants are told apart by more than their sign: of several states of a machine one is as good as another. */
function signsOfConstant(name: string, { signOfConstant }: OwnershipModel): Signs | undefined {
  const sign = signOfConstant(name);
  return sign === undefined || sign === 'positive' ? undefined : signsOf(sign);
}

function signsOfUnary(
  { operator, operand }: Extract<Expr, { op: 'unary' }>,
  facts: Facts,
  model: OwnershipModel,
): Signs {
  if (operator === '&') return POSITIVE;
  if (operator === '!') return ZERO | POSITIVE;
  if (operator === '-') {
    const code = errorCode({ op: 'unary', operator, operand, start: 0, end: 0 });
    if (code !== undefined) return model.pendingCodes.includes(code) ? ANY : NEGATIVE;
    const signs = signsOfExpr(operand, facts, model);
    return ((signs & NEGATIVE) !== 0 ? POSITIVE : 0) | (signs & ZERO) | ((signs & POSITIVE) !== 0 ? NEGATIVE : 0);
  }
  if (operator === '*') {
    const path = pathOf({ op: 'unary', operator, operand, start: 0, end: 0 });
    return path === undefined ? ANY : (facts.get(path) ?? ANY);
  }
  return ANY;
}

function signsOfCall(call: Extract<Expr, { op: 'call' }>, facts: Facts, model: OwnershipModel): Signs {
  const known = facts.get(resultPath(call));
  if (known !== undefined) return known;
  const { name, args } = call;
  const [first] = args;
  if (name === undefined) return ANY;
  if (model.errorPointers.includes(name)) return NEGATIVE;
  if (model.neverNull.has(name)) return POSITIVE;
  if (model.errorTests.some((test) => test.name === name)) return ZERO | POSITIVE;
  const code = model.errorCodes.find((one) => one.name === name);
  if (!code || !first) return ANY;
  const signs = signsOfExpr(first, facts, model);
  return code.orZero ? (signs & NEGATIVE) | ((signs & ~NEGATIVE) !== 0 ? ZERO : 0) : signs;
}

/** The facts once a condition has been seen to hold or not; undefined where it cannot be so. */
export function refine(facts: Facts, condition: Expr, holds: boolean, model: OwnershipModel): Facts | undefined {
  const test = testOf(condition, model);
  if (!test) return facts;
  const { path, signs: whenTrue, constant } = test;
  const before = path === undefined ? (constant ?? ANY) : (facts.get(path) ?? constant ?? ANY);
  const after = before & (holds ? whenTrue.yes : whenTrue.no);
  if (after === 0) return test.isOneCode === true && !holds ? facts : undefined;
  if (path === undefined || after === before) return facts;
  return new Map(facts).set(path, after);
}

interface SignTest {
  readonly path: Path | undefined;
  /** Signs that can be where the test is true, and where it is false. */
  readonly signs: { readonly yes: Signs; readonly no: Signs };
  readonly constant?: Signs;
  /** One code is asked for: who knows that there is an error asks which, and who does not, knows no other error. */
  readonly isOneCode?: true;
}

const TRUTH = { yes: NEGATIVE | POSITIVE, no: ZERO };

/** What a condition asks of the sign of one path. */
function testOf(condition: Expr, model: OwnershipModel): SignTest | undefined {
  if (condition.op === 'binary') return comparison(condition, model);
  if (condition.op === 'cast') return testOf(condition.operand, model);
  if (condition.op === 'number')
    return { path: undefined, signs: TRUTH, constant: condition.value === 0 ? ZERO : POSITIVE };
  if (condition.op === 'name' && ['true', 'false', 'NULL'].includes(condition.name)) {
    return { path: undefined, signs: TRUTH, constant: condition.name === 'true' ? POSITIVE : ZERO };
  }
  if (condition.op === 'call') {
    const asked = model.errorTests.find(({ name }) => name === condition.name);
    const [first] = condition.args;
    if (!asked) return { path: resultPath(condition), signs: TRUTH };
    const path = first && valuePath(first);
    if (path === undefined) return undefined;
    const yes = asked.signs.reduce((sum, sign) => sum | signsOf(sign), 0);
    return { path, signs: { yes, no: ANY & ~yes } };
  }
  const path = valuePath(condition);
  return path === undefined ? undefined : { path, signs: TRUTH };
}

/** The path whose value an expression has. */
export function valuePath(expr: Expr): Path | undefined {
  if (expr.op === 'call') return resultPath(expr);
  if (expr.op === 'assign') return placeOf(expr.target);
  if (expr.op === 'cast') return valuePath(expr.operand);
  const path = expr.op === 'binary' ? undefined : placeOf(expr);
  return path?.startsWith('&') ? undefined : path;
}

/** The code of an error in `-EAGAIN`. */
export function errorCode(expr: Expr): string | undefined {
  const { operand } = expr.op === 'unary' && expr.operator === '-' ? expr : { operand: undefined };
  return operand?.op === 'name' && /^E[A-Z0-9]+$/.test(operand.name) ? operand.name : undefined;
}

/** `err == -EAGAIN`: asks for one code of a variable. */
export function codeTest(condition: Expr): { readonly path: Path; readonly code: string } | undefined {
  if (condition.op !== 'binary' || condition.operator !== '==' || condition.left.op !== 'name') return undefined;
  const code = errorCode(condition.right);
  return code === undefined ? undefined : { path: condition.left.name, code };
}

/** The text of such a test. */
export function codeTestText(path: Path, code: string): string {
  return `${path}==-${code}`;
}

/** Comparisons with their sides exchanged. */
export const MIRRORED: Readonly<Record<string, string>> = {
  '<': '>',
  '>': '<',
  '<=': '>=',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
};

function comparison(expr: Extract<Expr, { op: 'binary' }>, model: OwnershipModel): SignTest | undefined {
  const mirrored = MIRRORED[expr.operator];
  if (mirrored === undefined) return undefined;
  const right = constantSigns(expr.right, model);
  if (right !== undefined) return against(expr.left, expr.operator, right, model);
  const left = constantSigns(expr.left, model);
  if (left !== undefined) return against(expr.right, mirrored, left, model);
  // `if (bio_add_page(bio, page, len, 0) < len)`: what it is held to is a length.
  return answersLength(expr.left, model) ? against(expr.left, expr.operator, A_LENGTH, model) : undefined;
}

const A_LENGTH: Constant = { signs: POSITIVE, isOne: false, isNamed: false };

/** True for a call that takes a page over where it answers with a length, and leaves it where it answers zero. */
export function answersLength(expr: Expr, { acts }: OwnershipModel): boolean {
  if (expr.op !== 'call' || expr.name === undefined) return false;
  return acts.get(expr.name)?.some(({ does, when }) => does === 'hand-over' && when === 'positive') === true;
}

function against(expr: Expr, operator: string, constant: Constant, model: OwnershipModel): SignTest | undefined {
  const pointer =
    expr.op === 'call' && model.errorCodes.some(({ name }) => name === expr.name) ? expr.args[0] : undefined;
  // `PTR_ERR(page) == -EBUSY`: it is an error pointer.
  if (pointer && operator === '==' && constant.signs === NEGATIVE) {
    const of = valuePath(pointer);
    return of === undefined ? undefined : { path: of, signs: { yes: NEGATIVE, no: ANY & ~NEGATIVE }, isOneCode: true };
  }
  const path = valuePath(expr);
  const signs = compared(operator, constant);
  return path === undefined || !signs ? undefined : { path, signs };
}

interface Constant {
  readonly signs: Signs;
  readonly isOne: boolean;
  /** Only this value is tested for: what differs from it has another sign, as far as this is used. */
  readonly isNamed: boolean;
}

function constantSigns(expr: Expr, model: OwnershipModel): Constant | undefined {
  const isConstant =
    expr.op === 'number' ||
    (expr.op === 'unary' && expr.operator === '-') ||
    (expr.op === 'name' &&
      (['NULL', 'true', 'false'].includes(expr.name) ||
        model.errorValues.includes(expr.name) ||
        signsOfConstant(expr.name, model) !== undefined)) ||
    (expr.op === 'call' && expr.name !== undefined && model.errorPointers.includes(expr.name));
  if (expr.op === 'cast') return constantSigns(expr.operand, model);
  if (!isConstant) return undefined;
  const signs = signsOfExpr(expr, new Map(), model);
  const isNamed = expr.op === 'name' && model.errorValues.includes(expr.name);
  return signs === ANY ? undefined : { signs, isOne: expr.op === 'number' && expr.value === 1, isNamed };
}

/** Signs for which `value OP constant` can be true, and those for which it can be false. */
function compared(operator: string, { signs, isOne, isNamed }: Constant): SignTest['signs'] | undefined {
  const exact = signs === ZERO;
  const differs = exact || isNamed ? ANY & ~signs : isOne ? ANY & ~POSITIVE : ANY;
  switch (operator) {
    // One is what a call gives that was asked for one page: another count is none.
    case '==':
      return { yes: signs, no: differs };
    case '!=':
      return { yes: differs, no: signs };
    case '<':
      if (isOne) return { yes: NEGATIVE | ZERO, no: POSITIVE };
      if (exact) return { yes: NEGATIVE, no: ZERO | POSITIVE };
      return signs === NEGATIVE ? { yes: NEGATIVE, no: ANY } : { yes: ANY, no: POSITIVE };
    case '>=':
      if (isOne) return { yes: POSITIVE, no: NEGATIVE | ZERO };
      if (exact) return { yes: ZERO | POSITIVE, no: NEGATIVE };
      return signs === NEGATIVE ? { yes: ANY, no: NEGATIVE } : { yes: POSITIVE, no: ANY };
    case '>':
      if (exact) return { yes: POSITIVE, no: NEGATIVE | ZERO };
      return signs === NEGATIVE ? { yes: ANY, no: NEGATIVE } : { yes: POSITIVE, no: ANY };
    case '<=':
      if (exact) return { yes: NEGATIVE | ZERO, no: POSITIVE };
      return signs === NEGATIVE ? { yes: NEGATIVE, no: ANY } : { yes: ANY, no: POSITIVE };
    default:
      return undefined;
  }
}
