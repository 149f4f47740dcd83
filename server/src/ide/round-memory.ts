import { resolve } from 'node:path';
import type { FileMatch } from '../index/scan.js';
import { cacheFile, hashOf } from '../vfs/cache.js';
import type { CacheFile } from '../vfs/cache.js';
import type { FileInference } from './infer-file.js';
import type { FileResult } from './inference.js';
import { seedOf } from './tree.js';
import type { Tree } from './tree.js';

/**
 * What each file gave to each round of a whole-tree inference, kept for the next run. It is given again for the same file,
 * the same names, and the same results of all rounds before: nothing else decides what a file gives.
 */

interface KeptRound {
  /** Hash of the tree's model and of what all rounds before have given. */
  readonly state: string;
  readonly files: readonly KeptFile[];
}

interface KeptFile {
  readonly stamp: string;
  readonly names: readonly string[];
  readonly result: FileInference;
}

export interface RoundMemorySetup {
  readonly judging: boolean;
  /** Absolute path of the cache folder. */
  readonly cache: string | undefined;
  /** The stamp of a file at this time, undefined for one that may have changed. */
  readonly stampOf: (path: string) => string | undefined;
}

export class RoundMemory {
  readonly #file: CacheFile | undefined;
  readonly #stampOf: RoundMemorySetup['stampOf'];
  readonly #kept: readonly KeptRound[];
  /** What this run has looked for in each file of each round so far, and what came out. */
  readonly #rounds: { state: string; names: Map<string, readonly string[]>; results: readonly FileResult[] }[] = [];
  #state: string;
  #known = new Map<string, KeptFile>();
  #isNew = false;

  constructor(tree: Tree, { judging, cache, stampOf }: RoundMemorySetup) {
    this.#file =
      cache === undefined ? undefined : cacheFile(cache, 'rounds', `${resolve(tree.root)} ${String(judging)}`);
    this.#stampOf = stampOf;
    this.#kept = readRounds(this.#file);
    // What the arches can do is asked only where tests are judged.
    this.#state = this.#file ? hashOf(JSON.stringify([seedOf(tree), judging ? tree.arches() : []])) : '';
  }

  /** Begins the next round. */
  begin(): void {
    const kept = this.#kept[this.#rounds.length];
    const files = kept?.state === this.#state ? kept.files : [];
    this.#known = new Map(files.map((file) => [file.result.path, file]));
    this.#rounds.push({ state: this.#state, names: new Map(), results: [] });
  }

  /** What a file gave to this round before, if it would give the same again. */
  find({ path, names }: FileMatch): FileResult | undefined {
    if (!this.#file) return undefined;
    this.#rounds.at(-1)?.names.set(path, names);
    const known = this.#known.get(path);
    const isSame = known && known.stamp === this.#stampOf(path) && known.names.join() === names.join();
    return isSame ? known.result : undefined;
  }

  /** Ends the round with what all its files gave, sorted by path. */
  end(results: readonly FileResult[]): void {
    const round = this.#rounds.at(-1);
    if (!this.#file || !round) return;
    round.results = results;
    const isSame = results.every((result) => this.#known.get(result.path)?.result === result);
    this.#isNew ||= !isSame || results.length !== this.#known.size;
    this.#state = hashOf(this.#state + JSON.stringify(results));
  }

  /** Keeps this run for the next one, once the stamps of all files are known. Never throws. */
  remember(): void {
    if (!this.#file || !this.#isNew) return;
    const rounds = this.#rounds.map(({ state, names, results }): KeptRound => {
      const files = results.flatMap((result): KeptFile[] => {
        const stamp = this.#stampOf(result.path);
        return 'why' in result || stamp === undefined ? [] : [{ stamp, names: names.get(result.path) ?? [], result }];
      });
      return { state, files };
    });
    this.#file.save(JSON.stringify(rounds));
  }
}

function readRounds(file: CacheFile | undefined): readonly KeptRound[] {
  const text = file?.load();
  return text === undefined ? [] : (JSON.parse(text) as readonly KeptRound[]);
}
