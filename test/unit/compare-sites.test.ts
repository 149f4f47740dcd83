import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Site, Verdict } from '@pageref/shared';
import { compareSites } from 'pageref/dist/runs/compare/sites.js';
import { site } from '../support/reports.js';

/** "mm/a.c f PageReserved guarded if (PageReserved(p))": path, function, form, verdict, statement. */
function read(line: string): Site {
  const [path = '', name = '', form = '', verdict = '', ...statement] = line.split(' ');
  return site(verdict as Verdict, { path, function: name, form, statement: statement.join(' ') });
}

/** One line for each change: "worse changed verdict,impact f -> f". */
function changes(before: readonly string[], after: readonly string[]): string[] {
  return compareSites(before.map(read), after.map(read)).map(({ change, trend, differs, before: old, after: now }) =>
    [trend, change, differs.join(), `${old?.function ?? ''} -> ${now?.function ?? ''}`].join(' '),
  );
}

const F = 'mm/a.c f PageReserved guarded if (PageReserved(p))';

test('nothing differs where only lines moved', () => {
  const [one, two] = [read(F), read('mm/a.c f PageReserved guarded if (PageReserved(q))')];
  const moved = [one, two].map((old) => ({ ...old, line: old.line + 70 }));
  assert.deepEqual(compareSites([one, two], moved), []);
});

test('a verdict that changed, and which way', () => {
  const as = (verdict: string): string[] => [F.replace('guarded', verdict)];
  assert.deepEqual(changes([F], as('needs-zone-device')), ['worse changed verdict,impact f -> f']);
  assert.deepEqual(changes(as('needs-zone-device'), [F]), ['better changed verdict,impact f -> f']);
  assert.deepEqual(changes(as('unclear'), as('needs-zone-device')), ['worse changed verdict,impact f -> f']);
  assert.deepEqual(changes([F], as('handled')), ['same changed verdict f -> f']);
  const right = { ...read(as('needs-zone-device')[0] ?? ''), impact: 'right-by-accident' as const };
  const trend = (before: string): string | undefined => compareSites([read(before)], [right])[0]?.trend;
  assert.deepEqual([F, ...as('unclear'), ...as('needs-zone-device')].map(trend), ['same', 'better', 'better']);
});

test('another reason, and another impact', () => {
  const old = read(F.replace('guarded', 'needs-zone-device'));
  const reason = { ...old.reason, contract: 'vm_normal_page' };
  const differs = (now: Partial<Site>): readonly string[] =>
    compareSites([old], [{ ...old, ...now }])[0]?.differs ?? [];
  assert.deepEqual(differs({ reason }), ['reason']);
  assert.deepEqual(differs({ impact: 'right-by-accident' }), ['impact']);
  assert.deepEqual(differs({ reason: { ...old.reason, text: 'Other words.', line: 99 } }), []);
});

test('a statement that was put in front of another of the same function', () => {
  assert.deepEqual(changes([F], ['mm/a.c f PageReserved unclear if (x && PageReserved(p))', F]), [
    'worse added   -> f',
  ]);
});

test('a test written anew keeps its function', () => {
  assert.deepEqual(changes([F], ['mm/a.c f folio_test_reserved guarded if (folio_test_reserved(p))']), [
    'same changed form,statement f -> f',
  ]);
});

test('a function in another file is the same one, but not in another arch', () => {
  assert.deepEqual(changes([F], [F.replace('mm/a.c', 'mm/b.c')]), ['same changed path f -> f']);
  const [x86, mips] = ['x86', 'mips'].map((arch) => F.replace('mm/a.c', `arch/${arch}/mm/a.c`)) as [string, string];
  assert.deepEqual(changes([x86], [mips]), ['same added   -> f', 'same removed  f -> ']);
});

test('a renamed function is known by its test, unless two are like it', () => {
  const [g, h] = [F.replace(' f ', ' g '), F.replace(' f ', ' h ')];
  assert.deepEqual(changes([F], [g]), ['same changed function f -> g']);
  assert.equal(changes([F], [g, h]).length, 3);
});

test('a name that goes on is the same function', () => {
  const old = ['a', 'b'].map((word) => `mm/a.c update PageReserved guarded if (${word})`);
  const now = ['c', 'd'].map((word) => `mm/a.c update_range folio_test_reserved guarded if (${word})`);
  assert.deepEqual(changes(old, now), Array(2).fill('same changed form,statement,function update -> update_range'));
});

test('a comment that moved, and one that was put in other words', () => {
  const comment = read('mm/a.c - PageReserved not-a-test marked PageReserved here');
  assert.deepEqual(compareSites([comment], [{ ...comment, path: 'mm/b.c' }])[0]?.differs, ['path']);
  assert.deepEqual(compareSites([comment], [{ ...comment, statement: 'PageReserved, marked here' }]), []);
});

test('new trouble comes first, the worst of it at the top', () => {
  const of = (path: string, verdict: Verdict): Site => site(verdict, { path, function: path });
  const order = compareSites(
    [of('c', 'unclear')],
    [of('a', 'guarded'), of('b', 'unclear'), of('d', 'needs-zone-device')],
  );
  assert.deepEqual(
    order.map(({ before, after }) => (after ?? before)?.path),
    ['d', 'b', 'c', 'a'],
  );
});

const ANY_SITE = fc
  .record({
    path: fc.constantFrom('mm/a.c', 'mm/b.c', 'arch/x86/a.c'),
    name: fc.constantFrom('f', 'f_more', 'g', '-'),
    form: fc.constantFrom('PageReserved', 'raw-bit'),
    verdict: fc.constantFrom<Verdict>('guarded', 'unclear', 'not-a-test'),
    statement: fc.constantFrom('x', 'y'),
  })
  .map(({ path, name, form, verdict, statement }) => site(verdict, { path, function: name, form, statement }));

test('every mention is accounted for once, and a tree does not differ from itself', () => {
  fc.assert(
    fc.property(fc.array(ANY_SITE), fc.array(ANY_SITE), (before, after) => {
      const found = compareSites(before, after);
      const [old, now] = [found.flatMap((one) => one.before ?? []), found.flatMap((one) => one.after ?? [])];
      assert.ok(new Set(old).size === old.length && new Set(now).size === now.length);
      assert.equal(before.length - old.length, after.length - now.length);
      assert.deepEqual(compareSites(before, before), []);
      assert.equal(compareSites(after, before).length, found.length);
    }),
  );
});
