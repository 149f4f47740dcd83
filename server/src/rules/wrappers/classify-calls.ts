import { reservedPage } from '../../flow/assume.js';
import { replayCalls } from '../../flow/fixpoint.js';
import { parameterOf } from '../../contracts/infer.js';
import { MAX_HOPS } from '../../contracts/file-analysis.js';
import { answersDiffer, decisionOf, forkOfTest, NO_DECISION, wrapperCalls } from './wrapper.js';
import { visitExpressions } from '../../syntax/ir-walk.js';
import { aliasesOf } from '../../flow/domain/pages.js';
import type { Decision, Fork, Wrapper, WrapperCall } from './wrapper.js';
import type { FunctionIr } from '../../syntax/index.js';
import { isFollowed } from '../reserved/followed-tests.js';
import type { Mention } from '../reserved/mention.js';
import type { SourceFile } from '../../contracts/source-file.js';

/** Wrappers of the reserved test in one file, and the places that call one. */

/** A call of a wrapper: a test of the reserved bit in other words. */
export interface WrapperSite {
  readonly start: number;
  /** Enclosing function, "-" in a macro. */
  readonly function: string;
  readonly wrapper: Wrapper;
  readonly decides: Decision;
}

/** The wrapper that a function with a test of the bit is, if it passes the answer on. */
export function wrapperOfTest(file: SourceFile, mention: Mention): Wrapper | undefined {
  const { test } = mention;
  if (!test) return undefined;
  const fork = forkAt(file, test);
  if (!fork || fork.parameter === undefined || !answersDiffer(fork)) return undefined;
  const does = decisionOf(file.analysis, fork);
  if (does.role === 'other' && reportsErrors(test.fn)) return undefined;
  return {
    ...wrapperFor(file, test.fn, 1),
    parameter: fork.parameter,
    does,
    answers: true,
    asksMemoryType: asksMemoryType(file, test.fn),
    test: testBehind(file, mention),
  };
}

/**
 * Helpers that a function asks about the tested page once it is seen to be reserved, and that tell ZONE_DEVICE pages apart:
 * what such a test means rests on them.
 */
export function exemptionsOfTest(file: SourceFile, mention: Mention): readonly Wrapper[] {
  const { test } = mention;
  const fork = test && forkAt(file, test);
  if (!fork) return [];
  const found = new Map<string, Wrapper>();
  replayCalls(fork.yes.context, fork.yes.flow, (_call, contract, args, state) => {
    const predicate = contract?.predicate;
    const at = predicate?.of.at;
    if (!contract || predicate?.class !== 'zone-device' || typeof at !== 'number') return;
    const [fn] = file.table.find(contract.name);
    const place = fn ? file.place(fn.nameAt) : contract.from;
    if (place === 'model') return;
    const id = args[at]?.page;
    const isTested = id !== undefined && aliasesOf(fork.yes.context, state, id).some((one) => fork.aliases?.has(one));
    if (!isTested || found.has(contract.name)) return;
    found.set(contract.name, {
      name: contract.name,
      level: 1,
      static: fn !== undefined && isLocal(file, fn),
      path: place.path,
      line: place.line,
      parameter: at,
      does: NO_DECISION,
      answers: true,
      asksMemoryType: false,
      row: predicate,
      exempts: true,
      test: testBehind(file, mention),
    });
  });
  return [...found.values()];
}

function testBehind(file: SourceFile, mention: Mention): Wrapper['test'] {
  const { path, line, column } = file.place(mention.start);
  return { path, line, column };
}

/** The parameter whose page a test is of; undefined for a page that does not come in by one. */
export function testedParameter(file: SourceFile, { fn, node }: NonNullable<Mention['test']>): number | undefined {
  const { context, flow } = file.analysis.analyse(fn, 0);
  const state = flow.before.get(node.id)?.copy();
  const id = state && reservedPage(context, state, node.condition);
  return state && id !== undefined ? parameterOf(context, aliasesOf(context, state, id)) : undefined;
}

/** The two sides of a test, from where it is asked. */
function forkAt(file: SourceFile, test: NonNullable<Mention['test']>): Fork | undefined {
  if (!isFollowed(test, file.analysis.vocabulary)) return undefined;
  const { context, flow } = file.analysis.analyse(test.fn, 0);
  const state = flow.before.get(test.node.id)?.copy();
  const id = state && reservedPage(context, state, test.node.condition);
  if (!state || id === undefined) return undefined;
  const before = new Map(flow.before).set(test.node.id, state);
  return forkOfTest({ context, flow: { ...flow, before } }, test.node, id);
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
  const does = fork ? decisionOf(file.analysis, fork) : wrapper.does;
  const answers = fork !== undefined && answersDiffer(fork);
  if (does.role === 'other' && reportsErrors(fn)) return undefined;
  if (!answers && (does.role === 'other' || does.role === 'map-attr')) return undefined;
  return {
    ...wrapperFor(file, fn, wrapper.level + 1),
    parameter,
    does,
    answers,
    asksMemoryType: wrapper.asksMemoryType,
    test: wrapper.test,
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
): Pick<Wrapper, 'name' | 'level' | 'static' | 'path' | 'line' | 'row'> {
  return {
    row: file.analysis.contractOf(fn.name)?.predicate,
    name: fn.name,
    level,
    static: isLocal(file, fn),
    path: file.path,
    line: file.place(fn.nameAt).line,
  };
}

function asksMemoryType(file: SourceFile, fn: FunctionIr): boolean {
  const { context, flow } = file.analysis.analyse(fn, 0);
  let asked = false;
  replayCalls(context, flow, (_call, contract) => {
    asked ||= contract?.predicate?.class === 'memory-type';
  });
  return asked;
}

/** What a call of a wrapper decides: what the wrapper does itself, what its caller does on one answer, or how it maps. */
export function siteDecision(file: SourceFile, { wrapper, fork }: WrapperCall): Decision {
  if (wrapper.does.role !== 'other') return wrapper.does;
  const decision = fork ? decisionOf(file.analysis, fork) : NO_DECISION;
  return decision.role === 'other' && wrapper.asksMemoryType ? { role: 'map-attr', calls: [] } : decision;
}

/**
 * The calls of wrappers in one function.
 * @param seen offsets of those that were found before; the new ones are added
 */
export function callsIn(
  file: SourceFile,
  fn: FunctionIr,
  wrapperOf: (name: string) => Wrapper | undefined,
  seen: Set<number>,
): readonly WrapperCall[] {
  return wrapperCalls(file.analysis.analyse(fn, MAX_HOPS - 1), wrapperOf, seen);
}
