import { dirname, relative, sep } from 'node:path';
import { detectRelease } from '../kernel/release.js';
import { walkTree } from '../search/walk.js';
import { filesBelow as filesOf, isSourceName, statTree } from '../vfs/index.js';
import { CannotRun } from './options.js';

/** What a check looks at: a tree, and the files in it; all of them where none are named. */
export interface Targets {
  /** Absolute path. */
  readonly root: string;
  /** Relative to the root, with forward slashes. */
  readonly files: readonly string[] | undefined;
}

/**
 * Works out what the paths of a command line mean. The top of a tree stands for all of it; a file or folder inside of one is
 * judged as part of that tree; files that are in no tree are judged alone.
 * Throws CannotRun for a path that is not there, and for paths of two trees.
 * @param paths absolute paths, one or more
 */
export async function findTargets(paths: readonly string[]): Promise<Targets> {
  const statuses = paths.map((path) => ({ path, isFolder: isFolder(path) }));
  const tops = new Set(statuses.map(({ path, isFolder: folder }) => treeAbove(folder ? path : dirname(path))));
  if (tops.size > 1) throw new CannotRun('the paths are of different trees: check one tree at a time');
  const [top] = tops;
  const root = top ?? commonFolder(statuses.map(({ path, isFolder: folder }) => (folder ? path : dirname(path))));
  if (statuses.some(({ path }) => path === root)) return { root, files: undefined };
  const files: string[] = [];
  for (const { path, isFolder: folder } of statuses) {
    files.push(...(folder ? await filesBelow(root, path) : [inside(root, path)]));
  }
  return { root, files: [...new Set(files)] };
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
function treeAbove(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (detectRelease(filesOf(folder)).release !== undefined) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

function commonFolder(folders: readonly string[]): string {
  let common = folders[0] ?? sep;
  for (const folder of folders) {
    while (folder !== common && !folder.startsWith(common.endsWith(sep) ? common : common + sep)) {
      common = dirname(common);
    }
  }
  return common;
}

async function filesBelow(root: string, folder: string): Promise<string[]> {
  const { files } = await walkTree(folder);
  return files.map((file) => `${inside(root, folder)}/${file}`);
}

function inside(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}
