import type { VersionArmCounts } from '@pageref/shared';
import { infer } from '../knowledge/infer-tree.js';
import type { TreeContracts } from '../knowledge/inference.js';
import { followedMacros, headerMacros, NO_MACROS } from '../knowledge/header-macros.js';
import type { HeaderMacros, HeaderMacroSearch } from '../knowledge/header-macros.js';
import { isFileInference } from '../knowledge/kept-shapes.js';
import { CannotRun } from '../project/options.js';
import { OpenFiles } from '../project/open-files.js';
import { openResultCache } from '../project/result-cache.js';
import type { Tree } from '../project/tree.js';
import { failureOf } from '../project/unread.js';
import type { Rule } from '../rules/rule.js';
import { NO_TEXTS } from '../search/held-text.js';
import type { FileMatch, ScanResult } from '../search/scanner.js';
import { WorkQueue } from '../search/work-queue.js';
import { armCounts } from './file-of-run.js';
import { Judging } from './judging.js';
import { isKept } from './kept-shapes.js';
import type { Kept } from './kept-shapes.js';
import { threadsOf } from './open-run.js';
import type { OpenRun } from './open-run.js';
import type { RunResult } from './run-request.js';
import { rulesOf } from './rule-world.js';
import { sharedMemory, TEXT_BESIDE_THREADS } from './threads/judges.js';
import type { SharedMemory } from './threads/judges.js';

/**
 * Judges the files of a run: each by itself first, and those that ask something of others once those have been asked. What a
 * file says depends on its text and the tree alone, so neither the order of the files nor what else is asked for shows.
 */
export async function judgeFiles(run: OpenRun): Promise<RunResult> {
  const { request, tree } = run;
  checkArch(request.arch, tree);
  const { texts, among, stored } = request;
  const room = request.openText ?? (threadsOf(request) > 0 ? TEXT_BESIDE_THREADS : undefined);
  const files = new OpenFiles(tree, { texts, shared: among?.files, stored: stored?.files, room });
  const rules = rulesOf(request.rules);
  const contracts = await inferred(run, files, rules);
  const results = openKept(run);
  const macros = await macrosOf(run, files, rules);
  const judging = new Judging(run, { files, rules, contracts, macros, memory: results });
  const scan = await judging.judgeAll();
  const arms = new Map<string, VersionArmCounts>();
  const inventory = await takeInventory(run, files, contracts, arms);
  // The counts of a file are kept with it, so they are asked for before what is kept is written.
  const result = judging.result(scan, inventory, arms);
  await results.remember();
  await judging.kernel?.remember();
  return { tree, contracts, ...result, fileAt: (path) => judging.files.get(path) };
}

function checkArch(arch: string | undefined, tree: Tree): void {
  if (arch === undefined) return;
  const arches = tree.arches();
  if (arches.length === 0 || arches.some((known) => known.arch === arch)) return;
  const known = arches.map((one) => one.arch).join(', ');
  throw new CannotRun(`no arch "${arch}" in this tree: it has ${known}`);
}

/** Infers what the files of the run do with pages, where a rule of the run rests on that. */
async function inferred(
  { request, tree, searches }: OpenRun,
  files: OpenFiles,
  rules: readonly Rule[],
): Promise<TreeContracts | undefined> {
  if (!request.inference && !rules.some(({ placesIn }) => placesIn)) return undefined;
  const { targets } = request;
  const setup = { kind: 'rounds', about: '', shape: isFileInference } as const;
  const results =
    request.stored?.resultsOf(tree, setup) ?? openResultCache(tree, searches.stamps, { ...keptIn(request), ...setup });
  const only = targets.files;
  const [search, threads] = [searches.search, threadsOf(request)];
  const found = await infer({ tree, files, search, memory: results, threads, control: request, only });
  await results.remember();
  return found;
}

/** Macros of a module's headers that stand for what the rules follow. */
async function macrosOf(run: OpenRun, files: OpenFiles, rules: readonly Rule[]): Promise<HeaderMacros> {
  return rules.some(({ localNames }) => localNames) ? await followedMacros(macroSearch(run, files)) : NO_MACROS;
}

function macroSearch(
  { tree, searches: { search }, request: { targets } }: OpenRun,
  files: OpenFiles,
): HeaderMacroSearch {
  // Beside files that are in no tree anything can lie.
  const only = targets.alone && targets.files ? { files: targets.files } : {};
  return { tree, files, search: (asked) => search({ ...asked, ...only }) };
}

/** Texts that stand for files are not what the disk has: nothing is kept of a run with such. */
function keptIn({ cache, texts = NO_TEXTS, targets }: OpenRun['request']): {
  readonly cache: string | undefined;
  readonly only: readonly string[] | undefined;
} {
  return { cache: texts.size > 0 ? undefined : cache, only: targets.files };
}

function openKept({ request, tree, searches }: OpenRun): SharedMemory<Kept> {
  const setup = {
    kind: 'files',
    about: `${request.kind} ${request.arch ?? ''}`,
    shape: isKept,
    restsOn: () => tree.arches(),
  } as const;
  const stored = request.stored?.resultsOf(tree, setup);
  return sharedMemory(stored ?? openResultCache(tree, searches.stamps, { ...keptIn(request), ...setup }));
}

async function takeInventory(
  run: OpenRun,
  files: OpenFiles,
  contracts: TreeContracts | undefined,
  arms: Map<string, VersionArmCounts>,
): Promise<ScanResult | undefined> {
  const { request, tree, searches, unread } = run;
  const inventory = request.inventory?.(tree, contracts);
  if (!inventory) return undefined;
  const { take, standIns = [] } = inventory;
  const macros = standIns.length > 0 ? await headerMacros(macroSearch(run, files), standIns) : NO_MACROS;
  const names = [...new Set([...inventory.names, ...macros.keys()])];
  const queue = new WorkQueue<FileMatch>();
  const only = request.targets.files;
  const scanning = searches.search({ names, onMatch: queue.push, ...(only && { files: only }) });
  const work = ({ path, names: held }: FileMatch): void => {
    const open = files.look(path);
    try {
      if ('why' in open) unread.add([open]);
      else {
        take(open, held, macros);
        arms.set(path, armCounts(open));
      }
    } catch (error) {
      unread.add([{ path, why: failureOf(error) }]);
    }
  };
  return await queue.drain(scanning, work, request);
}
