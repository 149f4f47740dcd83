import { resolve } from 'node:path';
import { cacheFile } from '../vfs/cache.js';
import type { CacheFile } from '../vfs/cache.js';
import { comparePaths } from '../vfs/path.js';
import { CachedScanner } from './cached-scanner.js';
import { NO_TEXTS } from './held-text.js';
import type { Texts } from './held-text.js';
import { buildMatcher } from './matcher.js';
import type { RunControl } from './run-control.js';
import type { FileMatch, ScanRequest, ScanResult } from './scanner.js';

/** Finds the files of a tree that hold names, as `Scanner.scan` does. */
export type TreeSearch = (asked: Pick<ScanRequest, 'names' | 'files' | 'onMatch'>) => Promise<ScanResult>;

/** The searches of one run. */
export interface Searches {
  readonly search: TreeSearch;
  /** Who knows whether the files of the run have changed since an earlier one. */
  readonly stamps: Pick<CachedScanner, 'stampOf' | 'settled'>;
  /** Keeps what was found for the next run. Never throws. */
  remember(): Promise<void>;
  close(): void;
}

export interface SearchSetup extends RunControl {
  /** Absolute path. */
  readonly root: string;
  /** Worker threads; 1 or more. */
  readonly jobs: number;
  /** Absolute path of the folder that keeps searches for the next run. */
  readonly cache?: string;
  /** What keeps them instead; without either none are kept. */
  readonly kept?: CacheFile | undefined;
  /** The files of a run that looks at nothing else, relative to the root; all of the tree when left out. */
  readonly files?: readonly string[] | undefined;
  readonly texts?: Texts | undefined;
}

/**
 * The workers of a run over a whole tree start at once, so that they load meanwhile. Those of a run over some files start
 * when the first file is asked for, and others when such a run has to look through the tree.
 */
export function openSearches({ root, jobs, cache, kept, files, texts = NO_TEXTS, ...control }: SearchSetup): Searches {
  const file = kept ?? (cache === undefined ? undefined : cacheFile(cache, 'searches', resolve(root)));
  const open = (keep: typeof file | { readonly only: readonly string[] }): CachedScanner =>
    new CachedScanner({ root, jobs }, keep);
  let some: CachedScanner | undefined;
  let whole = files ? undefined : open(file);
  const scannerFor = (asked: readonly string[] | undefined): CachedScanner =>
    asked && files ? (some ??= open(file && { only: files })) : (whole ??= open(file));
  const opened = (): CachedScanner[] => [some, whole].filter((scanner) => scanner !== undefined);
  const search: TreeSearch = async ({ names, files: asked, onMatch }) => {
    const own = await searchTexts(texts, control.signal)({ names, ...(asked && { files: asked }), onMatch });
    const onDisk = asked?.filter((path) => !texts.has(path));
    if (onDisk?.length === 0) return own;
    const found = await scannerFor(onDisk).scan({
      names,
      onMatch: (match) => {
        if (!texts.has(match.path)) onMatch?.(match);
      },
      ...(onDisk && { files: onDisk }),
      ...(control.signal && { signal: control.signal }),
      ...(control.onProgress && { onProgress: control.onProgress }),
    });
    return withTexts(own, found, texts);
  };
  return {
    search,
    stamps: {
      stampOf: (path) => some?.stampOf(path) ?? whole?.stampOf(path),
      settled: async () => {
        for (const scanner of opened()) await scanner.settled();
      },
    },
    remember: async () => {
      for (const scanner of opened()) await scanner.remember();
    },
    close: () => {
      for (const scanner of opened()) scanner.close();
    },
  };
}

export const NOTHING_FOUND: ScanResult = { matches: [], unreadable: [], filesRead: 0, bytesRead: 0 };

/** What was found in texts, and on disk in all files that they do not stand for. */
export function withTexts(own: ScanResult, found: ScanResult, texts: Texts): ScanResult {
  if (texts.size === 0) return found;
  const matches = found.matches.filter(({ path }) => !texts.has(path));
  return { ...found, matches: [...own.matches, ...matches].sort((a, b) => comparePaths(a.path, b.path)) };
}

/** Texts that are looked through before the event loop gets its turn. */
const TEXTS_AT_ONCE = 64;

/** A search of texts alone. Rejects with what the signal is aborted with. */
export function searchTexts(texts: Texts, signal?: AbortSignal): TreeSearch {
  return async ({ names, files, onMatch }) => {
    const matcher = buildMatcher(names);
    const wanted = files && new Set(files);
    const paths = [...texts.keys()].filter((path) => wanted?.has(path) !== false).sort(comparePaths);
    const matches: FileMatch[] = [];
    let bytesRead = 0;
    for (const [at, path] of paths.entries()) {
      const bytes = texts.get(path)?.bytes() ?? NO_BYTES;
      bytesRead += bytes.length;
      const held = [...matcher.match(bytes, bytes.length)].sort((a, b) => a - b).map((index) => names[index] ?? '');
      if (held.length > 0) matches.push({ path, names: held });
      if (at % TEXTS_AT_ONCE === TEXTS_AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    }
    for (const match of matches) onMatch?.(match);
    return { matches, unreadable: [], filesRead: paths.length, bytesRead };
  };
}

const NO_BYTES = new Uint8Array();
