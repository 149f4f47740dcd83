// SPDX-License-Identifier: Apache-2.0
/* Walks over pfns and page tables: what rules ZONE_DEVICE pages out. */
#include <linux/memory_hotplug.h>
#include <linux/mm.h>

/* No page for offline sections and for ZONE_DEVICE, in every release. */
unsigned long count_free_looking(unsigned long start_pfn, unsigned long end_pfn)
{
	unsigned long pfn, found = 0;

	for (pfn = start_pfn; pfn < end_pfn; pfn++) {
		struct page *page = pfn_to_online_page(pfn);

		if (!page)
			continue;
		if (PageReserved(page) || page_count(page))
			continue;
		found++;
	}
	return found;
}

/*
 * In 6.12 dax pages are not normal pages, and no page comes out. From 6.15 on
 * they are: --kernel 7.1 shows what is to be changed here before an update.
 */
static struct page *page_to_migrate(struct vm_area_struct *vma,
				    unsigned long addr, pte_t pte)
{
	struct page *page = vm_normal_page(vma, addr, pte);

	if (!page || PageReserved(page))
		return NULL;
	return page;
}

int queue_one_pte(struct vm_area_struct *vma, unsigned long addr, pte_t pte,
		  struct list_head *pages)
{
	struct page *page = page_to_migrate(vma, addr, pte);

	if (!page)
		return 0;
	get_page(page);
	list_add_tail(&page->lru, pages);
	return 1;
}

void drop_table_page(struct page *page)
{
	BUG_ON(PageReserved(page));
	__free_page(page);
}
