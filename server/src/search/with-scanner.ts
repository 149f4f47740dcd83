import { resolve } from 'node:path';
import { RememberingScanner } from './cached-scanner.js';
import { cacheFile } from '../vfs/cache.js';

/** The tree a scanner is for. */
export interface ScannedTree {
  /** Absolute path. */
  readonly root: string;
  /** Worker threads; 1 or more. */
  readonly jobs: number;
  /** Absolute path of the folder that keeps searches for the next run; none are kept without it. */
  readonly cache?: string;
  /** The files of a run that looks at nothing else, relative to the root; all of the tree when left out. */
  readonly files?: readonly string[];
}

/** Runs work with the scanner of a tree; with a cache folder it knows what the runs before have found. */
export async function withScanner<T>(
  { root, jobs, cache, files }: ScannedTree,
  work: (scanner: RememberingScanner) => Promise<T>,
): Promise<T> {
  const keep = cache === undefined ? undefined : files ? { only: files } : cacheFile(cache, 'searches', resolve(root));
  const scanner = new RememberingScanner({ root, jobs }, keep);
  try {
    const result = await work(scanner);
    await scanner.remember();
    return result;
  } finally {
    scanner.close();
  }
}
