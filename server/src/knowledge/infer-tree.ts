import type { FileMatch, ScanResult } from '../search/scanner.js';
import type { RunControl } from '../search/run-control.js';
import { NOTHING_FOUND } from '../search/tree-search.js';
import type { TreeSearch } from '../search/tree-search.js';
import { WorkQueue } from '../search/work-queue.js';
import { hashOf } from '../vfs/cache.js';
import { comparePaths } from '../vfs/index.js';
import { analysersOf } from './threads/analysers.js';
import type { Analysers } from './threads/analysers.js';
import type { OpenFiles } from '../project/open-files.js';
import type { ResultMemory } from '../project/result-cache.js';
import type { FileInference } from './infer-file.js';
import { Inference, seedNames } from './inference.js';
import type { RoundLog, RoundResult, TreeContracts } from './inference.js';
import type { Tree } from '../project/tree.js';

/** Rounds over the whole tree: names learnt in one are looked for in the next. What is left after the last is said. */
export const MAX_ROUNDS = 4;

export interface InferSetup {
  readonly tree: Tree;
  readonly files: OpenFiles;
  readonly search: TreeSearch;
  readonly memory: ResultMemory<FileInference>;
  /** Threads that analyse beside this one. */
  readonly threads: number;
  readonly control: RunControl;
  /** Paths relative to the root: nothing else is looked at. */
  readonly only?: readonly string[] | undefined;
}

/**
 * Infers the contracts of a tree's functions, round by round to a fixpoint or to MAX_ROUNDS. This thread analyses what the
 * scan finds, and others where that is much.
 */
export async function infer({
  tree,
  files,
  search,
  memory: cache,
  threads,
  control,
  only,
}: InferSetup): Promise<TreeContracts> {
  const inference = new Inference(tree, files);
  const analysers = analysersOf(tree, threads);
  const run: InferRun = { search, inference, analysers, memory: cache, holders: new Map(), control, only };
  const log: RoundLog[] = [];
  let names = seedNames(tree);
  // What a file gives rests on what all files gave to the rounds before.
  let state = '';
  try {
    for (let round = 0; round < MAX_ROUNDS && names.length > 0; round++) {
      const results = await runRound(run, names, state);
      if (cache.isOn) state = hashOf(state + JSON.stringify(results.map(visibleOf)));
      analysers.tell(results);
      const learnt = inference.take(results);
      log.push({ names, results });
      names = learnt;
    }
  } finally {
    analysers.close();
  }
  return inference.finish(log, [...run.holders.keys()], names);
}

/** One inference over a tree: what it looks through, what it has found, and how it is followed and ended. */
interface InferRun {
  readonly search: TreeSearch;
  readonly inference: Inference;
  readonly analysers: Analysers;
  readonly memory: ResultMemory<FileInference>;
  /** Which files hold which names, of all that were looked for: no name is looked for twice. */
  readonly holders: Map<string, string[]>;
  readonly control: RunControl;
  readonly only: readonly string[] | undefined;
}

/** Analyses the files that hold one of the names. Every file sees what earlier rounds found, so their order is nothing. */
async function runRound(run: InferRun, names: readonly string[], state: string): Promise<RoundResult[]> {
  const { inference, analysers, memory: cache, holders, control } = run;
  const results: RoundResult[] = [];
  const queue = new WorkQueue<FileMatch>();
  const analyse = inference.analyser();
  const old = filesOf(holders, names);
  const keys = new Map<string, string>();
  const ask = (match: FileMatch): void => {
    const key = `${state} ${cache.isOn ? inference.ownState(match.path) : ''} ${match.names.join()}`;
    const known = cache.find(match.path, key);
    if (known) return void results.push(known);
    keys.set(match.path, key);
    queue.push(match);
  };
  const onMatch = ({ path, names: held }: FileMatch): void => {
    ask({ path, names: [...held, ...(old.get(path) ?? [])] });
    old.delete(path);
  };
  const fresh = names.filter((name) => !holders.has(name));
  const scanning = scanFor(run, fresh, onMatch).then((scan) => {
    for (const [path, held] of old) ask({ path, names: held });
    return scan;
  });
  const work = (match: FileMatch): void => {
    const result = analyse(match);
    if (result) results.push(result);
  };
  analysers.onResults = (more) => results.push(...more);
  const scan = await queue.drain(scanning, work, control, analysers);
  enter(holders, fresh, scan);
  inference.noteScan(scan);
  for (const result of results) {
    const key = keys.get(result.path);
    if (key !== undefined && !('why' in result)) cache.note(result.path, result, key);
  }
  return results.sort((a, b) => comparePaths(a.path, b.path));
}

/** What the files of later rounds can see of a result. */
function visibleOf(result: RoundResult): unknown {
  if ('why' in result) return result;
  const { path, summaries, wrappers } = result;
  const shared = summaries.filter((one) => !one.static);
  return [path, shared.map(({ name, contract }) => [name, contract]), wrappers.filter((one) => !one.static)];
}

/** The known holders of names: the names each file holds. */
function filesOf(holders: InferRun['holders'], names: readonly string[]): Map<string, string[]> {
  const files = new Map<string, string[]>();
  for (const name of names) {
    for (const path of holders.get(name) ?? []) {
      const held = files.get(path);
      if (held) held.push(name);
      else files.set(path, [name]);
    }
  }
  return files;
}

function enter(holders: InferRun['holders'], names: readonly string[], { matches }: ScanResult): void {
  for (const name of names) holders.set(name, []);
  for (const { path, names: held } of matches) for (const name of held) holders.get(name)?.push(path);
}

function scanFor(
  { search, only: files }: InferRun,
  names: readonly string[],
  onMatch: (match: FileMatch) => void,
): Promise<ScanResult> {
  if (names.length === 0) return Promise.resolve(NOTHING_FOUND);
  return search({ names, onMatch, ...(files && { files }) });
}
