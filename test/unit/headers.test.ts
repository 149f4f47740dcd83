import assert from 'node:assert/strict';
import { test } from 'node:test';
import { treeHeaders } from 'pageref/dist/kernel/headers.js';
import { filesBelow } from 'pageref/dist/vfs/index.js';
import { withTree } from '../support/tree.js';

const TREE = `
//- include/linux/a.h
/* bool in_comment(struct page *page); */
#include <linux/b.h>
  # include <linux/c.h>
#include "local.h"
bool twice(struct page *page);
extern int
two_lines(struct page *page,
	  unsigned long pfn);
	return called(page);
#define as_macro(page) (page)
//- include/linux/b.h
static inline bool twice(const struct page *page)
{
	return true;
}
struct page *pointer(unsigned long pfn);
//- include/asm-generic/d.h
bool generic(void);
//- virt/lib.c
EXPORT_SYMBOL_GPL(twice);
`;

test('a name is looked up in the headers of the tree', async () => {
  await withTree(TREE, ({ root }) => {
    const headers = treeHeaders(filesBelow(root));
    assert.equal(headers.present, true);
    assert.deepEqual(headers.declaring('twice'), {
      header: 'linux/b.h',
      text: 'static inline bool twice(const struct page *page)',
      inline: true,
    });
    assert.deepEqual(headers.declaring('two_lines'), {
      header: 'linux/a.h',
      text: 'extern int two_lines(struct page *page, unsigned long pfn)',
      inline: false,
    });
    assert.equal(headers.declaring('pointer')?.header, 'linux/b.h');
    assert.equal(headers.declaring('as_macro')?.inline, true);
    assert.equal(headers.declaring('generic')?.header, 'asm-generic/d.h');
    assert.equal(headers.declaring('in_comment'), undefined);
    assert.equal(headers.declaring('called'), undefined);
    assert.equal(headers.declaring('nowhere'), undefined);
  });
});

test('a hint that holds the name is believed, one that does not is passed over', async () => {
  await withTree(TREE, ({ root }) => {
    assert.equal(treeHeaders(filesBelow(root)).declaring('twice', ['include/linux/a.h'])?.header, 'linux/a.h');
    assert.equal(treeHeaders(filesBelow(root)).declaring('twice', ['include/linux/gone.h'])?.header, 'linux/b.h');
  });
});

test('includes of a header, and exports of a file', async () => {
  await withTree(TREE, ({ root }) => {
    const headers = treeHeaders(filesBelow(root));
    assert.deepEqual([...headers.includesOf('linux/a.h')], ['linux/b.h', 'linux/c.h']);
    assert.deepEqual([...headers.includesOf('linux/gone.h')], []);
    assert.equal(headers.exported('twice', 'virt/lib.c'), true);
    assert.equal(headers.exported('twi', 'virt/lib.c'), false);
    assert.equal(headers.exported('twice', 'virt/gone.c'), false);
  });
});

test('a folder without headers has none', async () => {
  await withTree('\n//- a.c\nint a;\n', ({ root }) => {
    assert.equal(treeHeaders(filesBelow(root)).present, false);
    assert.equal(treeHeaders(filesBelow(root)).declaring('a'), undefined);
  });
});
