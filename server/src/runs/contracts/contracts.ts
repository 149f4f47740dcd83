import { byPlace, kindSet, nearest, TOOL_VERSION } from '@pageref/shared';
import type { ContractCaller, ContractsReport, ContractsSummary, FunctionContract, KindSet } from '@pageref/shared';
import type { Contract } from '../../flow/contract.js';
import type { Summary } from '../../contracts/file-summaries.js';
import { comparePaths } from '../../vfs/index.js';
import { listCallers } from './callers.js';
import { findTargets } from '../../project/targets.js';
import type { Targets } from '../../project/targets.js';
import { contractFacts, limitText, wrapperFacts } from './facts.js';
import type { TreeContracts } from '../../knowledge/inference.js';
import { run } from '../pipeline.js';
import type { Inventory, RunResult } from '../run-request.js';
import { CannotRun } from '../../project/options.js';
import type { ContractsOptions } from '../../project/options.js';
import { emptyContract, indirectCallsText, ownContract } from '../../knowledge/on-demand.js';
import { viewSource } from '../../contracts/view-source.js';
import type { Tree } from '../../project/tree.js';

/**
 * What the functions of a tree do with pages, from their own code. Of files and folders of a tree that is what the whole of
 * it says of their functions. Throws CannotRun where nothing can be done, and what `signal` is aborted with.
 */
export async function contracts(options: ContractsOptions): Promise<ContractsReport> {
  const { function: name } = options;
  if (name !== undefined) checkName(name);
  const targets = await findTargets(options.paths, options.kernel);
  const asked: AskedFunction = { contracts: [], callers: [] };
  const result = await run({
    ...options,
    targets: { ...targets, files: undefined },
    kind: 'contracts',
    rules: [],
    names: [],
    inference: true,
    ...(name !== undefined && { inventory: (tree, found) => askFor(tree, found, name, asked) }),
  });
  return reportOf(options, result, targets, name === undefined ? undefined : asked);
}

function checkName(name: string): void {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new CannotRun(`--function: ${JSON.stringify(name)} is no C identifier`);
}

function reportOf(
  { function: name }: ContractsOptions,
  { tree, contracts: inferred, coverage }: RunResult,
  targets: Targets,
  asked: AskedFunction | undefined,
): ContractsReport {
  if (!inferred) throw new Error('a run that inferred nothing');
  const found = partOf(inferred, targets.files);
  const any = kindSet(tree.model.kinds.keys());
  const all = allContracts(found, any);
  if (asked?.contracts.length === 0) throw new CannotRun(notDefined(tree, found, name ?? '', asked.callers.length));
  const wrappers = found.wrappers.filter((wrapper) => name === undefined || wrapper.name === name);
  return {
    schemaVersion: 1,
    tool: { name: 'pageref', version: TOOL_VERSION },
    release: tree.release ?? null,
    root: targets.root,
    kinds: [...tree.model.kinds.keys()],
    asked: name ?? null,
    wrappers: wrappers.map((wrapper) => wrapperFacts(wrapper, found.sites)),
    contracts: asked?.contracts.toSorted((a, b) => comparePaths(a.path, b.path) || a.line - b.line) ?? all,
    callers: asked?.callers.toSorted(byPlace) ?? [],
    summary: summaryOf(tree, { ...found, unreadable: coverage.unreadable }, all),
  };
}

/** What stands in some files of the tree; all of it where none are named. */
function partOf(found: TreeContracts, files: readonly string[] | undefined): TreeContracts {
  if (!files) return found;
  const within = new Set(files);
  const isWithin = ({ path }: { readonly path: string }): boolean => within.has(path);
  return {
    ...found,
    files: new Map([...found.files].filter(([path]) => within.has(path))),
    wrappers: found.wrappers.filter(isWithin),
    sites: found.sites.filter(isWithin),
    functions: new Map([...found.functions].filter(([path]) => within.has(path))),
    notAnalysed: found.notAnalysed.filter(isWithin),
  };
}

function allContracts({ files }: TreeContracts, any: KindSet): FunctionContract[] {
  const all = [...files].flatMap(([path, summaries]) =>
    summaries.map((summary) => functionContract(path, summary, summary.static, any)),
  );
  return all.sort((a, b) => comparePaths(a.path, b.path) || a.line - b.line || comparePaths(a.function, b.function));
}

function functionContract(
  path: string,
  { contract, limits }: Pick<Summary, 'contract' | 'limits'>,
  isStatic: boolean,
  any: KindSet,
): FunctionContract {
  return {
    path,
    line: lineOf(contract),
    function: contract.name,
    static: isStatic,
    ...contractFacts(contract, any),
    limits: limits.map(limitText),
  };
}

function lineOf({ from }: Contract): number {
  return from === 'model' ? 1 : from.line;
}

function summaryOf(tree: Tree, found: TreeContracts, all: readonly FunctionContract[]): ContractsSummary {
  const mentioning = [...found.functions.values()].reduce((sum, count) => sum + count, 0);
  return {
    contracts: all.length,
    files: found.files.size,
    wrappers: found.wrappers.length,
    wrapperSites: found.sites.length,
    rounds: found.rounds.map(({ names, files, learnt }) => ({ names, files, learnt })),
    unfollowed: found.unfollowed,
    functions: {
      mentioning,
      analysed: mentioning - found.notAnalysed.length,
      notAnalysed: found.notAnalysed,
    },
    read: { files: found.filesRead, unreadable: found.unreadable },
    release: { value: tree.release ?? null, detected: tree.detected },
  };
}

interface AskedFunction {
  readonly contracts: FunctionContract[];
  readonly callers: ContractCaller[];
}

/** Every definition of one name in the tree, read when the rounds did not come by, and every use of it. */
function askFor(tree: Tree, found: TreeContracts | undefined, name: string, into: AskedFunction): Inventory {
  const any = kindSet(tree.model.kinds.keys());
  return {
    names: [name],
    take: (open) => {
      if (!found) return;
      const file = viewSource({ ...open, tools: { ...open.tools, contractOf: found.lookup(open.path) } });
      into.callers.push(...listCallers(file, name));
      into.contracts.push(...definitionsIn(tree, found, file, name, any));
    },
  };
}

/** What one file's code says of a name it defines: one contract, or one saying that there is none. */
function definitionsIn(
  tree: Tree,
  found: TreeContracts,
  file: ReturnType<typeof viewSource>,
  name: string,
  any: KindSet,
): FunctionContract[] {
  const items = file.items.filter(
    (item) => item.name === name && !item.dead && (item.kind === 'function' || item.kind === 'define'),
  );
  if (items.length === 0) return [];
  const own = ownContract(tree, file, name, {
    contractOf: found.lookup(file.path),
    before: found.files.get(file.path) ?? [],
  });
  const functions = file.table.find(name);
  const isStatic = functions.length > 0 && functions.every((fn) => fn.static) && file.table.closed;
  const base = functionContract(file.path, own ?? { contract: emptyContract(file, name), limits: [] }, isStatic, any);
  return [{ ...base, limits: [...base.limits, ...remarks(tree, file, name, items)] }];
}

type Items = ReturnType<typeof viewSource>['items'];

/** What a person has to know beside the contract itself. */
function remarks(tree: Tree, file: ReturnType<typeof viewSource>, name: string, items: Items): string[] {
  const lines: string[] = [];
  for (const item of items) {
    const why = item.kind === 'function' ? file.unread(item) : undefined;
    if (why)
      lines.push(`Not analysed from line ${file.place(why.start).line}: ${why.why}; what it does there is unknown.`);
  }
  const functions = file.table.find(name);
  if (functions.length > 1) {
    const at = functions.map((fn) => String(file.place(fn.nameAt).line));
    lines.push(`It is defined more than once here, at lines ${at.join(', ')}: this is what they say together.`);
  }
  lines.push(...indirectCallsText(file, name));
  if (tree.model.entries.has(name)) lines.push(DESCRIBED);
  return lines;
}

const DESCRIBED =
  'The model describes the name as well ("pageref api"): calls of it mean what the model says, unless that depends on the tree.';

function notDefined(tree: Tree, { files, wrappers }: TreeContracts, name: string, callers: number): string {
  const known = [...files.values()].flat().map((summary) => summary.name);
  const near = nearest(name, [...known, ...wrappers.map((wrapper) => wrapper.name)]);
  const used = callers > 0 ? `, though it is used there ${callers} times` : '';
  const model = tree.model.entries.has(name) ? `; the model knows it: pageref api ${name}` : '';
  const hint = near.length > 0 ? `; did you mean ${near.join(' or ')}?` : '';
  return `no function or macro ${name} is defined in this tree${used}${model}${hint}`;
}
