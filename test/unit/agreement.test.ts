import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { saidOf } from '../support/agreement.js';
import { TEST_FOLDER } from '../support/golden.js';
import { parseMarked } from '../support/markers.js';
import { parseRuleFixture } from '../support/rule-fixtures.js';
import { splitFixture, withTree } from '../support/tree.js';

/**
 * Audit, check and fix speak of the same places of a tree, and say the same of them, also where that rests on several files.
 * What an editor says of one file is held to what check says of it by test/lsp/incremental.test.ts.
 */

let said = 0;
const MAKEFILE = '//- Makefile\nVERSION = 6\nPATCHLEVEL = 12\n';

for (const [name, fixture] of fixtures()) {
  test(`all say the same of ${name}`, () =>
    withTree(fixture, async ({ root }) => {
      const { audit, check, fix } = await saidOf(root);
      assert.deepEqual(check, audit, 'check');
      assert.deepEqual(fix, audit, 'fix');
      said += audit.length;
    }));
}

after(() => assert.ok(said > 300, `they speak of ${String(said)} places`));

/** The files of each marked fixture as one tree, by its name. */
function fixtures(): [name: string, fixture: string][] {
  const folder = join(TEST_FOLDER, 'fixtures');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.c'));
  return names.sort().map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const files = name.startsWith('fixes/')
      ? beforeFixes(text)
      : name.includes('/')
        ? parseRuleFixture(text)
        : parseMarked(text);
    return [name, MAKEFILE + files.map((file) => `//- ${file.path}\n${file.text}\n`).join('')];
  });
}

/** The files of a fixture of fixes, as they are before. */
function beforeFixes(text: string): { path: string; text: string }[] {
  return splitFixture(text).map(([path, both]) => ({ path, text: both.replace(/^\/\/=[^]*/m, '') }));
}
