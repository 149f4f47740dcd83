import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../support/golden.js';

/** The VSIX as `npm run package` leaves it. */
export function packagedExtension(): string {
  const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { version: string };
  const file = join(REPOSITORY, 'dist', `pageref-${version}.vsix`);
  assert.ok(existsSync(file), `npm run package makes ${file}`);
  return file;
}
