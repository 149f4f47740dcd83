// SPDX-License-Identifier: Apache-2.0
/* Gives back the memory that struct pages live in. */
#include <linux/bootmem_info.h>
#include <linux/gfp.h>
#include <linux/mm.h>

/* The test asks "memblock or buddy?": both are RAM. */
void memmap_free_page(struct page *page, unsigned int order)
{
	if (PageReserved(page))
		free_reserved_page(page);
	else
		__free_pages(page, order);
}

void memmap_free_table(pgd_t *pgd)
{
	struct page *page = virt_to_page(pgd);

	if (!PageReserved(page))
		memmap_free_page(page, 0);
}
