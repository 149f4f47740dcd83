/* SPDX-License-Identifier: Apache-2.0 */
#ifndef _LINUX_PAGE_FLAGS_H
#define _LINUX_PAGE_FLAGS_H

enum pageflags {
	PG_locked,
	PG_dirty,
	PG_lru,
	/* Boot memory, holes with a struct page, and every ZONE_DEVICE page. */
	PG_reserved,
	__NR_PAGEFLAGS,
};

/* A free page has none of these. */
#define PAGE_FLAGS_BAD_WHEN_FREE \
	(1UL << PG_locked | 1UL << PG_dirty | 1UL << PG_reserved)

#endif
