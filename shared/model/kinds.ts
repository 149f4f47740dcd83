import type { PageKind, PerKind, Release } from '../src/index.js';
import { ZONE_DEVICE_KINDS } from '../src/index.js';

/**
 * Groups of page kinds that several facts share. A kind that a release does not have (device-coherent before 6.0) may stand
 * in a group all the same: resolving a model drops it.
 */

/** RAM that the kernel runs on, whoever uses it; its section is online. */
export const ONLINE_RAM_KINDS = [
  'buddy',
  'slab',
  'kernel-alloc',
  'boot-reserved',
  'zero-page',
  'kernel-image-user',
  'boot-page-table',
  'page-table',
  'page-offline',
  'hwpoison',
  'guest-memfd',
  'secretmem',
] as const satisfies readonly PageKind[];

/** What pfn_to_online_page() can give: holes inside an online section slip through. */
export const ONLINE_SECTION_KINDS = [...ONLINE_RAM_KINDS, 'hole'] as const satisfies readonly PageKind[];

/** What lies in a "System RAM" resource: memory that is offline at the moment is still listed there. */
export const SYSTEM_RAM_KINDS = [...ONLINE_RAM_KINDS, 'offline', 'offlined'] as const satisfies readonly PageKind[];

/** Memory a pointer to a kernel object (`struct foo *` other than page and folio) points into. */
export const KERNEL_OBJECT_KINDS = [
  'buddy',
  'slab',
  'kernel-alloc',
  'boot-reserved',
  'boot-page-table',
] as const satisfies readonly PageKind[];

/** Memory with an address in the direct map: what `virt_to_page()` of a bare address can be. */
export const DIRECT_MAP_KINDS = [
  ...ONLINE_RAM_KINDS.filter((kind) => kind !== 'secretmem'),
  'altmap',
  'offlined',
  'device-public',
  'device-coherent',
  'fs-dax',
  'device-dax',
  'pci-p2pdma',
  'xen-unpopulated',
  'hmm-devmem',
] as const satisfies readonly PageKind[];

/** Backing of vmalloc and vmap areas; an ioremap() area may have no struct pages. */
export const VMALLOC_KINDS = [
  ...ONLINE_RAM_KINDS,
  'altmap',
  'hole',
  'device-public',
  'device-coherent',
  'fs-dax',
  'device-dax',
  'pci-p2pdma',
  'xen-unpopulated',
  'hmm-devmem',
] as const satisfies readonly PageKind[];

/** What an entry of the kernel's own page tables can name. */
export const KERNEL_PTE_KINDS = [...VMALLOC_KINDS, 'offlined', 'no-struct-page'] as const satisfies readonly PageKind[];

/** What a present entry of a user page table can name, VM_PFNMAP and VM_MIXEDMAP mappings included. */
export const USER_PTE_KINDS = [
  'buddy',
  'kernel-alloc',
  'boot-reserved',
  'zero-page',
  'kernel-image-user',
  'no-struct-page',
  'hole',
  'guest-memfd',
  'secretmem',
  'device-public',
  'device-coherent',
  'fs-dax',
  'device-dax',
  'pci-p2pdma',
  'xen-unpopulated',
  'hmm-devmem',
] as const satisfies readonly PageKind[];

/** What a raw lookup of a pfn (follow_pfn and its successors, KVM) can meet: /dev/mem maps kernel memory as well. */
export const RAW_PFN_KINDS = [
  ...USER_PTE_KINDS,
  'slab',
  'boot-page-table',
  'page-table',
  'page-offline',
] as const satisfies readonly PageKind[];

/** What get_user_pages() and pin_user_pages() give out. */
export const USER_MAPPED_KINDS = [
  'buddy',
  'kernel-alloc',
  'zero-page',
  'kernel-image-user',
  'guest-memfd',
  'device-public',
  'device-coherent',
  'fs-dax',
  'device-dax',
  'pci-p2pdma',
  'hmm-devmem',
] as const satisfies readonly PageKind[];

/** P2PDMA memory can be mapped, and got with FOLL_PCI_P2PDMA, from 6.2; guest_memfd can be mapped in 7.1 (not in 6.12). */
export const USER_MAPPED_SINCE = {
  'pci-p2pdma': '6.2',
  'guest-memfd': '7.1',
} as const satisfies Partial<Record<PageKind, Release>>;

/** The same without FOLL_PCI_P2PDMA: KVM, core dumps and most others never pass it. */
export const PLAIN_GUP_KINDS = USER_MAPPED_KINDS.filter((kind) => kind !== 'pci-p2pdma');

/** What a pin for long gives: no file system on dax, no coherent memory, no P2PDMA memory. */
export const LONGTERM_KINDS = [
  'buddy',
  'kernel-alloc',
  'zero-page',
  'kernel-image-user',
  'guest-memfd',
  'device-public',
  'device-dax',
  'hmm-devmem',
] as const satisfies readonly PageKind[];

/** VFIO's pfns: a long-term pin, or whatever a VM_PFNMAP area holds. */
export const VFIO_PFN_KINDS = [
  ...LONGTERM_KINDS,
  'slab',
  'boot-reserved',
  'no-struct-page',
  'hole',
  'pci-p2pdma',
  'xen-unpopulated',
] as const satisfies readonly PageKind[];

/** Pages that are mapped in the normal, refcounted way, dax aside. */
export const NORMAL_PTE_KINDS = [
  'buddy',
  'kernel-alloc',
  'boot-reserved',
  'kernel-image-user',
  'guest-memfd',
  'secretmem',
  'device-coherent',
  'pci-p2pdma',
] as const satisfies readonly PageKind[];

/** From 6.15 dax pages are mapped in the normal way too. */
export const NORMAL_PTE_KINDS_WITH_DAX = [
  ...NORMAL_PTE_KINDS,
  'fs-dax',
  'device-dax',
] as const satisfies readonly PageKind[];

/** The page cache holds ordinary pages only; dax mappings keep values there instead of pages. */
export const PAGE_CACHE_KINDS = ['buddy', 'guest-memfd', 'secretmem'] as const satisfies readonly PageKind[];

/** What a page allocation gives its owner. */
export const ALLOCATED_KINDS = ['buddy', 'kernel-alloc'] as const satisfies readonly PageKind[];

/** What is_zone_device_page() and its relatives answer. */
export const IN_ZONE_DEVICE = {
  yes: [...ZONE_DEVICE_KINDS, 'altmap'],
  otherwise: 'no',
} as const satisfies PerKind;

const ALWAYS_RESERVED = [
  'boot-reserved',
  'zero-page',
  'kernel-image-user',
  'boot-page-table',
  'altmap',
  ...ZONE_DEVICE_KINDS,
] as const satisfies readonly PageKind[];

/** Drivers set the bit by hand; the flags of memory that was never onlined must not be read; without a page there is no bit. */
const RESERVED_UNKNOWN = ['kernel-alloc', 'offline', 'no-struct-page'] as const satisfies readonly PageKind[];

/** The reserved bit by kind. Offlining set it until 5.6, holes have it from 5.7, hot-added memory had it until 6.11. */
export const RESERVED_TO_5_5 = {
  yes: [...ALWAYS_RESERVED, 'offlined', 'page-offline'],
  maybe: RESERVED_UNKNOWN,
  otherwise: 'no',
} as const satisfies PerKind;
export const RESERVED_5_6 = {
  yes: [...ALWAYS_RESERVED, 'page-offline'],
  maybe: RESERVED_UNKNOWN,
  otherwise: 'no',
} as const satisfies PerKind;
export const RESERVED_5_7_TO_6_10 = {
  yes: [...ALWAYS_RESERVED, 'hole', 'page-offline'],
  maybe: RESERVED_UNKNOWN,
  otherwise: 'no',
} as const satisfies PerKind;
export const RESERVED_FROM_6_11 = {
  yes: [...ALWAYS_RESERVED, 'hole'],
  maybe: RESERVED_UNKNOWN,
  otherwise: 'no',
} as const satisfies PerKind;

/** RAM that is reserved in every release; the zero page stands apart, because it is refcounted. */
const RESERVED_RAM = ['boot-reserved', 'kernel-image-user', 'boot-page-table'] as const satisfies readonly PageKind[];
/** Not reserved in some release, reserved in another, or not known. */
const RESERVED_BY_RELEASE = [
  'kernel-alloc',
  'offline',
  'offlined',
  'page-offline',
  'hole',
] as const satisfies readonly PageKind[];

/** For which kinds KVM moves the reference count of a pfn's page: before 5.4 for no reserved page at all. */
export const KVM_COUNTS_TO_5_3 = {
  no: [...RESERVED_RAM, 'zero-page', 'altmap', 'no-struct-page', ...ZONE_DEVICE_KINDS],
  maybe: RESERVED_BY_RELEASE,
  otherwise: 'yes',
} as const satisfies PerKind;
/** From 5.4 ZONE_DEVICE is exempted. */
export const KVM_COUNTS_5_4_TO_5_19 = {
  no: [...RESERVED_RAM, 'zero-page', 'no-struct-page'],
  maybe: [...RESERVED_BY_RELEASE, 'altmap'],
  otherwise: 'yes',
} as const satisfies PerKind;
/** From 6.0 the zero page is exempted as well. */
export const KVM_COUNTS_FROM_6_0 = {
  no: [...RESERVED_RAM, 'no-struct-page'],
  maybe: [...RESERVED_BY_RELEASE, 'altmap'],
  otherwise: 'yes',
} as const satisfies PerKind;
/** KVM's counts upside down: where "true" means hands off. */
export const KVM_RESERVED_TO_5_3 = {
  yes: KVM_COUNTS_TO_5_3.no,
  maybe: RESERVED_BY_RELEASE,
  otherwise: 'no',
} as const satisfies PerKind;
export const KVM_RESERVED_5_4_TO_5_19 = {
  yes: KVM_COUNTS_5_4_TO_5_19.no,
  maybe: KVM_COUNTS_5_4_TO_5_19.maybe,
  otherwise: 'no',
} as const satisfies PerKind;

/** A bare test of the reserved bit behind pfn_valid(), as VFIO has it: true also where there is no struct page. */
export const INVALID_OR_RESERVED = {
  yes: KVM_COUNTS_TO_5_3.no,
  maybe: RESERVED_BY_RELEASE,
  otherwise: 'no',
} as const satisfies PerKind;
/** The other side of the same test. */
export const NOT_RESERVED = KVM_COUNTS_TO_5_3;

/** Host memory types: dax is mapped write-back like RAM, so it is not "uncached"; of MMIO and BARs one can't know. */
export const UNCACHED_MEMORY = {
  no: [
    'buddy',
    'slab',
    'zero-page',
    'kernel-image-user',
    'page-table',
    'guest-memfd',
    'secretmem',
    'device-coherent',
    'device-public',
    'device-private',
    'fs-dax',
    'device-dax',
  ],
  otherwise: 'maybe',
} as const satisfies PerKind;

/** In a System RAM resource or in memblock.memory. Firmware tables and no-map areas are boot-reserved, but may lie outside. */
export const IN_RAM = {
  yes: SYSTEM_RAM_KINDS.filter((kind) => kind !== 'boot-reserved'),
  maybe: ['boot-reserved'],
  otherwise: 'no',
} as const satisfies PerKind;

/** Answers "perhaps" for these kinds, and no for all others. */
export function perhaps(...kinds: readonly PageKind[]): PerKind {
  return { maybe: kinds, otherwise: 'no' };
}

/** Answers yes for these kinds, and no for all others. */
export function exactly(...kinds: readonly PageKind[]): PerKind {
  return { yes: kinds, otherwise: 'no' };
}

/** When dax pages began to come out of the vm_normal_*() family. */
export const DAX_NORMAL_FROM_6_15 = {
  ...USER_MAPPED_SINCE,
  'fs-dax': '6.15',
  'device-dax': '6.15',
} as const satisfies Partial<Record<PageKind, Release>>;
/** The pmd forms skip the devmap test for VM_MIXEDMAP areas, and virtiofs dax areas are VM_MIXEDMAP from 5.10. */
export const DAX_NORMAL_PMD = {
  ...DAX_NORMAL_FROM_6_15,
  'fs-dax': '5.10',
} as const satisfies Partial<Record<PageKind, Release>>;

/** Memory behind a dax device; some drivers have no struct pages. */
export const DAX_DEVICE_KINDS = [
  'fs-dax',
  'device-dax',
  'no-struct-page',
  'kernel-alloc',
] as const satisfies readonly PageKind[];

/** Which guest pfns come with a reference: whatever GUP gave; in raw pfn mappings it depends. */
export const GFN_ACQUIRES = {
  no: ['boot-reserved', 'boot-page-table', 'no-struct-page', 'hole'],
  maybe: ['slab', 'page-table', 'page-offline', 'pci-p2pdma', 'xen-unpopulated'],
  otherwise: 'yes',
} as const satisfies PerKind;

/** What KVM's gfn_to_page() gave before 6.13: ZONE_DEVICE from 5.4 and the zero page from 6.0; other reserved pages are errors. */
export const KVM_PAGE_KINDS = [
  'buddy',
  'slab',
  'kernel-alloc',
  'zero-page',
  'device-coherent',
  'fs-dax',
  'device-dax',
  'pci-p2pdma',
  'xen-unpopulated',
] as const satisfies readonly PageKind[];
export const KVM_PAGE_SINCE = {
  'zero-page': '6.0',
  'fs-dax': '5.4',
  'device-dax': '5.4',
  'pci-p2pdma': '5.4',
} as const satisfies Partial<Record<PageKind, Release>>;

/** Pages that kvm_pfn_to_refcounted_page() says take part in reference counting. */
export const KVM_REFCOUNTED_KINDS = [
  'buddy',
  'slab',
  'kernel-alloc',
  'zero-page',
  'page-table',
  'offlined',
  'page-offline',
  'hwpoison',
  'guest-memfd',
  'secretmem',
  'altmap',
  ...ZONE_DEVICE_KINDS,
] as const satisfies readonly PageKind[];

/** The other side of IN_RAM. */
export const NOT_IN_RAM = {
  no: IN_RAM.yes,
  maybe: IN_RAM.maybe,
  otherwise: 'yes',
} as const satisfies PerKind;
