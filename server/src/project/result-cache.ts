import { resolve } from 'node:path';
import type { RememberingScanner } from '../search/cached-scanner.js';
import { cacheFile, hashOf } from '../vfs/cache.js';
import type { CacheFile } from '../vfs/cache.js';
import { seedOf } from './tree.js';
import type { Tree } from './tree.js';

/** What the analysis of a file came to, kept for the next run: as plain data, for a key that says all it rests on. */

export interface MemorySetup {
  /** Absolute path of the cache folder; nothing is kept without it. */
  readonly cache: string | undefined;
  readonly kind: 'looks' | 'rounds' | 'checks';
  /** What tells runs apart that are of no use to one another. */
  readonly about: string;
  /** Plain data that results rest on, besides the file, the model and the facts of the tree. Asked only where it is kept. */
  readonly restsOn?: () => unknown;
}

/** Who knows whether files have changed. */
type Stamps = Pick<RememberingScanner, 'stampOf' | 'settled'>;

interface Kept<Result> {
  readonly path: string;
  readonly key: string;
  readonly stamp: string;
  readonly result: Result;
}

interface KeptFiles<Result> {
  readonly base: string;
  readonly files: readonly Kept<Result>[];
}

const NOTHING: KeptFiles<never> = { base: '', files: [] };

/** The memory of a run over a tree. */
export function openMemory<Result>(
  tree: Tree,
  stamps: Stamps,
  { cache, kind, about, restsOn }: MemorySetup,
): FileMemory<Result> {
  if (cache === undefined) return new FileMemory(undefined, '', stamps);
  const base = hashOf(JSON.stringify([seedOf(tree), restsOn?.()]));
  return new FileMemory(cacheFile(cache, kind, `${resolve(tree.root)} ${about}`), base, stamps);
}

export class FileMemory<Result> {
  readonly #file: CacheFile | undefined;
  readonly #base: string;
  readonly #stamps: Stamps;
  readonly #before: ReadonlyMap<string, Kept<Result>>;
  /** What this run has used or found out. */
  readonly #now = new Map<string, Omit<Kept<Result>, 'stamp'>>();
  #isNew = false;

  /** `base` says what all results rest on. */
  constructor(file: CacheFile | undefined, base: string, stamps: Stamps) {
    this.#file = file;
    this.#base = base;
    this.#stamps = stamps;
    const text = file?.load();
    const { base: before, files } = text === undefined ? NOTHING : (JSON.parse(text) as KeptFiles<Result>);
    this.#before = new Map(before === base ? files.map((one) => [idOf(one.path, one.key), one]) : []);
  }

  get isOn(): boolean {
    return this.#file !== undefined;
  }

  /** What was noted for a file that is still the same; undefined where nothing was. `key` says what else it rests on. */
  find(path: string, key = ''): Result | undefined {
    const known = this.#before.get(idOf(path, key));
    if (!known || known.stamp !== this.#stamps.stampOf(path)) return undefined;
    this.#now.set(idOf(path, key), known);
    return known.result;
  }

  note(path: string, result: Result, key = ''): void {
    if (!this.#file) return;
    this.#now.set(idOf(path, key), { path, key, result });
    this.#isNew = true;
  }

  /** Keeps what this run used or noted, and nothing else. Never throws. */
  async remember(): Promise<void> {
    await this.#stamps.settled();
    if (!this.#file || (!this.#isNew && this.#now.size === this.#before.size)) return;
    const files = [...this.#now.values()].flatMap(({ path, key, result }): Kept<Result>[] => {
      const stamp = this.#stamps.stampOf(path);
      return stamp === undefined ? [] : [{ path, key, stamp, result }];
    });
    this.#file.save(JSON.stringify({ base: this.#base, files } satisfies KeptFiles<Result>));
  }
}

function idOf(path: string, key: string): string {
  return `${path}\n${key}`;
}
