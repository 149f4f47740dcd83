import { comparePaths } from '../vfs/index.js';
import type { StoredFiles, TreeFiles } from '../vfs/index.js';
import { hashOf } from '../vfs/cache.js';
import type { Searches } from '../search/tree-search.js';
import type { ResultCacheSetup, RunMemory } from './result-cache.js';
import { SMALL_TREE } from './far-code.js';
import { seedOf } from './tree.js';
import type { Tree } from './tree.js';

/** A tree that is not on disk: its files, who searches them, and what was found out of them in other revisions. */
export interface StoredTree {
  readonly files: TreeFiles;
  readonly searches: Searches;
  /** What was kept of files that are the same, for a kind of results. */
  readonly resultsOf: <Result>(tree: Tree, setup: ResultsSetup<Result>) => RunMemory<Result>;
}

export type ResultsSetup<Result> = Pick<ResultCacheSetup<Result>, 'kind' | 'about' | 'shape' | 'restsOn'>;

/** What results rest on that are of use in another revision: the model, and what the tree says of itself, wherever it says it. */
export function baseOf<Result>(tree: Tree, { kind, about, restsOn }: ResultsSetup<Result>): string {
  const { root: _root, detected: _detected, ...seed } = seedOf(tree);
  const withoutLines = (key: string, value: unknown): unknown => (key === 'line' ? undefined : value);
  return hashOf(JSON.stringify([kind, about, seed, restsOn?.()], withoutLines));
}

/**
 * What answers to questions about the code of other files rest on: the headers of the tree, and the files in the folders of those
 * that asked. In a small tree they rest on all files. One text for the same files; it is made once for a revision.
 */
export class FarReach {
  readonly #files: StoredFiles;
  readonly #folders = new Map<string, string>();
  #headers: string | undefined;

  constructor(files: StoredFiles) {
    this.#files = files;
  }

  of(askers: readonly string[]): string {
    if (this.#files.folderCount <= 2 * SMALL_TREE) return (this.#headers ??= this.#digest(() => true));
    this.#headers ??= this.#digest((path) => path.endsWith('.h'));
    const folders = [...new Set(askers.map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/')))))];
    return hashOf([this.#headers, ...folders.sort(comparePaths).map((folder) => this.#folder(folder))].join('\n'));
  }

  #folder(folder: string): string {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const listing = this.#files.list(folder);
    const names = 'why' in listing ? [] : [...listing.files].sort(comparePaths);
    const path = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
    const text = hashOf(names.map((name) => `${name} ${this.#files.idOf(path(name)) ?? ''}`).join('\n'));
    this.#folders.set(folder, text);
    return text;
  }

  #digest(isWanted: (path: string) => boolean): string {
    const lines = [...this.#files.ids].filter(([path]) => isWanted(path)).map(([path, id]) => `${path} ${id}`);
    return hashOf(lines.sort(comparePaths).join('\n'));
  }
}
