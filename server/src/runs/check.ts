import { byPlace, FINDING_SEVERITIES, TOOL_VERSION } from '@pageref/shared';
import type {
  CheckReport,
  CheckSummary,
  Finding,
  FindingSeverity,
  NotAnalysed,
  RuleFailure,
  RuleId,
  UnreadableFile,
} from '@pageref/shared';
import type { RememberingScanner } from '../search/cached-scanner.js';
import type { FileMatch, ScanResult } from '../search/scanner.js';
import { ALL_RULES, STANDING_RULES } from '../rules/index.js';
import { NO_TREE_KNOWLEDGE } from '../rules/rule.js';
import type { Rule, RuleWorld } from '../rules/rule.js';
import { comparePaths, readSource } from '../vfs/index.js';
import { archVerdict, readInPart } from '../kernel/arch.js';
import { activate, checkFile } from './check-file.js';
import type { FileResult, UnmarkedFinding } from './check-file.js';
import { findTargets } from '../project/targets.js';
import type { Targets } from '../project/targets.js';
import { drain } from '../search/work-queue.js';
import { openMemory } from '../project/result-cache.js';
import type { FileMemory, MemorySetup } from '../project/result-cache.js';
import { inferWith } from '../knowledge/infer-tree.js';
import type { TreeContracts } from '../knowledge/inference.js';
import { applyJudgements, lookedAt } from './suppressions/apply.js';
import type { Judging } from './suppressions/apply.js';
import { isFileResult } from './kept-shapes.js';
import { markFindings } from './mark-findings.js';
import { loadJudged } from './suppressions/load.js';
import { withScanner } from '../search/with-scanner.js';
import type { CheckOptions } from '../project/options.js';
import { openSource } from '../contracts/open-text.js';
import { treeKnowledge } from '../knowledge/tree-knowledge.js';
import { openTree } from '../project/tree.js';
import { UnreadFiles } from '../project/unread.js';
import type { Tree } from '../project/tree.js';

/** What is collected over the files of a run. */
export interface Gathered {
  readonly findings: UnmarkedFinding[];
  readonly undecided: UnmarkedFinding[];
  readonly notAnalysed: NotAnalysed[];
  readonly failures: RuleFailure[];
  readonly unread: UnreadFiles;
  functions: number;
}

export function emptyGathering(unread: UnreadFiles): Gathered {
  return { findings: [], undecided: [], notAnalysed: [], failures: [], unread, functions: 0 };
}

/** How many files were read, and how many of them hold a name of a rule. */
export interface FileCounts {
  readonly filesRead: number;
  readonly matched: number;
  /** Files about the tree of which something was left out. */
  readonly inPart?: readonly UnreadableFile[];
}

/** Runs rules over a tree or over files of one. Throws CannotRun where nothing can be done. */
export async function check(options: CheckOptions): Promise<CheckReport> {
  const targets = await findTargets(options.paths);
  // The workers load while the tree is opened.
  const { root, files: only, named } = targets;
  const unread = new UnreadFiles(root, named);
  unread.add(targets.unreadable);
  return await withScanner({ ...options, root, ...(only && { files: only }) }, async (scanner) => {
    const rules = rulesAsked(options.rules);
    const files = await loadJudged(targets.root, options.baseline);
    const tree = await openTree(targets.root, options.release, undefined, undefined, options.models);
    const gathered = emptyGathering(unread);
    const contracts = await contractsFor(options, scanner, targets, tree, rules);
    if (contracts) unread.add(contracts.unreadable);
    const world = worldOf(tree, contracts);
    const memory = checksBefore({ cache: options.cache, only }, scanner, tree, rules, contracts);
    const scan = await checkFiles(options, scanner, targets, { tree, world, rules, memory }, gathered);
    await memory.remember();
    unread.add(scan.unreadable);
    const looked = lookedAt({
      ...gathered,
      unreadable: unread.list(),
      files: targets.files,
      rules: rules.map(({ meta }) => meta.id),
    });
    const inPart = readInPart(tree.arches());
    const counts = { filesRead: scan.filesRead, matched: scan.matches.length, ...(inPart.length > 0 && { inPart }) };
    return checkReport(tree, rules, counts, gathered, { files, looked });
  });
}

/** Infers what the files of the run do with pages, where a rule of the run rests on it. */
async function contractsFor(
  options: CheckOptions,
  scanner: RememberingScanner,
  { files }: Targets,
  tree: Tree,
  rules: readonly Rule[],
): Promise<TreeContracts | undefined> {
  if (!rules.some(({ placesIn }) => placesIn)) return undefined;
  return await inferWith(tree, scanner, { ...options, judging: true, ...(files && { files }) });
}

/** What these rules found in each file before; it rests on what the functions of the tree do with pages as well. */
function checksBefore(
  { cache, only }: Pick<MemorySetup<FileResult>, 'cache' | 'only'>,
  scanner: RememberingScanner,
  tree: Tree,
  rules: readonly Rule[],
  contracts: TreeContracts | undefined,
): FileMemory<FileResult> {
  return openMemory(tree, scanner, {
    cache,
    kind: 'checks',
    about: rules.map(({ meta: { id } }) => id).join(),
    only,
    shape: isFileResult,
    restsOn: () => [tree.arches(), contracts, [...(contracts?.files ?? [])]],
  });
}

/** `contracts` are those of the files of a run; without them rules see one file at a time. */
export function worldOf(tree: Tree, contracts?: TreeContracts): RuleWorld {
  const knowledge = contracts ? treeKnowledge(tree, contracts) : NO_TREE_KNOWLEDGE;
  return { model: tree.model, facts: tree.facts, deviceKinds: tree.deviceKinds, tree: knowledge };
}

export function rulesAsked(ids: readonly RuleId[] | undefined): readonly Rule[] {
  return ids ? ALL_RULES.filter(({ meta }) => ids.includes(meta.id)) : STANDING_RULES;
}

/** What files are checked with. */
interface CheckTools {
  readonly tree: Tree;
  readonly world: RuleWorld;
  readonly rules: readonly Rule[];
  readonly memory: FileMemory<FileResult>;
}

/** One scan for the names of all rules; each file that holds one is read and checked once. */
async function checkFiles(
  options: CheckOptions,
  scanner: RememberingScanner,
  targets: Targets,
  { tree, world, rules, memory }: CheckTools,
  gathered: Gathered,
): Promise<ScanResult> {
  const active = activate(rules, world);
  const found: FileMatch[] = world.tree.paths.map((path) => ({ path, names: [] }));
  const checked = new Set<string>();
  const scanning = scanner.scan({
    names: [...new Set(active.flatMap(({ names }) => [...names]))].sort(),
    onMatch: (match) => found.push(match),
    ...(targets.files && { files: targets.files }),
    ...(options.signal && { signal: options.signal }),
    ...(options.onProgress && { onProgress: options.onProgress }),
  });
  const checkOne = ({ path }: FileMatch): void => {
    if (checked.has(path)) return;
    checked.add(path);
    const known = memory.find(path);
    if (known) return gather(known, gathered);
    const source = readSource(targets.root, path);
    if ('why' in source) return gathered.unread.add([{ path, why: source.why }]);
    const contractOf = world.tree.contractOf(path) ?? tree.tools.contractOf;
    const file = openSource(path, source.text, { ...tree.tools, contractOf });
    const result = checkFile({ file, rules: active, world, arch: archVerdict(tree, path, undefined) });
    if (!file.unit.restsOnOthers) memory.note(path, result);
    gather(result, gathered);
  };
  return drain(found, scanning, checkOne, options);
}

export function gather(result: FileResult, into: Gathered): void {
  into.findings.push(...result.findings);
  into.undecided.push(...result.undecided);
  into.notAnalysed.push(...result.notAnalysed);
  into.failures.push(...result.failures);
  into.functions += result.functions;
}

/** The report of a run from what its files gave. */
export function checkReport(
  tree: Tree,
  rules: readonly Rule[],
  counts: FileCounts,
  gathered: Gathered,
  judging: Judging,
): CheckReport {
  const marked = markFindings([...gathered.findings, ...gathered.undecided]);
  const findings = marked.filter(({ isUndecided }) => !isUndecided).map(({ finding }) => finding);
  const undecided = marked.filter(({ isUndecided }) => isUndecided).map(({ finding }) => finding);
  const { open, suppressed, summary: judged } = applyJudgements(findings, judging, undecided);
  return {
    schemaVersion: 1,
    tool: { name: 'pageref', version: TOOL_VERSION },
    release: tree.release ?? null,
    root: tree.root,
    findings: open,
    suppressed,
    summary: { ...summarise(tree, rules, counts, { ...gathered, findings: open }), judged },
  };
}

type Counted = Omit<Gathered, 'findings' | 'undecided'> & Pick<CheckReport, 'findings'>;

function summarise(
  tree: Tree,
  rules: readonly Rule[],
  counts: FileCounts,
  gathered: Counted,
): Omit<CheckSummary, 'judged'> {
  const { findings, notAnalysed, failures, unread, functions } = gathered;
  return {
    findings: findings.length,
    bySeverity: countSeverities(findings),
    byRule: rules.map(({ meta: { id } }) => {
      const mine = findings.filter(({ rule }) => rule === id);
      return { rule: id, findings: mine.length, bySeverity: countSeverities(mine) };
    }),
    functions: {
      mentioning: functions,
      analysed: functions - notAnalysed.length,
      notAnalysed: [...notAnalysed].sort(byPlace),
    },
    files: {
      walked: counts.filesRead,
      read: counts.filesRead,
      matched: counts.matched,
      unreadable: unread.list(),
      ...(counts.inPart && { inPart: counts.inPart }),
    },
    release: { value: tree.release ?? null, detected: tree.detected },
    userModel: tree.userModel.files,
    failures: [...failures].sort((a, b) => comparePaths(a.path, b.path) || comparePaths(a.rule, b.rule)),
  };
}

function countSeverities(findings: readonly Pick<Finding, 'severity'>[]): Record<FindingSeverity, number> {
  return Object.fromEntries(
    FINDING_SEVERITIES.map((level) => [level, findings.filter(({ severity }) => severity === level).length]),
  ) as Record<FindingSeverity, number>;
}
