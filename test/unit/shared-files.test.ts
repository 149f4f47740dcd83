import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openText } from 'pageref/dist/contracts/open-text.js';
import type { Cut } from 'pageref/dist/contracts/open-text.js';
import { SharedFiles } from 'pageref/dist/project/shared-files.js';
import { memoryTree } from '../support/memory-tree.js';

/** What runs by several releases over the same files keep for one another: what there is room for, those that came first. */

const FIRST = 'void one(struct page *page)\n{\n\tput_page(page);\n}\n';
const SECOND = 'void two(struct page *page)\n{\n\tget_page(page);\n}\n';

/** Cuts texts, each twice, and says which were cut again the second time. */
async function cutAgain(files: SharedFiles, texts: readonly string[]): Promise<readonly string[]> {
  const { tools } = await memoryTree('6.12');
  const cutAll = (): readonly Cut[] =>
    texts.map((text, at) => {
      const { items, index, functions } = openText(`mm/${String(at)}.c`, text, tools);
      const make = (): Cut => ({ items, index, functions });
      const cut = files.cut(`mm/${String(at)}.c`, text, tools.reader, make);
      assert.equal(cut.index.text, text);
      return cut;
    });
  const before = cutAll();
  const after = cutAll();
  return texts.filter((_, at) => before[at] !== after[at]);
}

void test('what there is room for is cut once', async () => {
  assert.deepEqual(await cutAgain(new SharedFiles(), [FIRST, SECOND]), []);
});

void test('what there is no room for is cut again, and what came first stays', async () => {
  const room = { read: 1000, cut: FIRST.length };
  assert.deepEqual(await cutAgain(new SharedFiles(room), [FIRST, SECOND]), [SECOND]);
});
