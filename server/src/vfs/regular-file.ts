import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Stats } from 'node:fs';

/** Reading what is a regular file, and saying of everything else what it is, without ever waiting for it. */

export type FileBytes = { readonly bytes: Uint8Array } | { readonly why: string };

export interface ReadRules {
  /** Larger files are not read. Bytes. */
  readonly most: number;
  /** A symbolic link at the end of the path is refused instead of followed. */
  readonly links?: 'refused';
  /** Why a file is not to be read after all; asked of the file that is open, so that nobody can exchange it meanwhile. */
  readonly refuse?: (stat: Stats) => string | undefined;
}

/** Without O_NONBLOCK the open of a named pipe would wait for ever; for regular files it changes nothing. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** Throws what node:fs throws where the path cannot be opened or read. */
export function readRegularFile(path: string | Buffer, rules: ReadRules): FileBytes {
  return withRegularFile(path, rules, (fd, { size }) => ({ bytes: readAll(fd, size) }));
}

/** Why `readRegularFile` would not read it, found without reading; throws as that does. */
export function fileTrouble(path: string | Buffer, rules: ReadRules): string | undefined {
  return withRegularFile(path, rules, () => ({ why: undefined })).why;
}

function withRegularFile<Result>(
  path: string | Buffer,
  { most, links, refuse }: ReadRules,
  use: (fd: number, stat: Stats) => Result,
): Result | { readonly why: string } {
  const fd = openSync(path, OPEN_FLAGS | (links === 'refused' ? constants.O_NOFOLLOW : 0));
  try {
    const stat = fstatSync(fd);
    if (stat.isDirectory()) return { why: 'it is a folder, not a file' };
    if (!stat.isFile()) return { why: 'it is not a regular file' };
    if (stat.size > most) return { why: `it has ${stat.size} bytes, more than ${most}` };
    const why = refuse?.(stat);
    return why === undefined ? use(fd, stat) : { why };
  } finally {
    closeSync(fd);
  }
}

/** A file that grows while it is read ends where it ended when it was opened. */
function readAll(fd: number, size: number): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  for (let got = -1; got !== 0 && filled < size; filled += got) {
    got = readSync(fd, bytes, filled, size - filled, filled);
  }
  return bytes.subarray(0, filled);
}
