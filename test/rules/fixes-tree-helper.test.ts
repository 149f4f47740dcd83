import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyEdits } from '@pageref/shared';
import { fixesIn } from 'pageref/dist/runs/fix/fixes.js';
import { openTree } from 'pageref/dist/project/tree.js';
import { treeHeaders } from 'pageref/dist/kernel/headers.js';
import { filesBelow } from 'pageref/dist/vfs/index.js';
import { withTree } from '../support/tree.js';

const MAKEFILE = (release: string): string =>
  `//- Makefile\nVERSION = ${release.split('.')[0] ?? ''}\nPATCHLEVEL = ${release.split('.')[1] ?? ''}\n`;

const HEADERS = `//- include/linux/mmzone.h
static inline bool is_zone_device_page(const struct page *page)
{
	return true;
}
//- include/linux/kvm_host.h
#include <linux/mmzone.h>
struct page *kvm_pfn_to_refcounted_page(kvm_pfn_t pfn);
`;

const DRIVER = `#include <linux/kvm_host.h>

static int map_guest(struct kvm_memory_slot *slot, gfn_t gfn)
{
	struct page *page = NULL;
	kvm_pfn_t pfn;

	pfn = __gfn_to_pfn_memslot(slot, gfn, false, false, NULL, true, NULL, NULL);
	if (is_error_noslot_pfn(pfn))
		return -EFAULT;
	if (pfn_valid(pfn)) {
		page = pfn_to_page(pfn);
		if (PageReserved(page))
			page = NULL;
	}
	if (page)
		put_page(page);
	return 0;
}
`;

/** The text after the fix that asks the tree's own helper; undefined where none is offered. */
async function helped(files: string, release: string, text = DRIVER): Promise<string | undefined> {
  return withTree(`${MAKEFILE(release)}${HEADERS}${files}`, async ({ root }) => {
    const tree = await openTree(root, undefined);
    const found = fixesIn({
      tree,
      headers: treeHeaders(filesBelow(root)),
      path: 'drivers/guest.c',
      text,
      arch: undefined,
    });
    const fix = found[0]?.fixes.find(({ id }) => id === 'tree-helper');
    assert.notEqual(fix?.preferred, true);
    return fix && applyEdits(text, fix.edits);
  });
}

const EXPORTED = '//- virt/kvm/kvm_main.c\nEXPORT_SYMBOL_GPL(kvm_pfn_to_refcounted_page);\n';

test('a helper the tree declares and exports is offered', async () => {
  const after = await helped(EXPORTED, '6.12');
  assert.ok(after?.includes('\t\tif (!kvm_pfn_to_refcounted_page(pfn))\n\t\t\tpage = NULL;'), after);
});

test('a helper that modules cannot call is not', async () => {
  assert.equal(await helped('//- virt/kvm/kvm_main.c\nint x;\n', '6.12'), undefined);
});

test('a helper the release no longer has is not', async () => {
  assert.equal(await helped(EXPORTED, '7.1'), undefined);
});

test('a helper that no header of the file declares is not', async () => {
  assert.equal(await helped(EXPORTED, '6.12', DRIVER.replace('kvm_host.h', 'mm.h')), undefined);
});

test('the header that declares a helper is the one of this tree', async () => {
  const header = `//- include/linux/device_pages.h\nbool is_zone_device_page(const struct page *page);\n`;
  const text = DRIVER.replace('linux/kvm_host.h', 'linux/fs.h');
  await withTree(`${MAKEFILE('6.12')}${header}`, async ({ root }) => {
    const tree = await openTree(root, undefined);
    const [found] = fixesIn({
      tree,
      headers: treeHeaders(filesBelow(root)),
      path: 'drivers/guest.c',
      text,
      arch: undefined,
    });
    assert.deepEqual(found?.fixes[0]?.includes, ['linux/device_pages.h']);
  });
});
