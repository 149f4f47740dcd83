import { join } from 'node:path';
import type { Release } from '@pageref/shared';
import { detectRelease } from '../kernel/release.js';
import { comparePaths, filesBelow, statTree } from '../vfs/index.js';
import type { TreeFiles } from '../vfs/index.js';
import { CannotRun } from './options.js';

/** A kernel that code is built for which is in no kernel's tree itself. */
export interface KernelBeside {
  /** Absolute path of its top folder. */
  readonly root: string;
  readonly release: Release;
}

/**
 * The kernel that a person names: the folder itself, or the only kernel one folder below it. Throws CannotRun where there is none.
 * @param path absolute path
 */
export function kernelAt(path: string): KernelBeside {
  if (statTree(path).kind !== 'folder') throw new CannotRun(`--tree: no such folder: ${path}`);
  const found = detectRelease(filesBelow(path));
  if (found.release !== undefined) return { root: path, release: found.release };
  const [only, ...more] = kernelsBelow(path);
  if (only && more.length === 0) return only;
  if (!only) throw new CannotRun(`--tree: no kernel in ${path}: ${found.detected}`);
  const names = [only, ...more].map(({ root }) => root).join(', ');
  throw new CannotRun(`--tree: more than one kernel in ${path}: name one of ${names}`);
}

/** Kernels one folder below, by name. */
export function kernelsBelow(path: string): readonly KernelBeside[] {
  const listing = filesBelow(path).list('');
  const folders = 'why' in listing ? [] : listing.folders.filter((name) => !name.startsWith('.')).sort(comparePaths);
  return folders.flatMap((name): KernelBeside[] => {
    const root = join(path, name);
    const { release } = detectRelease(filesBelow(root));
    return release === undefined ? [] : [{ root, release }];
  });
}

/** The files of a module, with those of its kernel where it has none of the name: what a build sees. */
export function withKernel(own: TreeFiles, kernel: TreeFiles): TreeFiles {
  return {
    read: (path) => {
      const source = own.read(path);
      return 'why' in source ? kernel.read(path) : source;
    },
    list: (folder) => {
      const [here, there] = [own.list(folder), kernel.list(folder)];
      if ('why' in here || 'why' in there) return 'why' in here ? there : here;
      const both = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])];
      return { ...here, files: both(here.files, there.files), folders: both(here.folders, there.folders) };
    },
  };
}
