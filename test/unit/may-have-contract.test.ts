import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { TEST_FOLDER } from '../support/golden.js';
import { parseMarked } from '../support/markers.js';
import { memoryTree } from '../support/memory-tree.js';
import { splitFixture } from '../support/tree.js';
import { askUnfiltered } from '../support/unfiltered.js';

/** The look at the syntax that spares a function its flow must never say no where a contract would come out. */

const FOLDER = join(TEST_FOLDER, 'fixtures');

for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.c'))) {
  test(`no contract is missed in fixtures/${name}`, async () => {
    for (const { path, text, releases } of parseMarked(readFileSync(join(FOLDER, name), 'utf8'))) {
      const tree = await memoryTree(releases.at(-1) ?? '6.12');
      assert.deepEqual(askUnfiltered(tree, path, text).missed, []);
    }
  });
}

test('no contract is missed in the fixture of guests, and the look spares something', async () => {
  const tree = await memoryTree('4.20');
  let [out, through] = [0, 0];
  for (const [path, text] of splitFixture(readFileSync(join(FOLDER, 'contracts', 'guest.c'), 'utf8'))) {
    const asked = askUnfiltered(tree, path, text);
    assert.deepEqual(asked.missed, []);
    [out, through] = [out + asked.out, through + asked.through];
  }
  assert.ok(out > 0 && through > 0);
});

/** Ways for a page to get from a parameter to a call, or from a call to the caller. */
const CARRIED = [
  'void f(struct page *page) { put_page(page); }',
  'void f(struct page *page) { struct page *p = page + 1; put_page(p); }',
  'void f(struct folio *folio) { put_page(&folio->page); }',
  'void f(struct page **pages, int n) { for (int i = 0; i < n; i++) put_page(pages[i]); }',
  'void f(struct page *page) { struct page *p; p = READ_ONCE(page); put_page(p); }',
  'void f(unsigned long pfn) { put_page(pfn_to_page(pfn)); }',
  'void f(struct page *page) { struct page *p; (p = page) ? put_page(p) : 0; }',
  'bool f(struct page *page) { return PageReserved(page); }',
  'bool f(struct page *page) { return test_bit(PG_reserved, &page->flags); }',
  'struct page *f(struct page *page) { get_page(page); return page; }',
  'int f(unsigned long a, struct page **out) { return get_user_pages_fast(a, 1, 0, out); }',
  'int f(unsigned long a, unsigned long *pfn) { struct page *p[1]; int n = get_user_pages_fast(a, 1, 0, p); if (n == 1) *pfn = page_to_pfn(p[0]); return n; }',
  'unsigned long f(unsigned long a) { struct page *p; if (get_user_pages_fast(a, 1, 0, &p) != 1) return 0; return page_to_pfn(p); }',
];

for (const text of CARRIED) {
  test(`carried: ${text}`, async () => {
    const asked = askUnfiltered(await memoryTree('6.12'), 'mm/demo.c', text);
    assert.deepEqual([asked.through, asked.missed], [1, []]);
  });
}

test('what a function takes and drops on pages of its own is no contract', async () => {
  const text = 'void f(unsigned long a) { struct page *p; if (get_user_pages_fast(a, 1, 0, &p) == 1) put_page(p); }';
  const asked = askUnfiltered(await memoryTree('6.12'), 'mm/demo.c', text);
  assert.deepEqual([asked.out, asked.missed], [1, []]);
});
