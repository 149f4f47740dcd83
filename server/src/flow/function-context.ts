import type { FunctionIr } from '../syntax/ir.js';
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
    writesArguments: (name) => table.macros(name).some(holdsWrite),
    lazy: new Map(),
    leaves: new Map(),
    losses: new Map(),
  };
}

function holdsWrite(fn: FunctionIr): boolean {
  let found = false;
  visitExpressions(fn.body, (expr) => {
    found ||= expr.op === 'assign' || expr.op === 'update';
  });
  return found;
}
