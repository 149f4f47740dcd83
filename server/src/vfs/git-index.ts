import { createHash } from 'node:crypto';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { decodeSource, readBytes } from './disk.js';
import { slashed } from './native-path.js';

/**
 * Which files differ from what git has in its index, read from the index itself: git is never run, because the
 * configuration of a repository can make it run programs of the repository's choice.
 * The format is that of git's gitformat-index(5), versions 2 to 4.
 */

/** Ids of blobs in hexadecimal, by path from the top of the work tree. */
type BlobIds = ReadonlyMap<string, string>;

interface Repository {
  /** Absolute path of the top of the work tree. */
  readonly top: string;
  /** Absolute path of the folder with the index. */
  readonly gitDir: string;
}

const ENTRY_HEAD = 40;
const EXTENDED = 0x4000;
const STAGE = 0x3000;

/**
 * Those of `paths` (relative to `root`) whose bytes are not those in the index, in the order given: edited, or not known to
 * git. What is staged counts as known. Gives the reason where there is no index that can be read.
 */
export function changedFiles(root: string, paths: readonly string[]): readonly string[] | { readonly why: string } {
  const repository = findRepository(root);
  if (!repository) return { why: 'it is no git work tree' };
  const { top, gitDir } = repository;
  const index = readBytes(gitDir, 'index');
  if ('why' in index) return { why: `git's index cannot be read: ${index.why}` };
  const ids = readIndex(index.bytes, usesSha256(top, gitDir));
  if ('why' in ids) return ids;
  const prefix = slashed(top, root);
  return paths.filter((path) => {
    const file = readBytes(root, path);
    return (
      'bytes' in file && blobId(file.bytes, ids.algorithm) !== ids.ids.get(prefix === '' ? path : `${prefix}/${path}`)
    );
  });
}

/** The nearest folder at or above `root` with a `.git`: a folder, or a file that names one. */
function findRepository(root: string): Repository | undefined {
  for (let top = resolve(root); ; top = dirname(top)) {
    const link = readBytes(top, '.git');
    if ('bytes' in link) {
      const named = /^gitdir: (.+)/.exec(decodeSource(link.bytes))?.[1]?.trimEnd();
      return named === undefined ? undefined : { top, gitDir: isAbsolute(named) ? named : join(top, named) };
    }
    if ('bytes' in readBytes(join(top, '.git'), 'HEAD')) return { top, gitDir: join(top, '.git') };
    if (top === dirname(top)) return undefined;
  }
}

/** A work tree added to a repository has its configuration in the folder that `commondir` names. */
function usesSha256(top: string, gitDir: string): boolean {
  const common = readBytes(gitDir, 'commondir');
  const folder = 'bytes' in common ? resolve(gitDir, decodeSource(common.bytes).trim()) : gitDir;
  const config = readBytes(resolve(top, folder), 'config');
  return 'bytes' in config && /^[ \t]*objectformat[ \t]*=[ \t]*sha256[ \t]*\r?$/im.test(decodeSource(config.bytes));
}

interface Index {
  readonly ids: BlobIds;
  readonly algorithm: 'sha1' | 'sha256';
}

function readIndex(bytes: Uint8Array, sha256: boolean): Index | { readonly why: string } {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = data.length >= 12 && data.toString('latin1', 0, 4) === 'DIRC' ? data.readUInt32BE(4) : 0;
  if (version < 2 || version > 4) return { why: 'git has an index of an unknown format' };
  const idBytes = sha256 ? 32 : 20;
  try {
    const { ids, end } = readEntries(data, version, idBytes);
    // A split index keeps most of its entries in another file.
    if (data.toString('latin1', end, end + 4) === 'link') return { why: 'git has a split index, which is not read' };
    return { ids, algorithm: sha256 ? 'sha256' : 'sha1' };
  } catch {
    return { why: "git's index is damaged" };
  }
}

/** Throws RangeError for an index that ends too soon. */
function readEntries(data: Buffer, version: number, idBytes: number): { readonly ids: BlobIds; readonly end: number } {
  const ids = new Map<string, string>();
  let at = 12;
  let path = '';
  for (let left = data.readUInt32BE(8); left > 0; left--) {
    const flagsAt = at + ENTRY_HEAD + idBytes;
    const flags = data.readUInt16BE(flagsAt);
    let name = flagsAt + ((flags & EXTENDED) !== 0 ? 4 : 2);
    let kept = '';
    if (version === 4) {
      const drop = readOffset(data, name);
      kept = path.slice(0, path.length - drop.value);
      name = drop.end;
    }
    const end = data.indexOf(0, name);
    if (end < 0) throw new RangeError('a path has no end');
    path = kept + data.toString('latin1', name, end);
    const isMerged = (flags & STAGE) === 0;
    if (isMerged) ids.set(fromBytes(path), data.toString('hex', at + ENTRY_HEAD, flagsAt));
    at = version === 4 ? end + 1 : at + ((end - at + 8) & ~7);
  }
  return { ids, end: at };
}

/** Paths are cut at bytes, so they are kept as such until they are whole. */
function fromBytes(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}

/** The variable width number of git's packs: seven bits a byte, each further byte one more. */
function readOffset(data: Buffer, from: number): { readonly value: number; readonly end: number } {
  let at = from;
  let byte = data.readUInt8(at++);
  let value = byte & 127;
  while ((byte & 128) !== 0) {
    byte = data.readUInt8(at++);
    value = (value + 1) * 128 + (byte & 127);
  }
  return { value, end: at };
}

/** The id git gives to the bytes of a file. */
export function blobId(bytes: Uint8Array, algorithm: 'sha1' | 'sha256'): string {
  return createHash(algorithm).update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex');
}
