// SPDX-License-Identifier: Apache-2.0
/* Shows page flags to user space under numbers that never change. */
#include <linux/page-flags.h>

#define UAPI_LOCKED	0
#define UAPI_RESERVED	32

static inline u64 export_bit(u64 flags, int to, int from)
{
	return ((flags >> from) & 1) << to;
}

u64 exported_page_flags(struct page *page)
{
	u64 flags = page->flags;

	return export_bit(flags, UAPI_LOCKED, PG_locked) |
	       export_bit(flags, UAPI_RESERVED, PG_reserved);
}
