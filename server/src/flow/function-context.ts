import type { Expr, FunctionIr, Stmt } from '../syntax/ir.js';
import type { FlowContext, ProvenanceKinds } from './context.js';
import { addressesIn, declaredTypes } from './domain/access-paths.js';
import type { KnownFlows } from './known-flows.js';
import type { FunctionTable } from './function-table.js';
import type { Vocabulary } from './vocabulary.js';
import { expressionsOf, partsOf, visitExpressions, visitStatements } from '../syntax/ir-walk.js';

/** What the analysis of a function takes from its file. */
export interface FileContext {
  readonly table: FunctionTable;
  readonly vocabulary: Vocabulary;
  readonly provenance: ProvenanceKinds;
  /** Flows of the file's functions that others have made. */
  readonly flows?: KnownFlows;
}

/** The context of one function; contracts and what callers pass come from whoever asks. */
export function functionContext(
  { table, vocabulary, provenance }: FileContext,
  fn: FunctionIr,
  asked: Pick<FlowContext, 'contractOf' | 'parameter'>,
): FlowContext {
  const addresses = addressesIn(fn);
  return {
    fn,
    types: declaredTypes(fn),
    addressTaken: addresses.kept,
    addressedMembers: addresses,
    mayKeep: (name, at) => mayKeep(table, name, at),
    vocabulary,
    provenance,
    ...asked,
    isLog: (name) => vocabulary.isLog(name) && !table.has(name),
    constantOf: (name) => onlyValue(table.macros(name)),
    writesArguments: (name) => table.macros(name).some(holdsWrite),
    lazy: new Map(),
    made: new Set(),
    origins: new Map(),
    losses: new Map(),
    keepers: new Map(),
  };
}

/** What the only definition of a macro without parameters is worth; none where an arm of #if may define it otherwise. */
function onlyValue([fn, ...others]: readonly FunctionIr[]): Expr | undefined {
  const [only, ...more] = fn && fn.params.length === 0 && others.length === 0 ? fn.body : [];
  return only?.op === 'return' && more.length === 0 ? only.value : undefined;
}

/** How many calls deep it is asked whether an address is kept; deeper ones may keep it. */
const MAX_DEPTH = 3;

/**
 * True unless every definition of `name` is in the file and does nothing with the parameter but look at what it points to,
 * write there, or hand it on to one that does no more.
 */
function mayKeep(table: FunctionTable, name: string | undefined, at: number, depth = MAX_DEPTH): boolean {
  const definitions = name === undefined || depth === 0 ? [] : table.find(name);
  return definitions.length === 0 || definitions.some((fn) => keeps(table, fn, fn.params[at]?.name, depth));
}

function keeps(table: FunctionTable, fn: FunctionIr, param: string | undefined, depth: number): boolean {
  if (param === undefined || fn.origin === 'macro') return true;
  let kept = false;
  const visit = (expr: Expr): void => {
    if (expr.op === 'name') kept ||= expr.name === param;
    else if (expr.op === 'call') {
      for (const [at, arg] of expr.args.entries()) {
        if (isName(arg, param)) kept ||= mayKeep(table, expr.name, at, depth - 1);
        else visit(arg);
      }
      if (expr.name === undefined) visit(expr.callee);
    } else for (const part of partsOf(expr)) if (!isName(part, param) || !looksThrough(expr)) visit(part);
  };
  const visitStatement = (statement: Stmt): void => {
    const isAsked = statement.op === 'if' || statement.op === 'loop';
    for (const expr of expressionsOf(statement)) if (!isAsked || !isName(expr, param)) visit(expr);
  };
  visitStatements(fn.body, visitStatement);
  return kept;
}

function isName(expr: Expr, name: string): boolean {
  return expr.op === 'name' && expr.name === name;
}

/** Dereferences it, or compares it with something. */
function looksThrough(expr: Expr): boolean {
  if (expr.op === 'member') return expr.arrow;
  if (expr.op === 'binary') return ['&&', '||', '==', '!='].includes(expr.operator);
  return expr.op === 'index' || (expr.op === 'unary' && (expr.operator === '*' || expr.operator === '!'));
}

function holdsWrite(fn: FunctionIr): boolean {
  let found = false;
  visitExpressions(fn.body, (expr) => {
    found ||= expr.op === 'assign' || expr.op === 'update';
  });
  return found;
}
