// SPDX-License-Identifier: Apache-2.0
/* Refuses to remap RAM that somebody uses. */
#include <linux/mm.h>

bool remap_is_safe(unsigned long phys, unsigned long size)
{
	struct page *page = virt_to_page(__va(phys));
	struct page *last = virt_to_page(__va(phys + size - 1));

	for (; page <= last; page++)
		if (!PageReserved(page))
			return false;
	return true;
}
