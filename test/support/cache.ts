import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs `body` with an empty folder of this user's own and removes it afterwards. */
export async function withFolder<T>(body: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pageref-cache-')));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Absolute paths of what a cache folder keeps of some kinds, in order; the marker is none of them. */
export function keptIn(folder: string, ...kinds: readonly string[]): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cache') && (kinds.length === 0 || kinds.some((kind) => name.startsWith(kind))))
    .sort()
    .map((name) => join(folder, name));
}
