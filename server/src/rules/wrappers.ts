import type { WrapperRole } from '@pageref/shared';
import { reservedThing } from '../semantics/assume.js';
import { replayCalls } from '../semantics/flow.js';
import { MAX_HOPS } from '../semantics/unit.js';
import { answersDiffer, forkOfTest, roleOf, wrapperCalls } from '../semantics/wrapper.js';
import { visitExpressions } from '../semantics/walk.js';
import type { Wrapper, WrapperCall } from '../semantics/wrapper.js';
import type { FunctionIr } from '../syntax/index.js';
import type { Mention } from './mention.js';
import type { SourceFile } from './source.js';

/** Wrappers of the reserved test in one file, and the places that call one. */

/** A call of a wrapper: a test of the reserved bit in other words. */
export interface WrapperSite {
  readonly start: number;
  /** Enclosing function, "-" in a macro. */
  readonly function: string;
  readonly wrapper: Wrapper;
  readonly role: WrapperRole;
}

/** The wrapper that a function with a test of the bit is, if it passes the answer on. */
export function wrapperOfTest(file: SourceFile, { test }: Mention): Wrapper | undefined {
  if (!test) return undefined;
  const analysed = file.unit.analyse(test.fn, 0);
  const { context, flow } = analysed;
  const state = flow.before.get(test.node.id)?.copy();
  const id = state && reservedThing(context, state, test.node.condition);
  if (!state || id === undefined) return undefined;
  const before = new Map(flow.before).set(test.node.id, state);
  const fork = forkOfTest({ context, flow: { ...flow, before } }, test.node, id);
  if (!fork || fork.parameter === undefined || !answersDiffer(fork)) return undefined;
  const does = roleOf(file.unit, fork);
  if (does === 'other' && reportsErrors(test.fn)) return undefined;
  return {
    ...wrapperFor(file, test.fn, 1),
    parameter: fork.parameter,
    does,
    answers: true,
    asksMemoryType: asksMemoryType(file, test.fn),
  };
}

/**
 * The wrapper that a caller of a wrapper is: one of the same file that was handed the page and passes the answer on, or
 * takes, drops or marks the page on one answer only. What other files can call is an interface of its own.
 */
export function wrapperOfCall(
  file: SourceFile,
  fn: FunctionIr,
  { wrapper, fork, parameter }: WrapperCall,
): Wrapper | undefined {
  if (parameter === undefined || !isLocal(file, fn)) return undefined;
  const role = fork ? roleOf(file.unit, fork) : wrapper.does;
  const answers = fork !== undefined && answersDiffer(fork);
  if (role === 'other' && reportsErrors(fn)) return undefined;
  if (!answers && (role === 'other' || role === 'map-attr')) return undefined;
  return {
    ...wrapperFor(file, fn, wrapper.level + 1),
    parameter,
    does: role,
    answers,
    asksMemoryType: wrapper.asksMemoryType,
  };
}

/** A function that gives back error codes is an operation that can fail; it does not answer a question. */
function reportsErrors(fn: FunctionIr): boolean {
  let found = false;
  if (fn.returns.pointers > 0) return false;
  visitExpressions(fn.body, (expr) => {
    const isError = expr.op === 'unary' && expr.operator === '-' && expr.operand.op === 'name';
    found ||= isError && /^E[A-Z0-9]+$/.test(expr.operand.name);
  });
  return found;
}

function isLocal(file: SourceFile, fn: FunctionIr): boolean {
  return (fn.static || fn.origin === 'macro') && file.table.closed;
}

function wrapperFor(
  file: SourceFile,
  fn: FunctionIr,
  level: number,
): Pick<Wrapper, 'name' | 'level' | 'static' | 'path' | 'line'> {
  return {
    name: fn.name,
    level,
    static: isLocal(file, fn),
    path: file.path,
    line: file.place(fn.nameAt).line,
  };
}

function asksMemoryType(file: SourceFile, fn: FunctionIr): boolean {
  const { context, flow } = file.unit.analyse(fn, 0);
  let asked = false;
  replayCalls(context, flow, (_call, contract) => {
    asked ||= contract?.predicate?.class === 'memory-type';
  });
  return asked;
}

/** What a call of a wrapper decides: what the wrapper does itself, what its caller does on one answer, or how it maps. */
export function siteRole(file: SourceFile, { wrapper, fork }: WrapperCall): WrapperRole {
  if (wrapper.does !== 'other') return wrapper.does;
  const role = fork ? roleOf(file.unit, fork) : 'other';
  return role === 'other' && wrapper.asksMemoryType ? 'map-attr' : role;
}

/** The calls of wrappers in one function. */
export function callsIn(
  file: SourceFile,
  fn: FunctionIr,
  wrapperOf: (name: string) => Wrapper | undefined,
): readonly WrapperCall[] {
  return wrapperCalls(file.unit.analyse(fn, MAX_HOPS - 1), wrapperOf);
}
