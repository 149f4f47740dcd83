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

/** Seconds of CPU that something takes: other tests run beside it. */
async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const TEST = '\tif (PageReserved(given)) put_page(given);';

async function sitesOf(body: readonly string[]): Promise<readonly Site[]> {
  return (await auditText('6.12', 'many.c', ['void f(struct page *given)', '{', ...body, '}', ''].join('\n'))).sites;
}

test('semantics: of thousands of tests in one function the first are followed, and of the others it is said that they are not', async () => {
  let sites: readonly Site[] = [];
  const seconds = await secondsOf(async () => {
    sites = await sitesOf(range(2000).map(() => TEST));
  });
  assert.equal(sites.length, 2000);
  const [first, last] = [sites[0] ?? assert.fail(), sites.at(-1) ?? assert.fail()];
  assert.deepEqual([first.verdict, first.impact], ['needs-zone-device', 'wrong-today']);
  assert.deepEqual([last.verdict, last.confidence, last.reason.contract], ['unclear', 'low', 'too-complex']);
  assert.ok(seconds < 30, String(seconds));
});

test('semantics: a few dozen tests in one function are all followed', async () => {
  const sites = await sitesOf(range(60).map(() => TEST));
  assert.deepEqual([...new Set(sites.map(({ verdict }) => verdict))], ['needs-zone-device']);
});

test('semantics: a test that needs no following is judged, however many there are', async () => {
  const sites = await sitesOf([...range(1000).map(() => TEST), '\tgiven = alloc_page(GFP_KERNEL);', TEST]);
  assert.equal(sites.at(-1)?.verdict, 'never-zone-device');
});

test('semantics: functions that all call one another come to an end', async () => {
  const names = range(12).map((index) => `f${String(index)}`);
  const calls = (own: string): string =>
    names.flatMap((name) => (name === own ? [] : [`\tif (${name}(page))\n\t\tput_page(page);\n`])).join('');
  const text = [
    ...names.map((name) => `static int ${name}(struct page *page);\n`),
    ...names.map(
      (name) =>
        `static int ${name}(struct page *page)\n{\n\tif (PageReserved(page))\n\t\treturn 1;\n${calls(name)}\treturn 0;\n}\n`,
    ),
  ].join('');
  const seconds = await secondsOf(async () => {
    assert.equal((await auditText('6.12', 'all.c', text)).sites.length, 12);
  });
  assert.ok(seconds < 30, String(seconds));
});
