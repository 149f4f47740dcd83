import { lstatSync } from 'node:fs';
import { systemPath } from './file-names.js';

/** Part of the scan worker's start-up: imports as little as possible. */

/**
 * A text that is another one after a file has changed: size, times of change and inode, as git and make trust them. "" for a
 * file that cannot be asked, or that has changed at `before` or later (milliseconds since 1970): it may change once more
 * without a sign.
 */
export function stampOf(path: string, before: number): string {
  try {
    const { size, mtimeMs, ctimeMs, ino } = lstatSync(systemPath(path));
    return Math.max(mtimeMs, ctimeMs) >= before ? '' : `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
  } catch {
    return '';
  }
}
