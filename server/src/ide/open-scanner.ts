import { resolve } from 'node:path';
import { RememberingScanner } from '../index/remember.js';
import { cacheFile } from '../vfs/cache.js';
import type { TreeOptions } from './options.js';

/** Runs work with the scanner of a tree; with a cache folder it knows what the runs before have found. */
export async function withScanner<T>(
  { root, jobs, cache }: Pick<TreeOptions, 'root' | 'jobs' | 'cache'>,
  work: (scanner: RememberingScanner) => Promise<T>,
): Promise<T> {
  const file = cache === undefined ? undefined : cacheFile(cache, 'searches', resolve(root));
  const scanner = new RememberingScanner({ root, jobs }, file);
  try {
    const result = await work(scanner);
    await scanner.remember();
    return result;
  } finally {
    scanner.close();
  }
}
