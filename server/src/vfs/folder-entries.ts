import { readdirSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { nameOf, systemPath } from './file-names.js';

/** What a folder holds, with the names of `file-names.ts`. Part of the scan worker's start-up: imports as little as possible. */

export type Entry = Dirent | Dirent<Buffer>;

/** The entries of a folder by its absolute path. Throws what node:fs throws. */
export function readEntries(path: string): readonly Entry[] {
  const folder = systemPath(path);
  const entries = readdirSync(folder, { withFileTypes: true });
  return hasLostNames(entries) ? readdirSync(folder, { withFileTypes: true, encoding: 'buffer' }) : entries;
}

/** Node writes U+FFFD for what is no UTF-8: only then the folder is read again as bytes, which takes longer. */
export function hasLostNames(entries: readonly Dirent[]): boolean {
  return entries.some(({ name }) => name.includes('\ufffd'));
}

export function entryName({ name }: Entry): string {
  return typeof name === 'string' ? name : nameOf(name);
}
