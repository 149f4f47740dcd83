import { randomBytes } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** O_EXCL follows no link at the end of a path either; O_NOFOLLOW says so a second time. */
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** The end of a temporary's name: nobody can know it before. */
export const TEMPORARY = /\.[0-9a-f]{16}\.tmp$/;

/** A name beside `path` that nothing has. */
export function temporaryBeside(path: string): string {
  return `${path}.${randomBytes(8).toString('hex')}.tmp`;
}

/**
 * Writes a file by a temporary and a rename: readers see the old text or the new, and what stands at the path, be it a link,
 * is never written to. Only this user can read it. Throws what node:fs throws; nothing is left then.
 */
export function writeNewFile(path: string, text: string | Uint8Array): void {
  const temporary = temporaryBeside(path);
  const fd = openSync(temporary, NEW_FILE, 0o600);
  try {
    try {
      writeFileSync(fd, text);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Writes files into a folder, which is made where it is missing; they take the place of those that are there. Throws what node:fs throws. */
export function writeIntoFolder(folder: string, files: readonly (readonly [name: string, text: string])[]): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeNewFile(join(folder, name), text);
}
