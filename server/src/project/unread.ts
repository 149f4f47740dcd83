import { join } from 'node:path';
import type { UnreadableFile } from '@pageref/shared';
import { comparePaths, exists, folderIdentity, sourceTrouble } from '../vfs/index.js';

/** The tree as a whole, among paths relative to its root. */
const TREE = '.';
/** Files that say what a tree is. No search for names comes by them, and without one something is taken to be otherwise. */
const ABOUT = ['Kconfig', 'MAINTAINERS', 'Makefile'];

/**
 * What a run could not read. A file of a tree that cannot be read is a gap in the report; what a person named, and the tree
 * itself, is more than that: without it the run is not what was asked for, and says so.
 */
export class UnreadFiles {
  readonly #root: string;
  readonly #named: ReadonlySet<string>;
  /** What the folders that were asked for were when the run began. */
  readonly #folders: ReadonlyMap<string, string>;
  readonly #files = new Map<string, UnreadableFile>();

  /**
   * @param root absolute path of the tree
   * @param named files and folders a person named, relative to the root
   */
  constructor(root: string, named: readonly string[] = []) {
    this.#root = root;
    this.#named = new Set([TREE, ...named]);
    this.#folders = new Map(
      [...this.#named].flatMap((path) => {
        const identity = folderIdentity(join(root, path));
        return identity === undefined ? [] : [[path, identity] as const];
      }),
    );
  }

  /** Paths are relative to the root; of two reasons for one path the first stays. */
  add(files: Iterable<UnreadableFile>): void {
    for (const file of files) {
      const named = file.named === true || this.#named.has(file.path);
      const known = this.#files.get(file.path);
      if (!known) this.#files.set(file.path, named ? { ...file, named } : file);
    }
  }

  /** All of them, sorted by path; among them the folders that have gone away since the run began. */
  list(): readonly UnreadableFile[] {
    for (const [path, identity] of this.#folders) {
      if (folderIdentity(join(this.#root, path)) === identity) continue;
      this.#files.set(path, { path, why: 'it went away while it was read', named: true });
    }
    for (const path of ABOUT) {
      const why = exists(join(this.#root, path)) ? sourceTrouble(this.#root, path) : undefined;
      if (why !== undefined) this.add([{ path, why }]);
    }
    return [...this.#files.values()].sort((a, b) => comparePaths(a.path, b.path));
  }
}

/** Why nothing is said of a file on which the analysis failed. */
export function failureOf(error: unknown): string {
  return `the analysis failed: ${error instanceof Error ? error.message : String(error)}`;
}
