import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareReleases, OLDEST_RELEASE } from '@pageref/shared';
import { ENTRIES, LOG_CALLS, OLD_NAMES, resolve, UNCOUNTED } from '@pageref/shared/model';

const EVIDENCE = /^(\d+\.\d+:[\w/.+-]+:\d+#[\w.]+|commit:[0-9a-f]{12})$/;
const COUNTS = new Set(['acquire', 'release', 'transfer', 'set-count']);

test('what is said to count nothing has evidence, and no entry that counts', () => {
  const counting = new Set(
    ENTRIES.filter(({ effects }) => effects?.some(({ does }) => COUNTS.has(does))).map(({ name }) => name),
  );
  for (const { names, evidence } of [...UNCOUNTED, LOG_CALLS]) {
    for (const item of evidence) assert.match(item, EVIDENCE);
    assert.deepEqual(
      names.filter((name) => counting.has(name)),
      [],
    );
    assert.equal(new Set(names).size, names.length, `each name once: ${names[0] ?? ''}`);
  }
});

test('old names end before the oldest release, and are in no model', () => {
  for (const { name, range, evidence } of OLD_NAMES) {
    assert.ok(range.until && compareReleases(range.until, OLDEST_RELEASE) < 0, name);
    for (const item of evidence) assert.match(item, EVIDENCE);
    assert.ok(!resolve('4.20').entries.has(name) && resolve('4.20').otherReleases.has(name), name);
  }
});

test('a name that counts is of another release exactly where it has no entry', () => {
  for (const [release, there] of [
    ['5.1', false],
    ['5.2', true],
    ['5.5', true],
    ['5.6', false],
  ] as const) {
    const { entries, otherReleases } = resolve(release);
    assert.deepEqual([entries.has('put_user_page'), otherReleases.has('put_user_page')], [there, !there], release);
  }
});
