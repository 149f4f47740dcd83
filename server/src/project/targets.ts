import { dirname } from 'node:path';
import type { UnreadableFile } from '@pageref/shared';
import { detectRelease } from '../kernel/release.js';
import { walkTree } from '../search/walk.js';
import type { Walk } from '../search/walk.js';
import { commonFolder, filesBelow as filesOf, isSourceName, slashed, sourceTrouble, statTree } from '../vfs/index.js';
import { kernelsBelow } from './kernel-beside.js';
import { CannotRun } from './options.js';

/** What a check looks at: a tree, and the files in it; all of them where none are named. */
export interface Targets {
  /** Absolute path. */
  readonly root: string;
  /** Relative to the root, with forward slashes. */
  readonly files: readonly string[] | undefined;
  /** What a person named in it: files and folders, relative to the root; nothing where that is the tree itself. */
  readonly named: readonly string[];
  /** Of those, and of the folders below them, what cannot be read. */
  readonly unreadable: readonly UnreadableFile[];
  /** The files are in no tree: what other files do with them cannot be known. */
  readonly alone: boolean;
  /** Absolute path of the kernel they are built for, where they are in none themselves. */
  readonly kernel?: string;
}

/**
 * Works out what the paths of a command line mean. The top of a tree stands for all of it; a file or folder inside of one is
 * judged as part of that tree; files that are in no tree are judged alone.
 * Throws CannotRun for a path that is not there, and for paths of two trees.
 * @param paths absolute paths, one or more
 * @param kernel absolute path of the kernel that a person names for them
 */
export async function findTargets(paths: readonly string[], kernel?: string): Promise<Targets> {
  const statuses = paths.map((path) => ({ path, isFolder: isFolder(path) }));
  const tops = new Set(statuses.map(({ path, isFolder: folder }) => treeAbove(folder ? path : dirname(path))));
  if (tops.size > 1) throw new CannotRun('the paths are of different trees: check one tree at a time');
  const [top] = tops;
  const root = top ?? commonFolder(statuses.map(({ path, isFolder: folder }) => (folder ? path : dirname(path))));
  if (root === undefined) throw new CannotRun('the paths are on different drives: check one at a time');
  if (top !== undefined && kernel !== undefined) {
    throw new CannotRun(`--tree is for code outside of a kernel, and ${top} is one`);
  }
  const built = kernel === undefined ? {} : { kernel };
  if (statuses.some(({ path }) => path === root)) {
    const whole = targetsIn(root, undefined);
    return top === undefined ? { ...whole, ...builtFor(root), ...built } : whole;
  }
  const walks = [];
  for (const { path, isFolder: folder } of statuses) {
    walks.push(folder ? await walkBelow(root, path) : fileAt(root, slashed(root, path)));
  }
  return {
    root,
    files: [...new Set(walks.flatMap(({ files }) => files))],
    named: [...new Set(statuses.map(({ path }) => slashed(root, path)))],
    unreadable: walks.flatMap(({ unreadable }) => unreadable),
    alone: top === undefined,
    ...built,
  };
}

/** The kernel in a folder of its own inside of what is judged: the rest is built for it. */
function builtFor(root: string): Pick<Targets, 'kernel'> {
  const [only, ...more] = kernelsBelow(root);
  return only && more.length === 0 ? { kernel: only.root } : {};
}

/**
 * What is looked at of a tree that is known already. Throws CannotRun where it is no folder, or not any more.
 * @param files relative to the root; all of the tree when left out
 */
export function targetsIn(root: string, files: readonly string[] | undefined): Targets {
  const status = statTree(root);
  if (status.kind === 'unreadable') throw new CannotRun(`cannot read ${root}: ${status.why}`);
  if (status.kind !== 'folder') throw new CannotRun(`no such folder: ${root}`);
  return { root, files, named: [], unreadable: [], alone: false };
}

/**
 * Paths by the tree they are in, in the order of the first of each; those in no tree go together. Throws CannotRun for a path
 * that is not there.
 * @param paths absolute paths
 */
export function treesOf(paths: readonly string[]): readonly (readonly string[])[] {
  const trees = new Map<string | undefined, string[]>();
  for (const path of paths) {
    const top = treeAbove(isFolder(path) ? path : dirname(path));
    const known = trees.get(top);
    if (known) known.push(path);
    else trees.set(top, [path]);
  }
  return [...trees.values()];
}

/** A file that will not be read is known here: whoever only looks for names in it finds none in a pipe. */
function fileAt(root: string, path: string): Walk {
  const why = sourceTrouble(root, path);
  return why === undefined ? { files: [path], unreadable: [] } : { files: [], unreadable: [{ path, why }] };
}

/** The files of a folder, relative to the root. */
async function walkBelow(root: string, folder: string): Promise<Walk> {
  const { files, unreadable } = await walkTree(folder);
  const named = slashed(root, folder);
  return {
    files: files.map((file) => `${named}/${file}`),
    unreadable: unreadable.map((one) => ({ ...one, path: one.path === '.' ? named : `${named}/${one.path}` })),
  };
}

function isFolder(path: string): boolean {
  const status = statTree(path);
  if (status.kind === 'missing') throw new CannotRun(`no such file or folder: ${path}`);
  if (status.kind === 'unreadable') throw new CannotRun(`cannot read ${path}: ${status.why}`);
  if (status.kind === 'file' && !isSourceName(path)) {
    throw new CannotRun(`${path} is neither C source nor a C header: give *.c or *.h files, or a folder`);
  }
  return status.kind === 'folder';
}

/** The nearest folder, from this one up, that is the top of a kernel tree. */
export function treeAbove(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (detectRelease(filesOf(folder)).release !== undefined) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
