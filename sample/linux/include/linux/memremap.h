/* SPDX-License-Identifier: Apache-2.0 */
#ifndef _LINUX_MEMREMAP_H_
#define _LINUX_MEMREMAP_H_

/*
 * What this tree has, whatever its release number says: no coherent device
 * memory, no peer-to-peer memory. A tree's own facts win in an audit.
 */
enum memory_type {
	MEMORY_DEVICE_PRIVATE = 1,
	MEMORY_DEVICE_FS_DAX,
	MEMORY_DEVICE_GENERIC,
};
struct dev_pagemap {
	enum memory_type type;
};

void *devm_memremap_pages(struct device *dev, struct dev_pagemap *pgmap);
struct dev_pagemap *get_dev_pagemap(unsigned long pfn,
				    struct dev_pagemap *pgmap);
void put_dev_pagemap(struct dev_pagemap *pgmap);
bool is_zone_device_page(const struct page *page);

#endif
