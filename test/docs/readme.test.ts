import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { VERDICT_TEXTS, VERDICTS } from '@pageref/shared';
import { formatsOf } from 'pageref/dist/print/formats.js';
import { REPOSITORY, TEST_FOLDER } from '../support/golden.js';

const README = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');

test('the output in the README is what npm start prints, cut only where it says so', () => {
  const [, block = ''] = /^```text\n([^]*?)^```$/m.exec(README) ?? [];
  const printed = readFileSync(join(TEST_FOLDER, 'cli', 'golden', 'sample.txt'), 'utf8');
  const parts = block.split(/^\[\.\.\.\]\n/m);
  assert.ok(parts.length > 1);
  let from = 0;
  for (const part of parts) {
    const at = printed.indexOf(part, from);
    assert.ok(at >= 0, `not in test/cli/golden/sample.txt, or not in this order:\n${part}`);
    from = at + part.length;
  }
});

test('the README lists the verdicts in order and marks those that need care', () => {
  const rows = [...README.matchAll(/^\| `([a-z-]+)`\s*\|[^|]*\|\s*(\w*)\s*\|$/gm)].map((match) => [match[1], match[2]]);
  assert.deepEqual(
    rows,
    VERDICTS.map((verdict) => [verdict, VERDICT_TEXTS[verdict].needsCare ? 'yes' : '']),
  );
});

test('the README names every format', () => {
  const line = /^Formats: .*$/m.exec(README)?.[0] ?? '';
  assert.deepEqual(
    formatsOf('audit').filter((format) => !line.includes(format)),
    [],
  );
});
