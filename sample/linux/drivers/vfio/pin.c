// SPDX-License-Identifier: Apache-2.0
/* Pins user memory for a device. */
#include <linux/mm.h>
#include <linux/vfio.h>

/* Which page that is, only the pool's owner knows. */
#define BOUNCE_SLOT_BUSY(pool, n) \
	PageReserved((pool)->ops->slot(pool, n)->pages[(pool)->next(n)])

int dma_pin_one(unsigned long vaddr, unsigned long *pfn)
{
	struct page *page;

	if (pin_user_pages_fast(vaddr, 1, FOLL_WRITE | FOLL_LONGTERM, &page) != 1)
		return -EFAULT;
	*pfn = page_to_pfn(page);
	return 0;
}

int dma_unpin_one(unsigned long pfn, bool dirty)
{
	struct page *page;

	if (!pfn_valid(pfn))
		return 0;
	page = pfn_to_page(pfn);
	if (PageReserved(page))
		return 0;
	unpin_user_pages_dirty_lock(&page, 1, dirty);
	return 1;
}
