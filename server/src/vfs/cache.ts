import { createHash } from 'node:crypto';
import { lstatSync, lutimesSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { filesToDrop } from './cache-room.js';
import type { StoredFile } from './cache-room.js';
import { distrust, MARKER, prepare, stateOf } from './own-folder.js';
import { programFilesIn, programFolders } from './program.js';
import { readRegularFile } from './regular-file.js';
import { TEMPORARY, writeNewFile } from './write-new.js';

/**
 * Files of the cache folder: what a run found out, for the next one. A cache that fails costs time and nothing else. What is
 * read is believed, so only this user may have been able to write it; what is deleted has a name that is given here.
 */

/** What is kept of a whole kernel is a tenth of this. Bytes. */
const MAX_BYTES = 256 * 1024 * 1024;
/** A temporary this old is of a run that was killed: writing one takes less than a second. Milliseconds. */
const STALE = 600_000;
const KEPT = /^[a-z]+(-part)?-([0-9a-f]{10})[0-9a-f]{10}\.cache$/;
/** Earlier builds gave their temporaries the number of their process. */
const OLD_TEMPORARY = /^[a-z]+-[0-9a-f]{20}\.cache\.\d+\.tmp$/;

/** One file of the cache: `load` gives what `save` was given, or undefined. Neither throws. */
export interface CacheFile {
  load(): string | undefined;
  save(body: string): void;
}

/** What a file is about besides its kind. */
export interface CacheSubject {
  /** Tells files about one tree apart. */
  readonly about?: string;
  /** The part of the tree it speaks of; the whole of it when left out. */
  readonly part?: string | undefined;
}

/**
 * The file for a tree in a folder. Its first line says what it is about, which program wrote it and a hash of the rest: one
 * that is torn, of another program or about something else is as good as none.
 * @param folder absolute path; the folder is made when something is kept, and is ours alone
 * @param kind what is kept, a word in lower case
 */
export function cacheFile(
  folder: string,
  kind: string,
  tree: string,
  { about = '', part }: CacheSubject = {},
): CacheFile {
  const what = JSON.stringify([tree, about, part ?? null]);
  const prefix = part === undefined ? kind : `${kind}-part`;
  const path = join(folder, `${prefix}-${hashOf(tree).slice(0, 10)}${hashOf(what).slice(0, 10)}.cache`);
  const head = (body: string): string =>
    JSON.stringify({ pageref: kind, program: programStamp(), what, sum: hashOf(body) });
  return {
    load: () => {
      const text = readOwn(folder, path);
      if (text === undefined) return undefined;
      const end = text.indexOf('\n');
      const body = text.slice(end + 1);
      return end >= 0 && text.slice(0, end) === head(body) ? body : undefined;
    },
    save: (body) => {
      try {
        if (prepare(folder, isOwnName) !== undefined) return;
        writeNewFile(path, `${head(body)}\n${body}`);
        clean(folder, hashOf(tree).slice(0, 10));
      } catch {
        // A folder that cannot be written is no reason to fail.
      }
    },
  };
}

/** One that lasts as long as the process. */
export function memoryFile(): CacheFile {
  let text: string | undefined;
  return { load: () => text, save: (body) => void (text = body) };
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Why a folder, or a file in it, is not used for a cache; undefined where nothing is in the way. Never throws. */
export function cacheTrouble(folder: string): string | undefined {
  const state = stateOf(folder, isOwnName);
  if (typeof state === 'object') return state.why;
  if (state === 'missing') return undefined;
  try {
    for (const name of readdirSync(folder).filter((one) => KEPT.test(one))) {
      const stat = lstatSync(join(folder, name));
      const why = stat.isFile() ? distrust(stat) : 'it is not a regular file';
      if (why !== undefined) return `${name}: ${why}`;
    }
  } catch {
    // A file that goes away meanwhile is in nobody's way.
  }
  return undefined;
}

/** The names this program gives, and nothing else. */
function isOwnName(name: string): boolean {
  return name === MARKER || KEPT.test(name) || isTemporary(name);
}

function isTemporary(name: string): boolean {
  const made = name.replace(TEMPORARY, '');
  return (made !== name && isOwnName(made)) || OLD_TEMPORARY.test(name);
}

/** The text of a file that only this user can have written; that it was used is noted in its times. */
function readOwn(folder: string, path: string): string | undefined {
  try {
    if (stateOf(folder, isOwnName) !== 'ready') return undefined;
    const read = readRegularFile(path, { most: MAX_BYTES, links: 'refused', refuse: distrust });
    if ('why' in read) return undefined;
    const now = Date.now() / 1000;
    lutimesSync(path, now, now);
    return Buffer.from(read.bytes.buffer, read.bytes.byteOffset, read.bytes.byteLength).toString('utf8');
  } catch {
    return undefined;
  }
}

/** Throws away what a killed run left, and what does not fit. */
function clean(folder: string, treeInUse: string): void {
  const names = readdirSync(folder);
  const old = names.filter((name) => isTemporary(name) && (ageOf(join(folder, name)) ?? 0) > STALE);
  const stored = names.flatMap((name) => storedFile(folder, name) ?? []);
  for (const name of [...old, ...filesToDrop(stored, treeInUse)]) remove(join(folder, name));
}

function storedFile(folder: string, name: string): StoredFile | undefined {
  const [, part, tree] = KEPT.exec(name) ?? [];
  if (tree === undefined) return undefined;
  try {
    const { mtimeMs, size } = lstatSync(join(folder, name));
    return { name, tree, isPart: part !== undefined, usedAt: mtimeMs, bytes: size };
  } catch {
    return undefined;
  }
}

function ageOf(path: string): number | undefined {
  try {
    return Date.now() - lstatSync(path).mtimeMs;
  } catch {
    return undefined;
  }
}

/** A folder, or what somebody else has removed, is left alone. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Removing is for space only.
  }
}

let stamp: string | undefined;

/** Another text for every build of this program: its files with their sizes and times. */
function programStamp(): string {
  if (stamp !== undefined) return stamp;
  return (stamp = hashOf(
    programFolders()
      .map((folder) => describe(folder))
      .join('\n'),
  ));
}

function describe(folder: string): string {
  return programFilesIn(folder)
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    })
    .join('\n');
}
