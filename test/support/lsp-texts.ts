/** Small kernel trees and files for the tests of the language server. */

export const MAKEFILE_6_12 = `//- Makefile
VERSION = 6
PATCHLEVEL = 12
SUBLEVEL = 0
EXTRAVERSION =
`;

/** Takes a page by GUP and drops it only when it is not reserved: wrong today, at 9:7. */
export const LEAK = `#include <linux/mm.h>

int demo_access(unsigned long addr, void (*use)(struct page *page))
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, 0, &page) != 1)
		return -EFAULT;
	use(page);
	if (!PageReserved(page))
		put_page(page);
	return 0;
}
`;

/** The same with a page that is looked up online: nothing to say. */
export const GUARDED = `int demo_count(unsigned long pfn)
{
	struct page *page = pfn_to_online_page(pfn);

	if (!page || PageReserved(page))
		return 0;
	return 1;
}
`;

/** A reserved test that answers for its callers, which are in this file and in another one. */
export const WRAPPER = `bool demo_is_reserved(struct page *page)
{
	return PageReserved(page);
}

void demo_drop(struct page *page)
{
	if (!demo_is_reserved(page))
		put_page(page);
}

void demo_drop_twice(struct page *page)
{
	demo_drop(page);
	if (!demo_is_reserved(page))
		put_page(page);
}
`;

export const CALLER = `extern bool demo_is_reserved(struct page *page);

int demo_ask(struct page *page)
{
	/* demo_is_reserved(page) is asked once */
	return demo_is_reserved(page) ? 1 : 0;
}
`;
