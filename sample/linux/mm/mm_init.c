// SPDX-License-Identifier: Apache-2.0
/* Who sets and clears the bit: boot memory, and every page of a dev_pagemap. */
#include <linux/memremap.h>
#include <linux/mm.h>

void __init reserve_boot_range(unsigned long start_pfn, unsigned long end_pfn)
{
	unsigned long pfn;

	for (pfn = start_pfn; pfn < end_pfn; pfn++)
		__SetPageReserved(pfn_to_page(pfn));
}

void release_boot_page(struct page *page)
{
	ClearPageReserved(page);
	init_page_count(page);
	__free_page(page);
}

static void __ref __init_zone_device_page(struct page *page, unsigned long pfn,
					  struct dev_pagemap *pgmap)
{
	/* Nobody but the driver may free it, so it is PageReserved() for life. */
	__SetPageReserved(page);
	page->pgmap = pgmap;
}
