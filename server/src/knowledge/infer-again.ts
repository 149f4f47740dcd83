import type { OpenFiles } from '../project/open-files.js';
import type { Tree } from '../project/tree.js';
import { findWords } from '../syntax/index.js';
import { comparePaths } from '../vfs/index.js';
import { Inference } from './inference.js';
import type { RoundLog, RoundResult, TreeContracts } from './inference.js';

/** Other texts for some files of a tree whose rounds were gone through before. */
export interface TextsOfTree {
  readonly tree: Tree;
  /** Gives the new texts. */
  readonly files: OpenFiles;
  readonly log: readonly RoundLog[];
  /** The files with a new text, relative to the root. */
  readonly paths: readonly string[];
}

/**
 * Goes through the rounds of an inference again, with new texts for some files: those give what they give now, all others what
 * they gave. Names that only the new texts teach are looked for in these alone, so what other files make of them is not known
 * until the texts are saved.
 */
export function inferAgain({ tree, files, log, paths }: TextsOfTree): TreeContracts {
  const inference = new Inference(tree, files);
  const now: RoundLog[] = [];
  let learnt: readonly string[] = [];
  for (const { names: before, results: old } of log) {
    const names = [...new Set([...before, ...learnt])].sort();
    const analyse = inference.analyser();
    const own = paths.flatMap((path) => {
      const held = namesIn(files, path, names);
      return held.length === 0 ? [] : (analyse({ path, names: held }) ?? []);
    });
    const results = [...old.filter(({ path }) => !paths.includes(path)), ...own].sort(byPath);
    now.push({ names, results });
    learnt = inference.take(results);
  }
  return inference.finish(now, [], learnt);
}

function namesIn(files: OpenFiles, path: string, names: readonly string[]): readonly string[] {
  const open = files.open(path);
  if ('why' in open) return [];
  const held = new Set(findWords(open.text, new Set(names)).map(({ word }) => word));
  return names.filter((name) => held.has(name));
}

function byPath(a: RoundResult, b: RoundResult): number {
  return comparePaths(a.path, b.path);
}

/**
 * Names that other files can use and that mean something else than before in some files. Where a line stands is no part of
 * what it means.
 */
export function changedNames(before: TreeContracts, now: TreeContracts, paths: readonly string[]): ReadonlySet<string> {
  const [old, fresh] = [meaningsIn(before, paths), meaningsIn(now, paths)];
  return new Set([...old.keys(), ...fresh.keys()].filter((name) => old.get(name) !== fresh.get(name)));
}

function meaningsIn({ files, wrappers }: TreeContracts, paths: readonly string[]): ReadonlyMap<string, string> {
  const meanings = new Map<string, string>();
  const enter = (name: string, meaning: unknown): void => {
    meanings.set(name, `${meanings.get(name) ?? ''}\n${JSON.stringify(meaning, withoutPlaces)}`);
  };
  for (const path of paths) {
    for (const summary of files.get(path) ?? []) if (!summary.static) enter(summary.name, summary);
  }
  for (const wrapper of wrappers) if (!wrapper.static && paths.includes(wrapper.path)) enter(wrapper.name, wrapper);
  return meanings;
}

const PLACES = new Set(['start', 'line', 'column']);

function withoutPlaces(key: string, value: unknown): unknown {
  return PLACES.has(key) ? undefined : value;
}
