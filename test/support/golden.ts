import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder test/ of the checkout (this file runs from test/dist/support/). */
export const TEST_FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** Top of the checkout. */
export const REPOSITORY = join(TEST_FOLDER, '..');

/**
 * Compares text with the file `path` below test/. With UPDATE_EXPECT=1 in the environment the file is written instead;
 * what changed is then read in the diff of the commit.
 */
export function golden(path: string, actual: string): void {
  const file = join(TEST_FOLDER, path);
  if (process.env['UPDATE_EXPECT'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  assert.equal(actual, readIfThere(file), `${path} differs; UPDATE_EXPECT=1 npm test writes it anew`);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
