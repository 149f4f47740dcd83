import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { applyEdits, FIX_IDS, parseRelease } from '@pageref/shared';
import { fixesOf } from '../support/fix-fixtures.js';
import { REPOSITORY } from '../support/golden.js';

const PAGE = readFileSync(join(REPOSITORY, 'docs', 'fixes.md'), 'utf8');

interface Example {
  readonly line: number;
  readonly promise: ReadonlyMap<string, string>;
  readonly body: string;
}

/** The blocks of one language, with what their opening lines promise. */
function examples(language: string): Example[] {
  return [...PAGE.matchAll(new RegExp(`^\`\`\`${language} (.*)\\n([^]*?)^\`\`\`$`, 'gm'))].map((match) => ({
    line: PAGE.slice(0, match.index).split('\n').length,
    promise: new Map((match[1] ?? '').split(' ').map((word) => word.split('=', 2) as [string, string])),
    body: match[2] ?? '',
  }));
}

/** One side of a diff that shows the whole file. */
function side(body: string, sign: '-' | '+'): string {
  const lines = body.split('\n').filter((line) => !line.startsWith(sign === '-' ? '+' : '-'));
  return lines.map((line) => line.slice(1)).join('\n');
}

for (const { line, promise, body } of examples('diff')) {
  test(`docs/fixes.md:${String(line)}: the fix does what the page shows`, async () => {
    const release = parseRelease(promise.get('kernel') ?? '');
    assert.ok(release);
    const before = side(body, '-');
    const fixes = (await fixesOf(release, 'demo.c', before)).flatMap((finding) => finding.fixes);
    const fix = fixes.find(({ id }) => id === promise.get('fix'));
    assert.ok(fix, fixes.map(({ id }) => id).join());
    assert.equal(applyEdits(before, fix.edits), side(body, '+'));
  });
}

for (const { line, promise, body } of examples('c')) {
  test(`docs/fixes.md:${String(line)}: nothing is offered`, async () => {
    const release = parseRelease(promise.get('kernel') ?? '');
    assert.ok(release && promise.has('none'));
    const found = await fixesOf(release, 'demo.c', body);
    assert.deepEqual(
      found.flatMap(({ fixes }) => fixes),
      [],
    );
    assert.ok(found.length > 0 && found.every(({ why }) => why !== ''));
  });
}

test('docs/fixes.md has a row for every fix', () => {
  const rows = [...PAGE.matchAll(/^\| `([a-z-]+)`/gm)].map((match) => match[1]);
  assert.deepEqual([...rows].sort(), [...FIX_IDS].sort());
});
