// SPDX-License-Identifier: Apache-2.0
/* A hypervisor that keeps guest pages by pfn. */
#include <linux/kvm_host.h>
#include <linux/mm.h>

/* Meant to say "MMIO, not refcounted"; says so of dax pages as well. */
static bool guest_pfn_is_mmio(unsigned long pfn)
{
	if (pfn_valid(pfn))
		return PageReserved(pfn_to_page(pfn));
	return true;
}

static void guest_release_pfn(unsigned long pfn)
{
	if (!guest_pfn_is_mmio(pfn))
		put_page(pfn_to_page(pfn));
}

int guest_touch_page(unsigned long addr, int (*fill)(unsigned long pfn))
{
	struct page *page;
	unsigned long pfn;
	int ret;

	if (get_user_pages_fast(addr, 1, FOLL_WRITE, &page) != 1)
		return -EFAULT;
	pfn = page_to_pfn(page);
	ret = fill(pfn);
	guest_release_pfn(pfn);
	return ret;
}

/* Dirty and accessed mean nothing for reserved pages, or so it was thought. */
static bool guest_page_is_tracked(struct page *page)
{
	return !PageReserved(page);
}

void guest_page_written(struct page *page)
{
	if (!guest_page_is_tracked(page))
		return;
	SetPageDirty(page);
	mark_page_accessed(page);
}

/* The same question, asked with care. */
struct page *guest_pfn_to_counted_page(unsigned long pfn)
{
	struct page *page;

	if (!pfn_valid(pfn))
		return NULL;
	page = pfn_to_page(pfn);
	if (PageReserved(page) && !is_zone_device_page(page))
		return NULL;
	return page;
}
