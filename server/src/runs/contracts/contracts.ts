import { byPlace, kindSet, nearest, TOOL_VERSION } from '@pageref/shared';
import type { ContractCaller, ContractsReport, ContractsSummary, FunctionContract, KindSet } from '@pageref/shared';
import type { RememberingScanner } from '../../search/cached-scanner.js';
import type { Contract } from '../../flow/contract.js';
import type { Summary } from '../../contracts/file-summaries.js';
import { comparePaths, readSource } from '../../vfs/index.js';
import { callersIn } from './callers.js';
import { checkRoot } from '../../project/check-root.js';
import { contractFacts, limitText, wrapperFacts } from './facts.js';
import { inferWith } from '../../knowledge/infer-tree.js';
import type { TreeContracts } from '../../knowledge/inference.js';
import { withScanner } from '../../search/with-scanner.js';
import { CannotRun } from '../../project/options.js';
import type { ContractsOptions } from '../../project/options.js';
import { emptyContract, indirectCallsText, ownContract } from '../../knowledge/on-demand.js';
import { openText, viewSource } from '../../contracts/open-text.js';
import { openTree } from '../../project/tree.js';
import type { Tree } from '../../project/tree.js';
import { UnreadFiles } from '../../project/unread.js';

/**
 * What the functions of a tree do with pages, from their own code. Throws CannotRun where nothing can be done, and what
 * `signal` is aborted with.
 */
export async function contracts(options: ContractsOptions): Promise<ContractsReport> {
  checkRoot(options.root);
  const unread = new UnreadFiles(options.root);
  options.signal?.throwIfAborted();
  return await withScanner(options, (scanner) => contractsWith(options, scanner, unread));
}

async function contractsWith(
  options: ContractsOptions,
  scanner: RememberingScanner,
  unread: UnreadFiles,
): Promise<ContractsReport> {
  const tree = await openTree(options.root, options.release, undefined, undefined, options.models);
  const found = await inferWith(tree, scanner, options);
  unread.add(found.unreadable);
  const any = kindSet(tree.model.kinds.keys());
  const all = allContracts(found, any);
  const asked = options.function === undefined ? undefined : await askedFor(tree, scanner, found, any, unread, options);
  const name = options.function;
  const wrappers = found.wrappers.filter((wrapper) => name === undefined || wrapper.name === name);
  return {
    schemaVersion: 1,
    tool: { name: 'pageref', version: TOOL_VERSION },
    release: tree.release ?? null,
    root: options.root,
    kinds: [...tree.model.kinds.keys()],
    asked: name ?? null,
    wrappers: wrappers.map((wrapper) => wrapperFacts(wrapper, found.sites)),
    contracts: asked?.contracts ?? all,
    callers: asked?.callers ?? [],
    summary: summaryOf(tree, { ...found, unreadable: unread.list() }, all),
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
  return {
    contracts: all.length,
    files: found.files.size,
    wrappers: found.wrappers.length,
    wrapperSites: found.sites.length,
    rounds: found.rounds.map(({ names, files, learnt }) => ({ names, files, learnt })),
    unfollowed: found.unfollowed,
    functions: {
      mentioning: found.functions,
      analysed: found.functions - found.notAnalysed.length,
      notAnalysed: found.notAnalysed,
    },
    read: { files: found.filesRead, unreadable: found.unreadable },
    release: { value: tree.release ?? null, detected: tree.detected },
  };
}

interface Asked {
  readonly contracts: readonly FunctionContract[];
  readonly callers: readonly ContractCaller[];
}

/** Every definition of one name in the tree, read when the rounds did not come by, and every use of it. */
async function askedFor(
  tree: Tree,
  scanner: RememberingScanner,
  found: TreeContracts,
  any: KindSet,
  unread: UnreadFiles,
  { function: name = '', signal }: ContractsOptions,
): Promise<Asked> {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new CannotRun(`--function: ${JSON.stringify(name)} is no C identifier`);
  const { matches } = await scanner.scan({ names: [name], ...(signal && { signal }) });
  const [defined, callers]: [FunctionContract[], ContractCaller[]] = [[], []];
  for (const { path } of matches) {
    signal?.throwIfAborted();
    const source = readSource(tree.root, path);
    if ('why' in source) {
      unread.add([{ path, why: source.why }]);
      continue;
    }
    const file = viewSource(openText(path, source.text, { ...tree.tools, contractOf: found.lookup(path) }));
    callers.push(...callersIn(file, name));
    defined.push(...definitionsIn(tree, found, file, name, any));
  }
  if (defined.length === 0) throw new CannotRun(notDefined(tree, found, name, callers.length));
  return {
    contracts: defined.sort((a, b) => comparePaths(a.path, b.path) || a.line - b.line),
    callers: callers.sort(byPlace),
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
