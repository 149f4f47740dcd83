import { IN_ZONE_DEVICE, kindSet } from '@pageref/shared';
import type { Attribute, FlagGuard, KindSet } from '@pageref/shared';
import type { Expr } from '../syntax/ir.js';
import { truthConstant } from './cfg/truth.js';
import type { FlowContext } from './context.js';
import { evaluate } from './evaluate.js';
import { readPath, writePath } from './domain/heap.js';
import { accessPathOf, typeOf } from './domain/access-paths.js';
import { refine, refineByNullTest, UNKNOWN } from './domain/state.js';
import type { Evidence, State, PageId, Value } from './domain/state.js';
import { applyNullTest, freshValue, isConstant, pageOf } from './domain/pages.js';
import { partsOf } from '../syntax/ir-walk.js';

/** Kinds whose struct page nobody has initialised yet. */
const UNINITIALISED: KindSet = kindSet(['offline']);

/** Whole condition an atomic one stands in, for the reasons it gives. */
interface Whole {
  readonly start: number;
  readonly end: number;
}

/**
 * The state on one side of a condition; undefined where that side cannot be taken.
 * `state` is consumed: it is changed and given back.
 */
export function assume(
  context: FlowContext,
  state: State,
  expr: Expr,
  truth: boolean,
  whole: Whole = expr,
): State | undefined {
  switch (expr.op) {
    case 'unary':
      if (expr.operator === '!') return assume(context, state, expr.operand, !truth, whole);
      break;
    case 'binary':
      if (expr.operator === '&&' || expr.operator === '||') return assumeLogical(context, state, expr, truth, whole);
      if (context.vocabulary.matchReserved(expr)) return assumeReserved(context, state, expr, truth, whole);
      if (expr.operator === '==' || expr.operator === '!=') {
        return assumeEqual(context, state, expr, (expr.operator === '==') === truth, whole);
      }
      break;
    case 'call':
      if (context.vocabulary.matchReserved(expr)) return assumeReserved(context, state, expr, truth, whole);
      if (expr.name !== undefined && context.vocabulary.transparent.has(expr.name) && expr.args[0]) {
        return assume(context, state, expr.args[0], truth, whole);
      }
      break;
    case 'cast':
      return assume(context, state, expr.operand, truth, whole);
    default:
  }
  return assumeValue(context, state, expr, evaluate(context, state, expr), truth, whole);
}

/** Both parts hold, or either fails: the failing case takes the weaker of the two states, the one before. */
function assumeLogical(
  context: FlowContext,
  state: State,
  expr: Extract<Expr, { op: 'binary' }>,
  truth: boolean,
  whole: Whole,
): State | undefined {
  const both = (expr.operator === '&&') === truth;
  if (!both) return state;
  const left = assume(context, state, expr.left, truth, whole);
  return left && assume(context, left, expr.right, truth, whole);
}

function assumeReserved(
  context: FlowContext,
  state: State,
  expr: Expr,
  truth: boolean,
  whole: Whole,
): State | undefined {
  const id = reservedPage(context, state, expr);
  if (id === undefined) return state;
  if (id === context.mustExist && context.bit !== undefined) return truth === context.bit ? state : undefined;
  const { reservedRow: row } = context.vocabulary;
  const form = context.vocabulary.matchReserved(expr)?.form ?? 'raw-bit';
  const evidence: Evidence = {
    contract: form,
    role: 'refinement',
    class: 'reserved',
    at: expr.start,
    condition: whole,
  };
  state.setPage(id, refine(pageOf(context, state, id), truth ? row.whenTrue : row.whenFalse, evidence));
  return state;
}

/** The page a test of the reserved bit asks about. */
export function reservedPage(context: FlowContext, state: State, expr: Expr): PageId | undefined {
  const page = context.vocabulary.matchReserved(expr)?.page;
  if (!page) return undefined;
  const value = evaluate(context, state, page);
  if (value.known === 'null' || value.number !== undefined) return undefined;
  return applyNullTest(context, state, value) ?? freshValue(context, state, `page:${page.start}`, UNKNOWN).page;
}

function assumeValue(
  context: FlowContext,
  state: State,
  expr: Expr,
  value: Value,
  truth: boolean,
  whole: Whole,
): State | undefined {
  if (value.known !== undefined && (value.known === 'nonnull') !== truth) return undefined;
  if (value.number !== undefined && (value.number !== 0) !== truth) return undefined;
  if (value.nullTest) {
    const { of, whenNonNull, whenNull, evidence } = value.nullTest;
    const keep = truth ? whenNonNull : whenNull;
    // The answer of a call was given just now; of a pointer itself it is what was known when it was set.
    const learn = of === value.page ? refineByNullTest : refine;
    state.setPage(of, learn(pageOf(context, state, of), keep, { condition: whole, ...evidence }));
  }
  if (value.test && sameOperands(context, state, value.test.operands)) {
    const refined = assume(context, state, value.test.expr, truth, value.test.expr);
    if (!refined) return undefined;
    state = refined;
  }
  const path = accessPathOf(expr);
  if (path !== undefined && isPlainPath(expr)) {
    const narrowed: Value = truth
      ? { ...value, known: 'nonnull' }
      : { known: 'null', ...(value.number === 0 && { number: 0 }) };
    state.setPath(path, narrowed);
  }
  return state;
}

function isPlainPath(expr: Expr): boolean {
  return expr.op === 'name' || expr.op === 'member' || expr.op === 'index';
}

/** A boolean local speaks of its operands only as long as they still name what they named then. */
function sameOperands(context: FlowContext, state: State, operands: ReadonlyMap<string, PageId | undefined>): boolean {
  return [...operands].every(([path, page]) => readPath(context, state, path).page === page);
}

function assumeEqual(
  context: FlowContext,
  state: State,
  expr: Extract<Expr, { op: 'binary' }>,
  equal: boolean,
  whole: Whole,
): State | undefined {
  for (const [subject, other] of [
    [expr.left, expr.right],
    [expr.right, expr.left],
  ] as const) {
    const constant = truthConstant(other);
    if (constant === false) return assume(context, state, subject, !equal, whole);
    if (constant === true && other.op === 'name') {
      // What is not `true` is false only where it can be nothing else.
      return equal || isBoolean(context, subject) ? assume(context, state, subject, equal, whole) : state;
    }
    const flag = flagGuard(context, subject);
    if (flag && isName(other, flag.guard.mask)) return applyFlag(context, state, flag, equal, whole);
  }
  const [left, right] = [evaluate(context, state, expr.left), evaluate(context, state, expr.right)];
  if (left.number !== undefined && right.number !== undefined && (left.number === right.number) !== equal)
    return undefined;
  return assumeSame(context, state, expr, left, right, equal, whole);
}

/** A boolean variable, or a call that answers a question. */
function isBoolean(context: FlowContext, expr: Expr): boolean {
  const type = typeOf(expr, context.types);
  if (type) return type.pointers === 0 && (type.base === 'bool' || type.base === '_Bool');
  return expr.op === 'call' && expr.name !== undefined && context.contractOf(expr.name)?.predicate !== undefined;
}

function isName(expr: Expr, name: string): boolean {
  return expr.op === 'name' && expr.name === name;
}

/** Equality of an attribute with a zone, or of a page with one of known provenance. */
function assumeSame(
  context: FlowContext,
  state: State,
  expr: Extract<Expr, { op: 'binary' }>,
  left: Value,
  right: Value,
  equal: boolean,
  whole: Whole,
): State {
  for (const [subject, other, otherExpr] of [
    [left, right, expr.right],
    [right, left, expr.left],
  ] as const) {
    if (subject.attribute) return assumeAttribute(context, state, subject, other, otherExpr, equal, whole);
  }
  if (!equal || left.page === undefined || right.page === undefined) return state;
  if (!state.pages.has(left.page) && !state.pages.has(right.page)) return state;
  for (const [id, other] of [
    [left.page, right.page],
    [right.page, left.page],
  ] as const) {
    const known = pageOf(context, state, other);
    if (known.origin.role !== 'provenance') continue;
    const evidence: Evidence = { ...known.origin, role: 'refinement', at: expr.start, condition: whole };
    state.setPage(id, refine(pageOf(context, state, id), known.kinds, evidence));
  }
  return state;
}

/**
 * `page_zone(page) != zone` in a walk over a zone: ZONE_DEVICE and its altmap are never populated, so no walk over
 * zones meets them; equality with the zone of the same page, or of one that may be a device page, says nothing.
 * `page_zonenum(page) == ZONE_DEVICE` is the zone-device test itself. Memory that is offline may name any zone.
 */
function assumeAttribute(
  context: FlowContext,
  state: State,
  subject: Value,
  other: Value,
  otherExpr: Expr,
  equal: boolean,
  whole: Whole,
): State {
  const { attribute } = subject;
  if (!attribute) return state;
  const { contract, asked, of, certain } = attribute;
  const learn = (cls: 'zone-device' | 'range', keep: KindSet): void => {
    const evidence: Evidence = { contract, role: 'refinement', class: cls, at: whole.start, condition: whole };
    const page = pageOf(context, state, of);
    const isDoubtful = (page.kinds & UNINITIALISED) !== 0;
    const doubt = cls === 'range' && isDoubtful ? { isDoubtful } : {};
    state.setPage(of, refine(page, keep, { ...evidence, ...doubt }));
  };
  if (!certain) return state;
  if (asked.deviceConstant !== undefined && isName(otherExpr, asked.deviceConstant)) {
    learn('zone-device', equal ? IN_ZONE_DEVICE : ~IN_ZONE_DEVICE);
  } else if (
    equal &&
    asked.what === 'zone' &&
    !sharesZone(context, state, other, of) &&
    !namesDevice(otherExpr, asked)
  ) {
    learn('range', ~IN_ZONE_DEVICE & ~kindSet(['no-struct-page']));
  }
  return state;
}

/** True when the zone compared with was itself read off a page that may be a device page, here or in a caller. */
function sharesZone(context: FlowContext, state: State, other: Value, of: PageId): boolean {
  const parameter = context.fn.params.findIndex((param) => other.page === `at:${param.name}`);
  if (parameter >= 0 && context.parameter(parameter)?.ofDevicePage) return true;
  if (!other.attribute) return false;
  const { kinds, cutByReservedBit } = pageOf(context, state, other.attribute.of);
  return other.attribute.of === of || ((kinds | cutByReservedBit) & IN_ZONE_DEVICE) !== 0;
}

/** `&node->node_zones[ZONE_DEVICE]`: the zone is that of the device pages itself. */
function namesDevice(expr: Expr, asked: Attribute): boolean {
  if (asked.deviceConstant === undefined) return false;
  return isName(expr, asked.deviceConstant) || partsOf(expr).some((part) => namesDevice(part, asked));
}

interface FoundFlag {
  readonly guard: FlagGuard;
  readonly object: Expr;
}

/** `res->flags & IORESOURCE_SYSTEM_RAM`: a flag test that says what range the object describes. */
function flagGuard(context: FlowContext, expr: Expr): FoundFlag | undefined {
  if (expr.op !== 'binary' || expr.operator !== '&') return undefined;
  for (const [word, mask] of [
    [expr.left, expr.right],
    [expr.right, expr.left],
  ] as const) {
    if (word.op !== 'member' || mask.op !== 'name') continue;
    const type = typeOf(word.object, context.types);
    const guard = context.vocabulary.flagGuards.find(
      (flag) =>
        flag.mask === mask.name && flag.member === word.field && (type === undefined || flag.type === type.base),
    );
    if (guard) return { guard, object: word.object };
  }
  return undefined;
}

function applyFlag(context: FlowContext, state: State, flag: FoundFlag, truth: boolean, whole: Whole): State {
  const kinds: KindSet = kindSet(flag.guard.kinds);
  const value = evaluate(context, state, flag.object);
  if (!truth || value.page === undefined) return state;
  const evidence: Evidence = {
    contract: flag.guard.mask,
    role: 'refinement',
    class: 'range',
    at: whole.start,
    condition: whole,
  };
  state.setPage(value.page, refine(pageOf(context, state, value.page), kinds, evidence));
  return state;
}

/**
 * A boolean local that was just given the truth of `test`. The test is kept to be asked again where the local is tested,
 * as long as it writes nothing and its operands can be told to be what they were: pages, not other flags or counts.
 */
export function setTruth(context: FlowContext, state: State, target: Expr, value: 0 | 1, test: Expr): void {
  const operands = new Map<string, PageId | undefined>();
  const repeatable = collectPaths(test, (path) => {
    if (!isConstant(context, path) && path !== 'true' && path !== 'false')
      operands.set(path, readPath(context, state, path).page);
  });
  const known = repeatable && ![...operands.values()].includes(undefined);
  writePath(context, state, target, {
    number: value,
    known: value === 0 ? 'null' : 'nonnull',
    ...(known && { test: { expr: test, operands } }),
  });
}

/** Tells the places an expression reads; false where it also writes. */
function collectPaths(expr: Expr, found: (path: string) => void): boolean {
  if (expr.op === 'assign' || expr.op === 'update' || expr.op === 'block') return false;
  const path = accessPathOf(expr);
  if (path !== undefined) found(path);
  return partsOf(expr).every((part) => collectPaths(part, found));
}
