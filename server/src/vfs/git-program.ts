import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { isWithin } from './native-path.js';

/**
 * Which git is run: the first one on the PATH that lies outside of the tree. Windows looks into the working folder first and
 * other systems do so for an entry like ".", so that a tree could bring a git of its own; a program that is named by its
 * absolute path is looked for nowhere.
 */

export interface GitProgram {
  /** Absolute path. */
  readonly path: string;
  /** The PATH with the entries that can be trusted, for what git starts itself. */
  readonly searched: string;
}

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  /** Value of PATH. */
  readonly path: string | undefined;
  /** The path without links, of a file that can be run or of a folder; undefined where there is nothing. Never throws. */
  readonly real: (path: string, what: 'program' | 'folder') => string | undefined;
}

/** @param tree absolute path of the tree, in which nothing is run */
export function findGit(tree: string, { platform, path = '', real }: Surroundings): GitProgram | undefined {
  const isWindows = platform === 'win32';
  const paths = isWindows ? win32 : posix;
  const top = real(tree, 'folder') ?? tree;
  const isOutside = (one: string | undefined): one is string => one !== undefined && !isWithin(top, one, paths);
  const entries = path
    .split(paths.delimiter)
    .map((entry) => entry.replace(/^"(.*)"$/, '$1'))
    .filter((entry) => isFull(entry, isWindows) && isOutside(real(entry, 'folder')));
  for (const entry of entries) {
    const program = paths.join(entry, isWindows ? 'git.exe' : 'git');
    if (isOutside(real(program, 'program'))) return { path: program, searched: entries.join(paths.delimiter) };
  }
  return undefined;
}

/** Absolute, and on Windows with its drive: `\bin` is another folder on each of them. */
function isFull(entry: string, isWindows: boolean): boolean {
  return isWindows ? /^(?:[A-Za-z]:[\\/]|\\\\)/.test(entry) : entry.startsWith('/');
}

const found = new Map<string, GitProgram | undefined>();

/** The git of this system for a tree; looked for once. */
export function gitFor(tree: string): GitProgram | undefined {
  if (!found.has(tree)) {
    found.set(tree, findGit(tree, { platform: process.platform, path: process.env['PATH'], real: realPath }));
  }
  return found.get(tree);
}

function realPath(path: string, what: 'program' | 'folder'): string | undefined {
  try {
    const real = realpathSync.native(path);
    const stat = statSync(real);
    if (what === 'folder') return stat.isDirectory() ? real : undefined;
    accessSync(real, constants.X_OK);
    return stat.isFile() ? real : undefined;
  } catch {
    return undefined;
  }
}
