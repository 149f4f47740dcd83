import { isUtf8 } from 'node:buffer';
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeSource, readBytes, realPathOf } from './disk.js';
import { writeReasonOf } from './failure.js';
import { systemPath } from './file-names.js';
import { temporaryBeside } from './write-new.js';

/** How the bytes of a source file are read and written: UTF-8, or one character per byte. */
export type Encoding = 'utf8' | 'latin1';

/** A source file as text and how it is written back. */
export type EncodedText = { readonly text: string; readonly encoding: Encoding } | { readonly why: string };

export function readEncoded(root: string, path: string): EncodedText {
  const read = readBytes(root, path);
  if ('why' in read) return read;
  return { text: decodeSource(read.bytes), encoding: isUtf8(read.bytes) ? 'utf8' : 'latin1' };
}

export function encodeText(text: string, encoding: Encoding): Uint8Array {
  return Buffer.from(text, encoding);
}

/** One file to be written, and the text that was read before. */
export interface Replacement {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly encoding: Encoding;
}

/**
 * Replaces a file below `root` by a rename, so that nobody sees half of it; its mode stays. Never throws: the reason is given
 * where the file cannot be written, or is no longer what was read.
 */
export function replaceSource(root: string, { path, before, after, encoding }: Replacement): string | undefined {
  const now = readEncoded(root, path);
  if ('why' in now) return now.why;
  if (now.text !== before) return 'it has changed since it was read';
  try {
    writeBeside(realPathOf(join(root, path)), encodeText(after, encoding));
    return undefined;
  } catch (error) {
    return writeReasonOf(error);
  }
}

function writeBeside(real: string, bytes: Uint8Array): void {
  const path = systemPath(real);
  const temporary = systemPath(temporaryBeside(join(dirname(real), '.pageref')));
  const fd = openSync(temporary, 'wx', 0o600);
  try {
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
      fchmodSync(fd, statSync(path).mode & 0o7777);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
