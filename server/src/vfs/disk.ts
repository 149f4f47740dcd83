import { isUtf8 } from 'node:buffer';
import { accessSync, constants, existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from './failure.js';
import { nameOf, systemPath } from './file-names.js';
import { entryName, hasLostNames, readEntries } from './folder-entries.js';
import type { Entry } from './folder-entries.js';
import { isWithin } from './native-path.js';
import { normalisePath } from './path.js';
import { fileTrouble, readRegularFile } from './regular-file.js';
import type { FileBytes } from './regular-file.js';

/** Files above this size are not source anybody wrote; the largest of a kernel tree has 18 MB. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

export type SourceText = { readonly text: string } | { readonly why: string };

/** What stands at a path a person gave as the root of a tree; `why` is a sentence where it is no readable folder. */
export type TreeStatus =
  { readonly kind: 'folder' } | { readonly kind: 'missing' | 'file' | 'unreadable'; readonly why: string };

/** Names in a folder, in no particular order. Symbolic links, sockets and devices are in neither list. */
export interface FolderListing {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/**
 * Text of a C file. Kernel files are UTF-8 with a few old ones in latin-1: bytes that are not valid UTF-8 are read as latin-1,
 * one character per byte. Nothing is dropped or translated (BOM, NUL, CR stay), so offsets are those of the string.
 */
export function decodeSource(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? buffer.toString('utf8') : buffer.toString('latin1');
}

/**
 * Reads a file below `root` as text. `path` is relative with forward slashes.
 * A file of more than `most` bytes is not read.
 * Never throws: a path that leaves the root (also through a symbolic link), a folder, a file above MAX_FILE_BYTES or an
 * unreadable one give the reason.
 */
export function readSource(root: string, path: string, most = MAX_FILE_BYTES): SourceText {
  const bytes = readBytes(root, path, most);
  return 'why' in bytes ? bytes : { text: decodeSource(bytes.bytes) };
}

/** As `readSource`, but the bytes: for hashing and for tools that work below the level of characters. */
export function readBytes(root: string, path: string, most = MAX_FILE_BYTES): FileBytes {
  try {
    const real = realPathBelow(root, path);
    return 'why' in real ? real : readRegularFile(systemPath(real.path), { most });
  } catch (error) {
    return { why: reasonOf(error) };
  }
}

/** Why `readSource` would not read a file, without reading it; undefined where nothing is in the way. Never throws. */
export function sourceTrouble(root: string, path: string): string | undefined {
  try {
    const real = realPathBelow(root, path);
    return 'why' in real ? real.why : fileTrouble(systemPath(real.path), { most: MAX_FILE_BYTES });
  } catch (error) {
    return reasonOf(error);
  }
}

/** The file a path below `root` leads to. Throws what node:fs throws. */
function realPathBelow(root: string, path: string): { readonly path: string } | { readonly why: string } {
  const inside = normalisePath(path);
  if (inside === undefined) return { why: 'the path leaves the tree' };
  const real = realPathOf(join(root, inside));
  return isWithin(realPathOf(root), real) ? { path: real } : { why: 'a symbolic link leads out of the tree' };
}

/** A path without links. Throws what node:fs throws. */
export function realPathOf(path: string): string {
  return nameOf(realpathSync.native(systemPath(path), { encoding: 'buffer' }));
}

/**
 * True for a path below `root` whose folders, as far as they are there, are in the tree as well: no link leads out of it.
 * @param path in the form `normalisePath` gives
 */
export function staysInside(root: string, path: string): boolean {
  const top = realPath(root);
  for (let folder = path; folder !== ''; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const real = realPath(join(root, folder));
    if (real !== undefined) return top !== undefined && isWithin(top, real);
    // A link that leads nowhere today may lead anywhere tomorrow.
    if (exists(join(root, folder))) return false;
  }
  return true;
}

/** True where a link stands at a path below `root`. Never throws. */
export function isLink(root: string, path: string): boolean {
  try {
    return lstatSync(systemPath(join(root, path)), { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  } catch {
    return false;
  }
}

function realPath(path: string): string | undefined {
  try {
    return realPathOf(path);
  } catch {
    return undefined;
  }
}

/** Is there anything at a path below `root`, be it readable or not? Never throws. */
export function isThere(root: string, path: string): boolean {
  const inside = normalisePath(path);
  return inside !== undefined && existsSync(systemPath(join(root, inside)));
}

/** Reads a file a person named, wherever it lies and links lead. Never throws. */
export function readGiven(path: string, most = MAX_FILE_BYTES): SourceText {
  try {
    const bytes = readRegularFile(realpathSync.native(path), { most });
    return 'why' in bytes ? bytes : { text: decodeSource(bytes.bytes) };
  } catch (error) {
    return { why: reasonOf(error) };
  }
}

/** True when something stands at the path, be it a link that leads nowhere. Never throws. */
export function exists(path: string): boolean {
  try {
    return lstatSync(systemPath(path), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** Tells a folder that can be walked from everything else a person may have typed. Never throws. */
export function statTree(root: string): TreeStatus {
  try {
    if (!statSync(root).isDirectory()) return { kind: 'file', why: `${root} is a file, not a folder` };
    accessSync(root, constants.R_OK | constants.X_OK);
    return { kind: 'folder' };
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing', why: `there is no ${root}` };
    return { kind: 'unreadable', why: `${root} cannot be read: ${reasonOf(error)}` };
  }
}

/** What tells a folder from another one at the same path; undefined where there is none. Never throws. */
export function folderIdentity(path: string): string | undefined {
  try {
    const stat = statSync(path);
    return stat.isDirectory() ? `${stat.dev} ${stat.ino}` : undefined;
  } catch {
    return undefined;
  }
}

/** Lists one folder below `root` without blocking; rejects never, an unreadable folder gives the reason. */
export async function listFolder(root: string, path: string): Promise<FolderListing | { readonly why: string }> {
  try {
    const folder = systemPath(join(root, path));
    const entries = await readdir(folder, { withFileTypes: true });
    return sortOut(
      hasLostNames(entries) ? await readdir(folder, { withFileTypes: true, encoding: 'buffer' }) : entries,
    );
  } catch (error) {
    return { why: reasonOf(error) };
  }
}

/** As `listFolder`, at once: for worker threads, where blocking is cheaper than promises. */
export function listFolderSync(root: string, path: string): FolderListing | { readonly why: string } {
  try {
    return sortOut(readEntries(join(root, path)));
  } catch (error) {
    return { why: reasonOf(error) };
  }
}

function sortOut(entries: readonly Entry[]): FolderListing {
  const folders: string[] = [];
  const files: string[] = [];
  for (const entry of entries) {
    if (entry.isDirectory()) folders.push(entryName(entry));
    else if (entry.isFile()) files.push(entryName(entry));
  }
  return { folders, files };
}
