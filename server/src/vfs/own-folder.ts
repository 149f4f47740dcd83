import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { reasonOf, writeReasonOf } from './failure.js';
import { readRegularFile } from './regular-file.js';
import { writeNewFile } from './write-new.js';

/**
 * A folder whose files are this program's own: only in such a one may it delete anything or believe what it reads. It has a
 * marker that this program has written, belongs to this user, and nobody else can write it.
 */

/** The name and first line are those of the Cache Directory Tagging Specification: backups leave such folders out. */
export const MARKER = 'CACHEDIR.TAG';
const MARKER_TEXT = `Signature: 8a477f597d28d172789f06886806bc55
# This folder is the cache of pageref: it may be deleted at any time, and pageref deletes its own files in it.
`;

/** `missing` can be made, `unmarked` holds nothing that is not ours, `ready` can be used; `why` says what is wrong. */
type FolderState = 'missing' | 'unmarked' | 'ready' | { readonly why: string };

/**
 * What stands at an absolute path. Never throws.
 * @param isOwnName true for names this program gives to its files
 */
export function stateOf(folder: string, isOwnName: (name: string) => boolean): FolderState {
  try {
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    if (!stat) return 'missing';
    if (!stat.isDirectory()) return { why: 'it is no folder' };
    const why = distrust(stat);
    if (why !== undefined) return { why };
    if (hasMarker(folder)) return 'ready';
    const isOurs = readdirSync(folder).every((name) => isOwnName(name));
    return isOurs ? 'unmarked' : { why: 'pageref has not made it' };
  } catch (error) {
    return { why: reasonOf(error) };
  }
}

/** Makes the folder, or the marker of one that is there; gives the reason where it cannot be used. Never throws. */
export function prepare(folder: string, isOwnName: (name: string) => boolean): string | undefined {
  try {
    if (stateOf(folder, isOwnName) === 'missing') makeLastTwo(folder);
    const state = stateOf(folder, isOwnName);
    if (state === 'missing') return 'it cannot be made';
    if (typeof state === 'object') return state.why;
    if (state === 'unmarked') writeNewFile(join(folder, MARKER), MARKER_TEXT);
    return undefined;
  } catch (error) {
    return writeReasonOf(error);
  }
}

/** Why what is in a file or folder cannot be trusted; undefined where it can. Windows tells no owner and no mode. */
export function distrust({ uid, mode }: Pick<Stats, 'uid' | 'mode'>): string | undefined {
  const user = process.geteuid?.();
  if (user === undefined) return undefined;
  if (uid !== user) return 'it belongs to another user';
  return (mode & 0o022) === 0 ? undefined : 'others can write it';
}

/** Anything else with the marker's name is no marker. */
function hasMarker(folder: string): boolean {
  try {
    const read = readRegularFile(join(folder, MARKER), { most: 4096, links: 'refused', refuse: distrust });
    return 'bytes' in read && Buffer.from(read.bytes).toString('latin1') === MARKER_TEXT;
  } catch {
    return false;
  }
}

/** Node's own way to make all that is missing never returns where mkdir says ENOENT below a folder that exists (/proc). */
function makeLastTwo(folder: string): void {
  if (makeFolder(folder)) return;
  makeFolder(dirname(folder));
  makeFolder(folder);
}

/** False where the folder above is missing. */
function makeFolder(path: string): boolean {
  try {
    mkdirSync(path, 0o700);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return false;
    if (code === 'EEXIST') return true;
    throw error;
  }
}
