import { resolve } from 'node:path';
import { isText, listOf, readShaped, record } from '@pageref/shared';
import type { Shape } from '@pageref/shared';
import type { CachedScanner } from '../search/cached-scanner.js';
import { cacheFile, hashOf } from '../vfs/cache.js';
import type { CacheFile } from '../vfs/cache.js';
import { seedOf } from './tree.js';
import type { Tree } from './tree.js';

/** What the analysis of a file came to, kept for the next run: as plain data, for a key that says all it rests on. */

export interface ResultCacheSetup<Result> {
  /** Absolute path of the cache folder; nothing is kept without it. */
  readonly cache: string | undefined;
  readonly kind: 'rounds' | 'files';
  /** What tells runs of one kind apart whose results are of no use to one another: the rules of a check, the arch of an audit. */
  readonly about: string;
  /** The files of a run that looks at nothing else: what it keeps is not what a run over the whole tree keeps. */
  readonly only?: readonly string[] | undefined;
  /** What a result looks like: any other one is not used. */
  readonly shape: Shape<Result>;
  /** Plain data that results rest on, besides the file, the model and the facts of the tree. Asked only where it is kept. */
  readonly restsOn?: () => unknown;
}

/** Who knows whether files have changed. */
type Stamps = Pick<CachedScanner, 'stampOf' | 'settled'>;

interface KeptResults<Result> {
  readonly path: string;
  readonly key: string;
  readonly stamp: string;
  readonly result: Result;
}

interface KeptFiles<Result> {
  readonly base: string;
  readonly files: readonly KeptResults<Result>[];
}

/** Opens what an earlier run over a tree has kept. */
export function openResultCache<Result>(
  tree: Tree,
  stamps: Stamps,
  { cache, kind, about, only, shape, restsOn }: ResultCacheSetup<Result>,
): ResultCache<Result> {
  if (cache === undefined) return new ResultCache(undefined, '', stamps, shape);
  const headers = tree.far ? tree.far.headersKey : '';
  if (headers === undefined) return new ResultCache(undefined, '', stamps, shape);
  const base = hashOf(JSON.stringify([seedOf(tree), restsOn?.(), headers]));
  const part = only && hashOf(only.join('\n'));
  return new ResultCache(cacheFile(cache, kind, resolve(tree.root), { about, part }), base, stamps, shape);
}

/** What an earlier run has kept that rests on the same; nothing where its text is not of this shape. */
function readKept<Result>(text: string, base: string, shape: Shape<Result>): readonly KeptResults<Result>[] {
  const isKept = record<KeptResults<Result>>({ path: isText, key: isText, stamp: isText, result: shape });
  const kept = readShaped(text, record<KeptFiles<Result>>({ base: isText, files: listOf(isKept) }));
  return kept?.base === base ? kept.files : [];
}

/** What a run asks of the memory. */
export interface ResultMemory<Result> {
  readonly isOn: boolean;
  /** What was noted for a file that is still the same; undefined where nothing was. `key` says what else it rests on. */
  find(path: string, key?: string): Result | undefined;
  /**
   * @param restsOnFarCode the code of other files was read where the result hangs on it: the next run has to do the same, unless the
   *   memory notices by itself when that code changes
   */
  note(path: string, result: Result, key?: string, restsOnFarCode?: boolean): void;
}

/** The memory of one run, which keeps for the next one. */
export interface RunMemory<Result> extends ResultMemory<Result> {
  /** Never throws. */
  remember(): Promise<void>;
}

/** Keeps nothing. */
export const NO_MEMORY: ResultMemory<never> = {
  isOn: false,
  find: () => undefined,
  note: () => undefined,
};

export class ResultCache<Result> implements RunMemory<Result> {
  readonly #file: CacheFile | undefined;
  readonly #base: string;
  readonly #stamps: Stamps;
  readonly #before: ReadonlyMap<string, KeptResults<Result>>;
  /** What this run has used or found out. */
  readonly #now = new Map<string, Omit<KeptResults<Result>, 'stamp'>>();
  #isNew = false;

  /** `base` says what all results rest on. */
  constructor(file: CacheFile | undefined, base: string, stamps: Stamps, shape: Shape<Result>) {
    this.#file = file;
    this.#base = base;
    this.#stamps = stamps;
    const text = file?.load();
    const before = text === undefined ? [] : readKept(text, base, shape);
    this.#before = new Map(before.map((one) => [idOf(one.path, one.key), one]));
  }

  get isOn(): boolean {
    return this.#file !== undefined;
  }

  find(path: string, key = ''): Result | undefined {
    const known = this.#before.get(idOf(path, key));
    if (!known || known.stamp !== this.#stamps.stampOf(path)) return undefined;
    this.#now.set(idOf(path, key), known);
    return known.result;
  }

  note(path: string, result: Result, key = '', restsOnFarCode = false): void {
    if (!this.#file || restsOnFarCode) return;
    this.#now.set(idOf(path, key), { path, key, result });
    this.#isNew = true;
  }

  /** Keeps what this run used or noted, and nothing else. Never throws. */
  async remember(): Promise<void> {
    await this.#stamps.settled();
    if (!this.#file || (!this.#isNew && this.#now.size === this.#before.size)) return;
    const files = [...this.#now.values()].flatMap(({ path, key, result }): KeptResults<Result>[] => {
      const stamp = this.#stamps.stampOf(path);
      return stamp === undefined ? [] : [{ path, key, stamp, result }];
    });
    this.#file.save(JSON.stringify({ base: this.#base, files } satisfies KeptFiles<Result>));
  }
}

function idOf(path: string, key: string): string {
  return `${path}\n${key}`;
}
