// SPDX-License-Identifier: Apache-2.0
/* Registers the pages of a persistent memory region. */
#include <linux/memremap.h>
#include <linux/mm.h>

void *region_map(struct device *dev, struct dev_pagemap *pgmap)
{
	pgmap->type = MEMORY_DEVICE_FS_DAX;
	return devm_memremap_pages(dev, pgmap);
}

/* Leaves early for pages of a region, so the bit speaks of boot memory below. */
bool region_may_poison(unsigned long pfn)
{
	struct dev_pagemap *pgmap = get_dev_pagemap(pfn, NULL);

	if (pgmap) {
		put_dev_pagemap(pgmap);
		return false;
	}
	return pfn_valid(pfn) && !PageReserved(pfn_to_page(pfn));
}
