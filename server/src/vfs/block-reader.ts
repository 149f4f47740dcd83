import { closeSync, constants, openSync, readSync } from 'node:fs';
import { reasonOf } from './failure.js';
import { systemPath } from './file-names.js';
import { entryName, readEntries } from './folder-entries.js';

/**
 * Reading many files one after the other with the least work per file: three system calls and no allocation.
 * This module is part of the scan worker's start-up, so it imports as little as possible.
 */

/** Larger files are skipped with a reason. Bytes. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Few files of a kernel are larger, and each thread of a scan holds one of these. Bytes. */
const BLOCK_BYTES = 1024 * 1024;
const DIGIT_0 = 48;
/** A named pipe must not block the open; for regular files, and where the platform has no such flag, it changes nothing. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** One buffer reused for every file. */
export class BlockReader {
  readonly buffer: Uint8Array;

  constructor(bytes = BLOCK_BYTES) {
    this.buffer = new Uint8Array(bytes);
  }

  /**
   * Reads the whole file at the absolute `path`, block by block: `take` is called with the length of each in `buffer`. A block
   * ends where no identifier is cut. Gives the file's length in bytes, or the reason it could not be read, also when the
   * reason shows after some of the blocks.
   */
  read(path: string, take: (length: number) => void): number | string {
    let fd: number;
    try {
      fd = openSync(systemPath(path), OPEN_FLAGS);
    } catch (error) {
      return reasonOf(error);
    }
    try {
      return this.#readBlocks(fd, take);
    } catch (error) {
      return reasonOf(error);
    } finally {
      closeSync(fd);
    }
  }

  /** The end of a file is a read that does not fill the buffer: true of regular files, and it saves a system call each. */
  #readBlocks(fd: number, take: (length: number) => void): number | string {
    const { buffer } = this;
    let total = 0;
    for (let kept = 0; ;) {
      const got = readSync(fd, buffer, kept, buffer.length - kept, null);
      total += got;
      if (kept + got < buffer.length) {
        take(kept + got);
        return total;
      }
      if (total >= MAX_BYTES) return `it has more than ${MAX_BYTES} bytes`;
      const end = this.#lastBreak();
      take(end);
      buffer.copyWithin(0, end);
      kept = buffer.length - end;
    }
  }

  /** Behind the last byte of the full buffer that is no part of an identifier. */
  #lastBreak(): number {
    const { buffer } = this;
    let end = buffer.length;
    while (end > 0 && isWord(buffer[end - 1] ?? 0)) end--;
    if (end > 0) return end;
    // One word fills the buffer. What comes next is the rest of it: behind a digit it is taken for no name.
    buffer[buffer.length - 1] = DIGIT_0;
    return buffer.length - 1;
  }
}

function isWord(byte: number): boolean {
  const lower = byte | 32;
  return (lower >= 97 && lower <= 122) || (byte >= DIGIT_0 && byte < DIGIT_0 + 10) || byte === 95;
}

/** Files and folders of one folder; symbolic links are left out, `.git` too. `keep` chooses among the file names. */
export function readFolder(
  path: string,
  keep: (name: string) => boolean,
): { readonly folders: string[]; readonly files: string[] } | string {
  try {
    const folders: string[] = [];
    const files: string[] = [];
    for (const entry of readEntries(path)) {
      const name = entryName(entry);
      if (entry.isDirectory()) {
        if (name !== '.git') folders.push(name);
      } else if (keep(name) && entry.isFile()) files.push(name);
    }
    return { folders, files };
  } catch (error) {
    return reasonOf(error);
  }
}
