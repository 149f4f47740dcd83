import type { Expr, FunctionIr } from '../syntax/ir.js';
import type { FlowContext, ProvenanceKinds } from './context.js';
import { addressTaken, declaredTypes } from './domain/access-paths.js';
import type { FunctionTable } from './function-table.js';
import type { Vocabulary } from './vocabulary.js';
import { visitExpressions } from '../syntax/ir-walk.js';

/** What the analysis of a function takes from its file. */
export interface FileContext {
  readonly table: FunctionTable;
  readonly vocabulary: Vocabulary;
  readonly provenance: ProvenanceKinds;
}

/** The context of one function; contracts and what callers pass come from whoever asks. */
export function functionContext(
  { table, vocabulary, provenance }: FileContext,
  fn: FunctionIr,
  asked: Pick<FlowContext, 'contractOf' | 'parameter'>,
): FlowContext {
  return {
    fn,
    types: declaredTypes(fn),
    addressTaken: addressTaken(fn),
    vocabulary,
    provenance,
    ...asked,
    isLog: (name) => vocabulary.isLog(name) && !table.has(name),
    constantOf: (name) => onlyValue(table.macros(name)),
    writesArguments: (name) => table.macros(name).some(holdsWrite),
    lazy: new Map(),
    leaves: new Map(),
    losses: new Map(),
  };
}

/** What the only definition of a macro without parameters is worth; none where an arm of #if may define it otherwise. */
function onlyValue([fn, ...others]: readonly FunctionIr[]): Expr | undefined {
  const [only, ...more] = fn && fn.params.length === 0 && others.length === 0 ? fn.body : [];
  return only?.op === 'return' && more.length === 0 ? only.value : undefined;
}

function holdsWrite(fn: FunctionIr): boolean {
  let found = false;
  visitExpressions(fn.body, (expr) => {
    found ||= expr.op === 'assign' || expr.op === 'update';
  });
  return found;
}
