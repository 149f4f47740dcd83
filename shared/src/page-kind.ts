/**
 * A page kind is one kind of thing a pfn can turn out to be. A kind set is a bit set over them, one 32-bit integer.
 * The names are kernel terms; what each kind is like in a release is in shared/model/page-kinds.ts.
 */
export const PAGE_KINDS = [
  'buddy', // anonymous, page cache, shmem, hugetlb: the ordinary case
  'slab', // slab or large kmalloc memory
  'kernel-alloc', // other alloc_pages() users: drivers, vmalloc backing
  'boot-reserved', // memblock reserved, kernel text and data, initrd, firmware tables
  'zero-page', // ZERO_PAGE: reserved and refcounted
  'kernel-image-user', // vDSO and the like: kernel image pages mapped to user space
  'boot-page-table', // vmemmap or page-table page from memblock
  'page-table', // vmemmap or page-table page allocated at run time
  'altmap', // memmap storage inside a device range
  'offline', // hot-added, never onlined: struct page not initialised
  'offlined', // onlined once, then offlined
  'page-offline', // PageOffline: balloon, hotplug being initialised
  'hwpoison', // RAM with a hardware error
  'no-struct-page', // MMIO, or RAM hidden by mem=
  'hole', // MMIO or a hole with a struct page
  'guest-memfd', // KVM private memory
  'secretmem',
  'device-private',
  'device-public',
  'device-coherent',
  'fs-dax',
  'device-dax', // untyped in 4.20, DEVDAX 5.3, GENERIC 5.9
  'pci-p2pdma',
  'xen-unpopulated', // GENERIC pages of the Xen unpopulated allocator
  'hmm-devmem', // 4.20 wrapper over PRIVATE and PUBLIC
] as const;

export type PageKind = (typeof PAGE_KINDS)[number];

/** Bit set over PAGE_KINDS; bit i is PAGE_KINDS[i]. */
export type KindSet = number;

const BIT = new Map<PageKind, number>(PAGE_KINDS.map((kind, index) => [kind, 1 << index]));

export function kindSet(kinds: Iterable<PageKind>): KindSet {
  let set = 0;
  for (const kind of kinds) set |= BIT.get(kind) ?? 0;
  return set;
}

export function kindsIn(set: KindSet): PageKind[] {
  return PAGE_KINDS.filter((kind) => (set & (BIT.get(kind) ?? 0)) !== 0);
}

export const NO_KIND: KindSet = 0;
export const ANY_KIND: KindSet = kindSet(PAGE_KINDS);

/** Pages of a dev_pagemap that somebody outside the pgmap's owner can hold. The altmap storage is not among them. */
export const ZONE_DEVICE_KINDS = [
  'device-private',
  'device-public',
  'device-coherent',
  'fs-dax',
  'device-dax',
  'pci-p2pdma',
  'xen-unpopulated',
  'hmm-devmem',
] as const satisfies readonly PageKind[];
export const ZONE_DEVICE: KindSet = kindSet(ZONE_DEVICE_KINDS);
/** Everything whose struct page says ZONE_DEVICE: those pages, and the memmap storage in front of them. */
export const IN_ZONE_DEVICE: KindSet = ZONE_DEVICE | kindSet(['altmap']);
