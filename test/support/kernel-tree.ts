import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real kernel tree to test on, or why there is none and how to get it. */
export type KernelTree =
  { readonly root: string; readonly skip?: undefined } | { readonly root?: undefined; readonly skip: string };

/**
 * Finds the source of a release: below $PAGEREF_KERNEL_TREES, else in the cache, else unpacked from Debian's package.
 * In CI (CI=true) a missing tree is an error, because a test that was skipped there has held nothing.
 * @param release "6.12"; the folder and the package are both called linux-source-6.12
 */
export function kernelTree(release: string): KernelTree {
  const name = `linux-source-${release}`;
  const root = givenTree(name) ?? cachedTree(name);
  if (root !== undefined) return { root };
  const skip = `no kernel ${release}: apt-get install ${name}, or set PAGEREF_KERNEL_TREES to a folder that holds ${name}/`;
  if (process.env['CI'] === 'true') throw new Error(skip);
  return { skip };
}

function givenTree(name: string): string | undefined {
  const folder = process.env['PAGEREF_KERNEL_TREES'];
  if (folder === undefined || folder === '') return undefined;
  const root = join(folder, name);
  return existsSync(join(root, 'Makefile')) ? root : undefined;
}

function cachedTree(name: string): string | undefined {
  const root = join(cacheFolder(), name);
  if (existsSync(join(root, 'Makefile'))) return root;
  const archive = `/usr/src/${name}.tar.xz`;
  if (!existsSync(archive)) return undefined;
  unpack(archive, name);
  return root;
}

/** Outside the checkout: a kernel tree of 1.5 GB has no place in it. */
function cacheFolder(): string {
  const cache = process.env['PAGEREF_CACHE'];
  return cache === undefined || cache === '' ? join(tmpdir(), 'pageref-trees') : cache;
}

/** Unpacks beside the final place and renames, so that two test processes cannot see or leave half a tree. */
function unpack(archive: string, name: string): void {
  mkdirSync(cacheFolder(), { recursive: true });
  const temporary = mkdtempSync(join(cacheFolder(), 'unpack-'));
  try {
    execFileSync('tar', ['-xJf', archive, '-C', temporary], { stdio: ['ignore', 'ignore', 'inherit'] });
    renameSync(join(temporary, name), join(cacheFolder(), name));
  } catch (error) {
    // Another process was faster: its tree is as good as this one.
    if (!existsSync(join(cacheFolder(), name, 'Makefile'))) throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
