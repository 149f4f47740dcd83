import type { RememberingScanner } from '../search/cached-scanner.js';
import { buildMatcher } from '../search/matcher.js';
import type { FileMatch, ScanResult } from '../search/scanner.js';
import { hashOf } from '../vfs/cache.js';
import { comparePaths } from '../vfs/index.js';
import { Analysers } from './threads/analysers.js';
import { drain } from '../search/work-queue.js';
import { openMemory } from '../project/result-cache.js';
import type { FileMemory } from '../project/result-cache.js';
import type { FileInference } from './infer-file.js';
import { Inference, seedNames } from './inference.js';
import type { FileResult, Round, TreeContracts } from './inference.js';
import { isFileInference } from './kept-shapes.js';
import { withScanner } from '../search/with-scanner.js';
import type { TreeOptions } from '../project/options.js';
import type { Tree } from '../project/tree.js';
import { UnreadFiles } from '../project/unread.js';

/** Rounds over the whole tree: names learnt in one are looked for in the next. What is left after the last is said. */
export const MAX_ROUNDS = 4;

export interface InferOptions extends Pick<TreeOptions, 'jobs' | 'cache' | 'signal' | 'onProgress'> {
  /** Paths relative to the root: nothing else is looked at. */
  readonly files?: readonly string[];
  /** Say of each wrapper what the audit says of the test behind it. */
  readonly judging?: boolean;
}

/** Infers the contracts of a tree's functions, round by round to a fixpoint or to MAX_ROUNDS. */
export async function inferTree(tree: Tree, options: InferOptions): Promise<TreeContracts> {
  return await withScanner({ ...options, root: tree.root }, (scanner) => inferWith(tree, scanner, options));
}

/** The same with a scanner that is there already. This thread analyses what the scan finds, and others where that is much. */
export async function inferWith(
  tree: Tree,
  scanner: RememberingScanner,
  options: InferOptions,
): Promise<TreeContracts> {
  const { judging = false, cache, jobs } = options;
  const unread = new UnreadFiles(tree.root);
  const inference = new Inference(tree, { judging });
  const analysers = new Analysers(tree, { judging, threads: jobs - 1 });
  const about = judging ? 'judging' : '';
  // What the arches can do is read for judging alone.
  const restsOn = (): unknown => judging && tree.arches();
  const kept = { cache, kind: 'rounds', about, only: options.files, shape: isFileInference, restsOn } as const;
  const memory = openMemory<FileInference>(tree, scanner, kept);
  const run: Run = { tree, scanner, inference, analysers, memory, holders: new Map(), options };
  const rounds: Round[] = [];
  let names = seedNames(tree);
  // What a file gives rests on what all files gave to the rounds before.
  let state = '';
  try {
    for (let round = 0; round < MAX_ROUNDS && names.length > 0; round++) {
      const results = await runRound(run, names, state);
      if (memory.isOn) state = hashOf(state + JSON.stringify(results));
      analysers.take(results);
      const learnt = inference.take(results);
      rounds.push({ names: names.length, files: results.length, learnt: learnt.length });
      names = learnt;
    }
  } finally {
    analysers.close();
  }
  await memory.remember();
  const found = inference.finish(rounds, [...run.holders.keys()], names);
  unread.add(found.unreadable);
  return { ...found, unreadable: unread.list() };
}

/** A text that stands for a file of a tree. */
export interface HeldText {
  /** Relative to the root. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Made of the bytes when it is asked for: most texts are only looked through. */
  readonly text: () => string;
}

/** Texts that are looked through before the event loop gets its turn. */
const TEXTS_AT_ONCE = 64;

/** The same over texts at hand, which stand for a whole tree: a change, one document, or a fixture. */
export async function inferTexts(tree: Tree, texts: readonly HeldText[], signal?: AbortSignal): Promise<TreeContracts> {
  const byPath = new Map(texts.map((one) => [one.path, one]));
  const read = (path: string): { readonly text: string } => ({ text: byPath.get(path)?.text() ?? '' });
  const inference = new Inference(tree, { judging: true, read });
  const rounds: Round[] = [];
  const searched: string[] = [];
  let names = seedNames(tree);
  for (let round = 0; round < MAX_ROUNDS && names.length > 0; round++) {
    const results = await inferRound(inference.analyser(), names, texts, signal);
    const learnt = inference.take(results);
    rounds.push({ names: names.length, files: results.length, learnt: learnt.length });
    searched.push(...names);
    names = learnt;
  }
  return inference.finish(rounds, searched, names);
}

async function inferRound(
  analyse: ReturnType<Inference['analyser']>,
  names: readonly string[],
  texts: readonly HeldText[],
  signal?: AbortSignal,
): Promise<FileResult[]> {
  const matcher = buildMatcher(names);
  const results: FileResult[] = [];
  for (const [at, { path, bytes }] of texts.entries()) {
    const held = [...matcher.match(bytes, bytes.length)].sort((a, b) => a - b);
    const result = held.length > 0 ? analyse({ path, names: held.map((index) => names[index] ?? '') }) : undefined;
    if (result) results.push(result);
    if (held.length > 0 || at % TEXTS_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
  return results;
}

/** An inference at work. */
interface Run {
  readonly tree: Tree;
  readonly scanner: RememberingScanner;
  readonly inference: Inference;
  readonly analysers: Analysers;
  readonly memory: FileMemory<FileInference>;
  /** Which files hold which names, of all that were looked for: no name is looked for twice. */
  readonly holders: Map<string, string[]>;
  readonly options: InferOptions;
}

/** Analyses the files that hold one of the names. Every file sees what earlier rounds found, so their order is nothing. */
async function runRound(run: Run, names: readonly string[], state: string): Promise<FileResult[]> {
  const { inference, analysers, memory, holders, options } = run;
  const results: FileResult[] = [];
  const found: FileMatch[] = [];
  const analyse = inference.analyser();
  const old = filesOf(holders, names);
  const keys = new Map<string, string>();
  const ask = (match: FileMatch): void => {
    const key = `${state} ${match.names.join()}`;
    const known = memory.find(match.path, key);
    if (known) return void results.push(known);
    keys.set(match.path, key);
    found.push(match);
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
  const scan = await drain(found, scanning, work, options, analysers);
  enter(holders, fresh, scan);
  inference.noteScan(scan);
  for (const result of results) {
    const key = keys.get(result.path);
    if (key !== undefined && !('why' in result) && !result.restsOnOthers) memory.note(result.path, result, key);
  }
  return results.sort((a, b) => comparePaths(a.path, b.path));
}

/** The known holders of names: the names each file holds. */
function filesOf(holders: Run['holders'], names: readonly string[]): Map<string, string[]> {
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

function enter(holders: Run['holders'], names: readonly string[], { matches }: ScanResult): void {
  for (const name of names) holders.set(name, []);
  for (const { path, names: held } of matches) for (const name of held) holders.get(name)?.push(path);
}

const NOTHING_READ: ScanResult = { matches: [], unreadable: [], filesRead: 0, bytesRead: 0 };

function scanFor(
  { scanner, options: { signal, files } }: Run,
  names: readonly string[],
  onMatch: (match: FileMatch) => void,
): Promise<ScanResult> {
  if (names.length === 0) return Promise.resolve(NOTHING_READ);
  return scanner.scan({ names, onMatch, ...(files && { files }), ...(signal && { signal }) });
}
