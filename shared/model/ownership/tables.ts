import type { ReleaseRange, Sign } from '../../src/index.js';

/** A call that hands out memory, by its result. */
interface MemoryRow {
  readonly name: string;
  readonly range: ReleaseRange;
  /** `tree:path:line#token`, where the fact was read. */
  readonly evidence: readonly string[];
  /** What is in the memory: zeroes, or whatever was there before. With __GFP_ZERO the second is the first. */
  readonly is: 'raw' | 'zeroed';
}

/** Memory that tables of pages are kept in. */
export const MEMORY_ROWS: readonly MemoryRow[] = [
  {
    name: 'kmalloc',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/slab.h:532#kmalloc', '7.1:include/linux/slab.h:956#kmalloc'],
    is: 'raw',
  },
  {
    name: 'kzalloc',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/slab.h:739#kzalloc', '7.1:include/linux/slab.h:1190#kzalloc'],
    is: 'zeroed',
  },
  {
    name: 'kcalloc',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/slab.h:678#kcalloc', '7.1:include/linux/slab.h:1138#kcalloc'],
    is: 'zeroed',
  },
  {
    name: 'kmalloc_array',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/slab.h:661#kmalloc_array', '7.1:include/linux/slab.h:1099#kmalloc_array'],
    is: 'raw',
  },
  {
    name: 'kmalloc_node',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/slab.h:574#kmalloc_node', '7.1:include/linux/slab.h:1083#kmalloc_node'],
    is: 'raw',
  },
  {
    name: 'kzalloc_node',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/slab.h:750#kzalloc_node', '7.1:include/linux/slab.h:1191#kzalloc_node'],
    is: 'zeroed',
  },
  {
    name: 'kmalloc_array_node',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/slab.h:695#kmalloc_array_node', '7.1:include/linux/slab.h:1171#kmalloc_array_node'],
    is: 'raw',
  },
  {
    name: 'kcalloc_node',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/slab.h:707#kcalloc_node', '7.1:include/linux/slab.h:1173#kcalloc_node'],
    is: 'zeroed',
  },
  {
    name: 'kvmalloc',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/mm.h:660#kvmalloc', '7.1:include/linux/slab.h:1200#kvmalloc'],
    is: 'raw',
  },
  {
    name: 'kvzalloc',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/mm.h:671#kvzalloc', '7.1:include/linux/slab.h:1201#kvzalloc'],
    is: 'zeroed',
  },
  {
    name: 'kvcalloc',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/mm.h:688#kvcalloc', '7.1:include/linux/slab.h:1225#kvcalloc'],
    is: 'zeroed',
  },
  {
    name: 'kvmalloc_array',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/mm.h:678#kvmalloc_array', '7.1:include/linux/slab.h:1223#kvmalloc_array'],
    is: 'raw',
  },
  {
    name: 'vmalloc',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/vmalloc.h:72#vmalloc', '7.1:include/linux/vmalloc.h:151#vmalloc'],
    is: 'raw',
  },
  {
    name: 'vzalloc',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/vmalloc.h:73#vzalloc', '7.1:include/linux/vmalloc.h:154#vzalloc'],
    is: 'zeroed',
  },
  {
    name: 'devm_kmalloc',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/device.h:672#devm_kmalloc', '7.1:include/linux/device/devres.h:45#devm_kmalloc'],
    is: 'raw',
  },
  {
    name: 'devm_kzalloc',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/device.h:678#devm_kzalloc', '7.1:include/linux/device/devres.h:48#devm_kzalloc'],
    is: 'zeroed',
  },
  {
    name: 'devm_kcalloc',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/device.h:692#devm_kcalloc', '7.1:include/linux/device/devres.h:61#devm_kcalloc'],
    is: 'zeroed',
  },
  {
    name: 'devm_kmalloc_array',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/device.h:682#devm_kmalloc_array',
      '7.1:include/linux/device/devres.h:52#devm_kmalloc_array',
    ],
    is: 'raw',
  },
  {
    name: 'vcalloc',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:include/linux/vmalloc.h:161#vcalloc', '7.1:include/linux/vmalloc.h:202#vcalloc'],
    is: 'zeroed',
  },
  {
    name: 'vmalloc_array',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:include/linux/vmalloc.h:159#vmalloc_array', '7.1:include/linux/vmalloc.h:196#vmalloc_array'],
    is: 'raw',
  },
  {
    name: 'kmalloc_objs',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:include/linux/slab.h:1020#kmalloc_objs'],
    is: 'raw',
  },
  {
    name: 'kzalloc_objs',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:include/linux/slab.h:1041#kzalloc_objs'],
    is: 'zeroed',
  },
  {
    name: 'kvmalloc_objs',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:include/linux/slab.h:1049#kvmalloc_objs'],
    is: 'raw',
  },
  {
    name: 'kvzalloc_objs',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:include/linux/slab.h:1057#kvzalloc_objs'],
    is: 'zeroed',
  },
];

/** A call that fills a table of pages, or gives back what is in one. */
interface CountedRow {
  readonly name: string;
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
  /** The argument that says how many pages, from zero. */
  readonly at: number;
  /** What a call that fills a table gives where it got no page at all. */
  readonly none?: Sign;
}

/** How many pages calls are asked for, and how many they give back. */
export const COUNTED_ROWS: readonly CountedRow[] = [
  {
    name: 'get_user_pages',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/mm.h:1572#get_user_pages', '7.1:include/linux/mm.h:3273#get_user_pages'],
    at: 1,
    none: 'negative',
  },
  {
    name: 'get_user_pages_fast',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/mm.h:1592#get_user_pages_fast', '7.1:include/linux/mm.h:3286#get_user_pages_fast'],
    at: 1,
    none: 'negative',
  },
  {
    name: 'get_user_pages_unlocked',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/mm.h:1577#get_user_pages_unlocked',
      '7.1:include/linux/mm.h:3277#get_user_pages_unlocked',
    ],
    at: 1,
    none: 'negative',
  },
  {
    name: 'get_user_pages_remote',
    range: { since: '4.20', until: '5.9' },
    evidence: [
      '4.20:include/linux/mm.h:1568#get_user_pages_remote',
      '5.4:include/linux/mm.h:1520#get_user_pages_remote',
    ],
    at: 3,
    none: 'negative',
  },
  {
    name: 'get_user_pages_remote',
    range: { since: '5.9' },
    evidence: [
      '6.1:include/linux/mm.h:2087#get_user_pages_remote',
      '7.1:include/linux/mm.h:3234#get_user_pages_remote',
    ],
    at: 2,
    none: 'negative',
  },
  {
    name: 'pin_user_pages',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:include/linux/mm.h:2098#pin_user_pages', '7.1:include/linux/mm.h:3275#pin_user_pages'],
    at: 1,
    none: 'negative',
  },
  {
    name: 'pin_user_pages_fast',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:include/linux/mm.h:2108#pin_user_pages_fast', '7.1:include/linux/mm.h:3288#pin_user_pages_fast'],
    at: 1,
    none: 'negative',
  },
  {
    name: 'pin_user_pages_unlocked',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/mm.h:2103#pin_user_pages_unlocked',
      '7.1:include/linux/mm.h:3279#pin_user_pages_unlocked',
    ],
    at: 1,
    none: 'negative',
  },
  {
    name: 'pin_user_pages_remote',
    range: { since: '5.6', until: '5.9' },
    evidence: ['commit:eddb1c228f79', 'commit:64019a2e467a'],
    at: 3,
    none: 'negative',
  },
  {
    name: 'pin_user_pages_remote',
    range: { since: '5.9' },
    evidence: [
      '6.1:include/linux/mm.h:2091#pin_user_pages_remote',
      '6.12:include/linux/mm.h:2538#pin_user_pages_remote',
    ],
    at: 2,
    none: 'negative',
  },
  {
    name: 'find_get_pages_contig',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: [
      '4.20:include/linux/pagemap.h:363#find_get_pages_contig',
      '5.4:include/linux/pagemap.h:361#find_get_pages_contig',
    ],
    at: 2,
    none: 'zero',
  },
  {
    name: 'release_pages',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/pagemap.h:121#release_pages', '7.1:include/linux/mm.h:2171#release_pages'],
    at: 1,
  },
  {
    name: 'unpin_user_pages',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:include/linux/mm.h:1274#unpin_user_pages', '7.1:include/linux/mm.h:2239#unpin_user_pages'],
    at: 1,
  },
  {
    name: 'unpin_user_pages_dirty_lock',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/mm.h:1270#unpin_user_pages_dirty_lock',
      '7.1:include/linux/mm.h:2235#unpin_user_pages_dirty_lock',
    ],
    at: 1,
  },
];

/** A call that fills a table of pages from an iterator; its result is a number of bytes, behind an offset into the first page. */
interface BytesRow {
  readonly name: string;
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
  /** The argument that names the table, and the one that says how many pages it holds. */
  readonly table: number;
  readonly most: number;
}

export const BYTES_ROWS: readonly BytesRow[] = [
  {
    name: 'iov_iter_get_pages',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: ['4.20:lib/iov_iter.c:1254#iov_iter_get_pages', '5.4:lib/iov_iter.c:1275#iov_iter_get_pages'],
    table: 1,
    most: 3,
  },
  {
    name: 'iov_iter_get_pages2',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:lib/iov_iter.c:1495#iov_iter_get_pages2', '7.1:lib/iov_iter.c:1130#iov_iter_get_pages2'],
    table: 1,
    most: 3,
  },
  {
    name: 'iov_iter_extract_pages',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:lib/iov_iter.c:1872#iov_iter_extract_pages', '7.1:lib/iov_iter.c:1814#iov_iter_extract_pages'],
    table: 1,
    most: 3,
  },
];
