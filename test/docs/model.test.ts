import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { OLDEST_RELEASE, PAGE_KINDS, ZONE_DEVICE_KINDS, type PageKind } from '@pageref/shared';
import { PAGE_KIND_FACTS, rangesOf } from '@pageref/shared/model';
import { REPOSITORY } from '../support/golden.js';

const PAGE = readFileSync(join(REPOSITORY, 'docs', 'model.md'), 'utf8');

/** What the page's table of kinds has to say of one kind in its first four columns. */
function rowOf(kind: PageKind): string[] {
  const facts = PAGE_KIND_FACTS.filter((one) => one.kind === kind);
  const [first, last] = [facts[0], facts.at(-1)];
  const since = first?.range.since ?? OLDEST_RELEASE;
  const parts = [
    since === OLDEST_RELEASE ? '' : `from ${since}`,
    last?.range.until ? `before ${last.range.until}` : '',
  ];
  const releases = parts.filter((part) => part !== '').join(', ');
  const isDevice = (ZONE_DEVICE_KINDS as readonly PageKind[]).includes(kind);
  return [kind, releases === '' ? 'all' : releases, isDevice ? 'yes' : '', reservedText(kind)];
}

/** "yes before 6.11, no": the answers of PageReserved() in the order of releases, told once as long as they hold. */
function reservedText(kind: PageKind): string {
  const facts = PAGE_KIND_FACTS.filter((one) => one.kind === kind);
  const changes = facts.filter((one, index) => facts[index + 1]?.reserved !== one.reserved);
  return changes
    .map(({ reserved, range }, index) =>
      index < changes.length - 1 ? `${reserved} before ${range.until ?? ''}` : reserved,
    )
    .join(', ');
}

test('docs/model.md lists the page kinds as the model has them', () => {
  const rows = [...PAGE.matchAll(/^\| `([a-z0-9-]+)`\s*\|(.*)\|$/gm)].map((match) => [
    match[1],
    ...(match[2] ?? '').split('|').map((cell) => cell.trim()),
  ]);
  assert.deepEqual(
    rows.map((cells) => cells.slice(0, 4)),
    PAGE_KINDS.map(rowOf),
  );
  assert.ok(rows.every((cells) => cells.length === 5 && cells[4] !== ''));
});

test('the files and folders docs/model.md names exist', () => {
  const named = [...PAGE.matchAll(/`((?:shared|server|test)\/[\w./-]*)`/g)].map((match) => match[1] ?? '');
  assert.ok(named.length > 0);
  assert.deepEqual(
    named.filter((path) => !existsSync(join(REPOSITORY, path))),
    [],
  );
});

test('every family of the model is in docs/model.md', () => {
  const families = ['apis', 'analysis'].flatMap((folder) => readdirSync(join(REPOSITORY, 'shared', 'model', folder)));
  const missing = families.filter((file) => file !== 'index.ts' && !PAGE.includes(`\`${file.replace(/\.ts$/, '')}\``));
  assert.deepEqual(missing, []);
});

test('the entry docs/model.md shows is in the model', () => {
  const shown = /name: '(\w+)',\n\s+form: '\w+',\n\s+range: \{ since: '([\d.]+)', until: '([\d.]+)' \}/.exec(PAGE);
  assert.ok(shown);
  const [, name = '', since, until] = shown;
  assert.ok(rangesOf(name).some(({ range }) => range.since === since && range.until === until));
});
