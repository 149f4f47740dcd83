import { createHash } from 'node:crypto';
import { lstatSync, lutimesSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeReasonOf } from './failure.js';
import { distrust, MARKER, prepare, stateOf } from './own-folder.js';
import { programHash } from './program.js';
import { readRegularFile } from './regular-file.js';
import { TEMPORARY, writeNewFile } from './write-new.js';

/**
 * A folder of results that several runs, on several machines, read and write at once. Every file has a name that says what is in
 * it, and a first line that says which build wrote it, with a hash of the rest: one that is torn, or of another build, is as good as
 * none. Files are written beside their name and renamed, so nobody sees half of one; two who write the same write the same bytes.
 */

export const STORE_VERSION = 1;
/** A file is not read beyond this. Bytes. */
const MAX_BYTES = 512 * 1024 * 1024;
const NAME = /^(revision|files|words)-([0-9a-f]{20})([0-9a-f]{20})\.v1$/;
/** A temporary this old is of a run that was killed. Milliseconds. */
const STALE = 3_600_000;

export type StoreKind = 'revision' | 'files' | 'words';

interface Head {
  readonly pageref: 'history-store';
  readonly version: typeof STORE_VERSION;
  readonly kind: StoreKind;
  readonly program: string;
  /** SHA-256 of the bytes behind the line. */
  readonly sum: string;
}

/** A folder that cannot be used, or a file that cannot be written; `message` says why. */
export class StoreTrouble extends Error {
  override readonly name = 'StoreTrouble';
}

/** What a store holds, or what was thrown out of one. */
export interface StoreFigures {
  readonly files: number;
  readonly bytes: number;
}

export interface StoreRoom {
  /** Since it was written or used last. Milliseconds. */
  readonly age: number;
  readonly bytes: number;
}

/** Writes a whole file, or throws. */
export type WriteFile = (path: string, bytes: Uint8Array) => void;

export class Store {
  readonly #folder: string;
  readonly #write: WriteFile;

  /** @param folder absolute path; it is made when something is kept */
  constructor(folder: string, write: WriteFile = writeNewFile) {
    this.#folder = folder;
    this.#write = write;
  }

  get folder(): string {
    return this.#folder;
  }

  /** What was saved for a key by this build; undefined for anything else. Never throws. */
  load(kind: StoreKind, key: string): Buffer | undefined {
    return this.#read(kind, nameOf(kind, key, ''));
  }

  /** All that was saved below a key. */
  loadAll(kind: StoreKind, key: string): readonly Buffer[] {
    const start = `${kind}-${digits(key)}`;
    const names = this.#names().filter((name) => name.startsWith(start));
    return names.flatMap((name) => this.#read(kind, name) ?? []);
  }

  /**
   * Keeps bytes for a key.
   * @param part tells those below a key apart
   */
  save(kind: StoreKind, key: string, body: Uint8Array, part = ''): void {
    const why = prepare(this.#folder, isOwnName);
    if (why !== undefined) throw new StoreTrouble(`cannot write to ${this.#folder}: ${why}`);
    const head: Head = {
      pageref: 'history-store',
      version: STORE_VERSION,
      kind,
      program: programHash(),
      sum: sumOf(body),
    };
    const name = nameOf(kind, key, part);
    try {
      this.#write(join(this.#folder, name), Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]));
    } catch (error) {
      throw new StoreTrouble(`cannot write ${join(this.#folder, name)}: ${writeReasonOf(error)}`);
    }
  }

  /** True where a file of another build lies under the key. */
  isOfAnotherBuild(kind: StoreKind, key: string): boolean {
    const head = headOf(this.#bytes(nameOf(kind, key, '')) ?? Buffer.alloc(0));
    return head?.head.program !== undefined && head.head.program !== programHash();
  }

  /** Throws out what was not used for long, then what was used longest ago, until the rest fits. */
  prune({ age, bytes }: StoreRoom, now = Date.now()): { readonly removed: StoreFigures; readonly left: StoreFigures } {
    const [removed, left] = [
      { files: 0, bytes: 0 },
      { files: 0, bytes: 0 },
    ];
    for (const file of this.#youngestFirst()) {
      const isLeftover = TEMPORARY.test(file.name);
      const isKept = isLeftover
        ? now - file.usedAt < STALE
        : now - file.usedAt <= age && left.bytes + file.bytes <= bytes;
      const into = isKept ? left : removed;
      into.files++;
      into.bytes += file.bytes;
      if (!isKept) rmSync(join(this.#folder, file.name), { force: true });
    }
    return { removed, left };
  }

  #youngestFirst(): readonly { readonly name: string; readonly usedAt: number; readonly bytes: number }[] {
    const files = this.#names('all').flatMap((name) => {
      const stat = lstatSync(join(this.#folder, name), { throwIfNoEntry: false });
      return stat?.isFile() ? [{ name, usedAt: stat.mtimeMs, bytes: stat.size }] : [];
    });
    return files.sort((a, b) => b.usedAt - a.usedAt || (a.name < b.name ? -1 : 1));
  }

  #names(which: 'kept' | 'all' = 'kept'): readonly string[] {
    if (stateOf(this.#folder, isOwnName) !== 'ready') return [];
    try {
      const isWanted = (name: string): boolean => NAME.test(name) || (which === 'all' && isTemporary(name));
      return readdirSync(this.#folder).filter(isWanted).sort();
    } catch {
      return [];
    }
  }

  #read(kind: StoreKind, name: string): Buffer | undefined {
    const bytes = this.#bytes(name);
    const found = bytes && headOf(bytes);
    if (!found) return undefined;
    const { head, body } = found;
    const isRight = head.version === STORE_VERSION && head.kind === kind && head.program === programHash();
    return isRight && head.sum === sumOf(body) ? body : undefined;
  }

  #bytes(name: string): Buffer | undefined {
    try {
      if (stateOf(this.#folder, isOwnName) !== 'ready') return undefined;
      const path = join(this.#folder, name);
      const read = readRegularFile(path, { most: MAX_BYTES, links: 'refused', refuse: distrust });
      if ('why' in read) return undefined;
      const now = Date.now() / 1000;
      lutimesSync(path, now, now);
      return Buffer.from(read.bytes.buffer, read.bytes.byteOffset, read.bytes.byteLength);
    } catch {
      return undefined;
    }
  }
}

function headOf(bytes: Buffer): { readonly head: Partial<Head>; readonly body: Buffer } | undefined {
  const end = bytes.indexOf(10);
  if (end < 0) return undefined;
  try {
    const head = JSON.parse(bytes.toString('utf8', 0, end)) as Partial<Head> | null;
    return typeof head === 'object' && head ? { head, body: bytes.subarray(end + 1) } : undefined;
  } catch {
    return undefined;
  }
}

function nameOf(kind: StoreKind, key: string, part: string): string {
  return `${kind}-${digits(key)}${digits(part)}.v1`;
}

function digits(text: string): string {
  return sumOf(Buffer.from(text)).slice(0, 20);
}

export function sumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function isOwnName(name: string): boolean {
  return name === MARKER || NAME.test(name) || isTemporary(name);
}

function isTemporary(name: string): boolean {
  const made = name.replace(TEMPORARY, '');
  return made !== name && (made === MARKER || NAME.test(made));
}
