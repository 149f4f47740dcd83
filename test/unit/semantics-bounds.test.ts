import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Site } from '@pageref/shared';
import { auditText } from '../support/memory-tree.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

async function onlySite(body: readonly string[]): Promise<Site> {
  const text = ['void f(struct page *given, int n)', '{', ...body, '}', ''].join('\n');
  const { sites } = await auditText('6.12', 'bounds.c', text);
  assert.equal(sites.length, 1);
  return sites[0] ?? assert.fail();
}

/** A device page needs as many turns of the loop as there are variables to come to the test. */
function chain(length: number): string[] {
  return [
    ...range(length).map((index) => `\tstruct page *v${String(index)} = alloc_page(GFP_KERNEL);`),
    `\tv${String(length - 1)} = given;`,
    '\twhile (n--) {',
    ...range(length - 1).map((index) => `\t\tv${String(index)} = v${String(index + 1)};`),
    '\t}',
    '\tif (PageReserved(v0))',
    '\t\tSetPageChecked(v0);',
  ];
}

test('semantics: a page that comes round after a few turns is seen', async () => {
  assert.equal((await onlySite(chain(6))).verdict, 'needs-zone-device');
});

test('semantics: where the analysis gives up, it says nothing is safe', async () => {
  const { verdict, confidence } = await onlySite(chain(80));
  assert.ok(verdict === 'unclear' || verdict === 'needs-zone-device', verdict);
  assert.equal(confidence, 'low');
});

test('semantics: many branches one after the other stay quick', async () => {
  const started = performance.now();
  const body = range(150).map((index) => `\tif (ask(${String(index)})) given = next_page(given);`);
  assert.equal(
    (await onlySite([...body, '\tif (PageReserved(given)) SetPageChecked(given);'])).verdict,
    'needs-zone-device',
  );
  assert.ok(performance.now() - started < 5000);
});

test('semantics: deep nesting is read', async () => {
  const body = [
    ...range(60).map(() => '\tif (ask(n)) {'),
    '\tif (PageReserved(given)) SetPageChecked(given);',
    ...range(60).map(() => '\t}'),
  ];
  assert.equal((await onlySite(body)).verdict, 'needs-zone-device');
});
