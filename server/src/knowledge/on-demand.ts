import type { SourceFile } from '../contracts/source-file.js';
import type { Contract, ContractLookup } from '../flow/contract.js';
import { declaredTypes } from '../flow/domain/access-paths.js';
import { summariseFile } from '../contracts/file-summaries.js';
import type { Summary } from '../contracts/file-summaries.js';
import { calledNames } from '../contracts/file-analysis.js';
import type { FunctionTable } from '../flow/function-table.js';
import { visitExpressions } from '../syntax/ir-walk.js';
import type { FunctionIr } from '../syntax/index.js';
import { isDescribed } from './infer-file.js';
import { deviceKindsOf } from '../project/tree.js';
import type { Tree } from '../project/tree.js';

/** What the code of one name says, read when somebody asks. */
export interface OwnContract {
  readonly contract: Contract;
  /** As in a Summary. */
  readonly limits: readonly string[];
}

export interface Outside {
  /** What names from other files mean. */
  readonly contractOf: ContractLookup;
  /** What is known of the file's functions already. */
  readonly before: readonly Summary[];
}

/**
 * What a function or macro of a file does with pages, from the code it reaches in that file. Only that code is read, so the
 * question costs the same in a large file as in a small one. Undefined where nothing is said of pages.
 */
export function ownContract(
  tree: Tree,
  file: SourceFile,
  name: string,
  { contractOf, before }: Outside = { contractOf: tree.tools.contractOf, before: [] },
): OwnContract | undefined {
  const known = before.find((summary) => summary.name === name);
  if (known) return known;
  const reached = reachedFrom(file.table, name);
  const asked = {
    table: file.table,
    vocabulary: file.analysis.vocabulary,
    provenance: file.analysis.provenance,
    outside: contractOf,
    // The name itself is asked about: its code speaks also where the model's word is used for its calls.
    described: (callee: string) => callee !== name && isDescribed(tree, callee),
    readFirst: () => [],
    users: callersAmong(reached),
    device: deviceKindsOf(tree),
  };
  const { summaries, unfinished: unsettled } = summariseFile(asked, reached, before);
  const own = summaries.find((summary) => summary.name === name) ?? withoutCounts(file, name);
  if (unsettled.size === 0) return own;
  // Something that the name reaches had not settled when the bound was reached.
  const limits = new Set([...(own?.limits ?? []), 'recursion']);
  return { contract: own?.contract ?? emptyContract(file, name), limits: [...limits] };
}

/** What is no matter of references is read by the analysis of a single file, macros too. */
function withoutCounts(file: SourceFile, name: string): OwnContract | undefined {
  const contract = file.analysis.contractOf(name);
  if (!contract || contract.from === 'model' || !saysAnything(contract)) return undefined;
  return { contract, limits: file.table.macros(name).length > 0 ? ['macro'] : [] };
}

/** The contract of a name of the file of which nothing is known. */
export function emptyContract(file: SourceFile, name: string): Contract {
  const at = file.table.find(name)[0]?.nameAt ?? 0;
  const from = { path: file.path, line: file.place(at).line };
  return { name, from, sources: [], effects: [], preconditions: [], counterparts: [] };
}

/** True for a contract that the flow can learn something from. */
export function saysAnything({ predicate, attribute, sources, effects, preconditions }: Contract): boolean {
  return (
    predicate !== undefined || attribute !== undefined || sources.length + effects.length + preconditions.length > 0
  );
}

/** The functions of the file that a call of `name` can reach by name, itself included. */
function reachedFrom(table: FunctionTable, name: string): readonly FunctionIr[] {
  const reached: FunctionIr[] = [];
  const names = new Set([name]);
  // A set that grows while it is walked: names that are added come up later.
  for (const one of names) {
    for (const fn of table.find(one)) {
      if (fn.origin !== 'function') continue;
      reached.push(fn);
      for (const callee of calledNames(fn)) names.add(callee);
    }
  }
  return reached;
}

function callersAmong(reached: readonly FunctionIr[]): (name: string) => readonly FunctionIr[] {
  const callers = new Map<string, FunctionIr[]>();
  for (const fn of reached) {
    for (const callee of calledNames(fn)) callers.set(callee, [...(callers.get(callee) ?? []), fn]);
  }
  return (name) => callers.get(name) ?? [];
}

/** Calls through a pointer in the code a name reaches: of a member of an ops table, an array entry, a variable. */
function indirectCalls(table: FunctionTable, name: string): readonly { readonly at: number; readonly in: string }[] {
  return reachedFrom(table, name).flatMap((fn) => {
    const local = declaredTypes(fn);
    const found: number[] = [];
    visitExpressions(fn.body, (expr) => {
      if (expr.op === 'call' && (expr.name === undefined || local.has(expr.name))) found.push(expr.start);
    });
    return found.map((at) => ({ at, in: fn.name }));
  });
}

const SHOWN_CALLS = 5;

/** A sentence on the calls through pointers that the code of a name makes; none where it makes none. */
export function indirectCallsText(file: SourceFile, name: string): string[] {
  const calls = indirectCalls(file.table, name).map(({ at, in: fn }) => `line ${file.place(at).line} in ${fn}()`);
  if (calls.length === 0) return [];
  const more = calls.length > SHOWN_CALLS ? ` and ${calls.length - SHOWN_CALLS} more` : '';
  return [
    `Calls through function pointers at ${calls.slice(0, SHOWN_CALLS).join(', ')}${more}: what those do is unknown.`,
  ];
}
