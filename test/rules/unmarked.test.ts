import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from 'pageref/dist/runs/index.js';
import { withTree } from '../support/tree.js';

/** A tree in which ZONE_DEVICE pages have lost the bit wins over what its release number says. */

const treeWith = (mark: string): string => `//- Makefile
VERSION = 6
PATCHLEVEL = 12
//- mm/mm_init.c
static void __init_zone_device_page(struct page *page, unsigned long pfn, struct dev_pagemap *pgmap)
{
	__init_single_page(page, pfn, ZONE_DEVICE, 0);
${mark}	page->pgmap = pgmap;
}
//- mm/demo.c
int demo(unsigned long addr)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, 0, &page) != 1)
		return -EFAULT;
	if (!PageReserved(page))
		put_page(page);
	return 0;
}
`;

async function verdictOf(source: string): Promise<string | undefined> {
  let verdict: string | undefined;
  await withTree(source, async ({ root }) => {
    const { sites } = await audit({ paths: [root], jobs: 1 });
    verdict = sites.find(({ path }) => path === 'mm/demo.c')?.verdict;
  });
  return verdict;
}

test('the bit is set in the initialisation of device pages', async () => {
  assert.equal(await verdictOf(treeWith('\t__SetPageReserved(page);\n')), 'needs-zone-device');
});

test('it is set no more', async () => {
  assert.equal(await verdictOf(treeWith('')), 'never-zone-device');
});
