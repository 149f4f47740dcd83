import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ATTACKS } from '../attack/table.js';
import { REPOSITORY } from '../support/golden.js';

const PAGE = readFileSync(join(REPOSITORY, 'docs', 'security.md'), 'utf8');

test('docs/security.md promises what is attacked, and nothing else', () => {
  const rows = [...PAGE.matchAll(/^\| `([a-z-]+)`\s*\|\s*(.*?)\s*\|$/gm)].map(([, name, promise]) => [name, promise]);
  const byName = (a: readonly unknown[], b: readonly unknown[]): number => (String(a[0]) < String(b[0]) ? -1 : 1);
  assert.deepEqual(rows.sort(byName), ATTACKS.map(({ name, promise }) => [name, promise]).sort(byName));
});

test('every attack that was written is in the table', () => {
  const modules = readdirSync(join(REPOSITORY, 'test', 'attack', 'attacks'));
  assert.equal(ATTACKS.length, modules.length);
  assert.equal(new Set(ATTACKS.map(({ name }) => name)).size, ATTACKS.length);
});

test('options of test:attack are those the page names', () => {
  const main = readFileSync(join(REPOSITORY, 'test', 'attack', 'main.ts'), 'utf8');
  for (const option of ['minutes', 'seed', 'only', 'round', 'keep']) {
    assert.match(main, new RegExp(`^ +${option}: \\{ type`, 'm'));
    assert.ok(PAGE.includes(`--${option} `), option);
  }
});
