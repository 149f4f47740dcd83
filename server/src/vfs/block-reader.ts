import { closeSync, constants, openSync, readdirSync, readSync } from 'node:fs';
import { reasonOf } from './failure.js';

/**
 * Reading many files one after the other with the least work per file: three system calls and no allocation.
 * This module is part of the scan worker's start-up, so it imports as little as possible.
 */

/** Larger files are skipped with a reason. Bytes. */
const MAX_BYTES = 64 * 1024 * 1024;
const FIRST_BYTES = 1024 * 1024;
/** A named pipe must not block the open; for regular files, and where the platform has no such flag, it changes nothing. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** One buffer reused for every file. After `read`, the file's bytes are `buffer[0 .. length)`. */
export class BlockReader {
  buffer: Uint8Array = new Uint8Array(FIRST_BYTES);

  /**
   * Reads the whole file at the absolute `path`; gives its length in bytes, or the reason it could not be read.
   * The end of a file is a read that does not fill the buffer: true of regular files, and it saves a system call each.
   */
  read(path: string): number | string {
    let fd: number;
    try {
      fd = openSync(path, OPEN_FLAGS);
    } catch (error) {
      return reasonOf(error);
    }
    try {
      let length = readSync(fd, this.buffer, 0, this.buffer.length, null);
      while (length === this.buffer.length) {
        if (length >= MAX_BYTES) return `it has more than ${MAX_BYTES} bytes`;
        this.#grow();
        length += readSync(fd, this.buffer, length, this.buffer.length - length, null);
      }
      return length;
    } catch (error) {
      return reasonOf(error);
    } finally {
      closeSync(fd);
    }
  }

  #grow(): void {
    const larger = new Uint8Array(this.buffer.length * 2);
    larger.set(this.buffer);
    this.buffer = larger;
  }
}

/** Files and folders of one folder; symbolic links are left out, `.git` too. `keep` chooses among the file names. */
export function readFolder(
  path: string,
  keep: (name: string) => boolean,
): { readonly folders: string[]; readonly files: string[] } | string {
  try {
    const folders: string[] = [];
    const files: string[] = [];
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) {
        if (entry.name !== '.git') folders.push(entry.name);
      } else if (keep(entry.name) && entry.isFile()) files.push(entry.name);
    }
    return { folders, files };
  } catch (error) {
    return reasonOf(error);
  }
}
