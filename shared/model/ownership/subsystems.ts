import type { OwnershipEntry } from '../../src/index.js';
import { RESULT, arg, entries, out } from '../operands.js';

/** Helpers of subsystems that look up, allocate or give back pages, and calls whose counts depend on what they are given. */
export const SUBSYSTEMS_ROWS = [
  // An error pfn is left alone.
  {
    name: 'kvm_release_pfn_clean',
    range: { since: '4.20', until: '6.13' },
    evidence: [
      '4.20:virt/kvm/kvm_main.c:1679#kvm_release_pfn_clean',
      '6.12:virt/kvm/kvm_main.c:3220#kvm_release_pfn_clean',
    ],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always', acceptsError: true }],
  },
  {
    name: 'kvm_release_pfn_dirty',
    range: { since: '4.20', until: '6.13' },
    evidence: [
      '4.20:virt/kvm/kvm_main.c:1694#kvm_release_pfn_dirty',
      '6.12:virt/kvm/kvm_main.c:3244#kvm_release_pfn_dirty',
    ],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always', acceptsError: true }],
  },
  // The reference of a page that is poisoned is kept on purpose.
  {
    name: 'get_hwpoison_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/mm.h:2794#get_hwpoison_page', '7.1:mm/memory-failure.c:1506#get_hwpoison_page'],
    acts: [{ does: 'borrow', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'put_and_wait_on_page_locked',
    range: { since: '5.4', sinceAfter: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: ['5.4:include/linux/pagemap.h:537#put_and_wait_on_page_locked'],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'free_page_and_swap_cache',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: [
      '4.20:mm/swap_state.c:276#free_page_and_swap_cache',
      '6.12:mm/swap_state.c:302#free_page_and_swap_cache',
    ],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'free_folio_and_swap_cache',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:mm/swap_state.c:374#free_folio_and_swap_cache'],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'cma_release',
    range: { since: '4.20' },
    evidence: ['4.20:mm/cma.c:489#cma_release', '7.1:mm/cma.c:1017#cma_release'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(1), when: 'always' }],
  },
  {
    name: 'dma_release_from_contiguous',
    range: { since: '4.20' },
    evidence: [
      '4.20:kernel/dma/contiguous.c:211#dma_release_from_contiguous',
      '7.1:kernel/dma/contiguous.c:388#dma_release_from_contiguous',
    ],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(1), when: 'always' }],
  },
  {
    name: 'dma_free_contiguous',
    range: { since: '5.4', sinceAfter: '4.20' },
    evidence: [
      '5.4:kernel/dma/contiguous.c:264#dma_free_contiguous',
      '7.1:kernel/dma/contiguous.c:466#dma_free_contiguous',
    ],
    acts: [{ does: 'drop', unit: 'page', on: arg(1), when: 'always' }],
  },
  {
    name: 'page_endio',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: ['4.20:mm/filemap.c:1235#page_endio', '6.1:mm/filemap.c:1655#page_endio'],
    acts: [{ does: 'drop', unit: 'lock', on: arg(0), when: 'always' }],
  },
  {
    name: '__read_swap_cache_async',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:include/linux/swap.h:417#__read_swap_cache_async', '6.12:mm/swap.h:71#__read_swap_cache_async'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'make_device_exclusive_range',
    range: { since: '6.1', sinceAfter: '5.4', until: '7.1', untilAfter: '6.12' },
    evidence: [
      '6.1:include/linux/rmap.h:363#make_device_exclusive_range',
      '6.12:include/linux/rmap.h:666#make_device_exclusive_range',
    ],
    acts: [
      { does: 'take', unit: 'lock', on: entries(3), when: 'positive' },
      { does: 'take', unit: 'reference', on: entries(3), when: 'positive' },
    ],
  },
  {
    name: 'make_device_exclusive',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:include/linux/rmap.h:851#make_device_exclusive'],
    acts: [
      { does: 'take', unit: 'lock', on: RESULT, when: 'positive' },
      { does: 'take', unit: 'reference', on: RESULT, when: 'positive' },
    ],
  },
  {
    name: 'shmem_getpage',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: ['4.20:include/linux/shmem_fs.h:91#shmem_getpage', '5.4:include/linux/shmem_fs.h:94#shmem_getpage'],
    acts: [
      { does: 'take', unit: 'lock', on: out(2), when: 'zero' },
      { does: 'take', unit: 'reference', on: out(2), when: 'zero' },
    ],
  },
  {
    name: 'shmem_get_folio',
    range: { since: '6.1', sinceAfter: '5.4', until: '6.12', untilAfter: '6.1' },
    evidence: ['6.1:include/linux/shmem_fs.h:116#shmem_get_folio'],
    acts: [
      { does: 'take', unit: 'lock', on: out(2), when: 'zero' },
      { does: 'take', unit: 'reference', on: out(2), when: 'zero' },
    ],
  },
  {
    name: 'shmem_get_folio',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:include/linux/shmem_fs.h:146#shmem_get_folio', '7.1:include/linux/shmem_fs.h:175#shmem_get_folio'],
    acts: [
      { does: 'take', unit: 'lock', on: out(3), when: 'zero' },
      { does: 'take', unit: 'reference', on: out(3), when: 'zero' },
    ],
  },
  {
    name: 'alloc_pages_bulk_array',
    range: { since: '6.1', sinceAfter: '5.4', until: '7.1', untilAfter: '6.12' },
    evidence: [
      '6.1:include/linux/gfp.h:199#alloc_pages_bulk_array',
      '6.12:include/linux/gfp.h:233#alloc_pages_bulk_array',
    ],
    acts: [{ does: 'take', unit: 'page', on: entries(2), when: 'positive' }],
  },
  {
    name: 'alloc_pages_bulk_array_node',
    range: { since: '6.1', sinceAfter: '5.4', until: '7.1', untilAfter: '6.12' },
    evidence: [
      '6.1:include/linux/gfp.h:205#alloc_pages_bulk_array_node',
      '6.12:include/linux/gfp.h:246#alloc_pages_bulk_array_node',
    ],
    acts: [{ does: 'take', unit: 'page', on: entries(3), when: 'positive' }],
  },
  {
    name: 'alloc_pages_bulk',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:include/linux/gfp.h:249#alloc_pages_bulk'],
    acts: [{ does: 'take', unit: 'page', on: entries(2), when: 'positive' }],
  },
  {
    name: 'alloc_pages_bulk_node',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:include/linux/gfp.h:262#alloc_pages_bulk_node'],
    acts: [{ does: 'take', unit: 'page', on: entries(3), when: 'positive' }],
  },
  {
    name: 'get_kernel_page',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: ['4.20:include/linux/mm.h:1640#get_kernel_page', '5.4:include/linux/mm.h:1584#get_kernel_page'],
    acts: [{ does: 'take', unit: 'reference', on: entries(2), when: 'positive' }],
  },
  {
    name: 'get_kernel_pages',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: ['4.20:include/linux/mm.h:1638#get_kernel_pages', '6.1:include/linux/mm.h:2116#get_kernel_pages'],
    acts: [{ does: 'take', unit: 'reference', on: entries(3), when: 'positive' }],
  },
  {
    name: 'iomap_get_folio',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:include/linux/iomap.h:297#iomap_get_folio', '7.1:include/linux/iomap.h:359#iomap_get_folio'],
    acts: [
      { does: 'take', unit: 'lock', on: RESULT, when: 'positive' },
      { does: 'take', unit: 'reference', on: RESULT, when: 'positive' },
    ],
  },
  {
    name: 'write_begin_get_folio',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:include/linux/pagemap.h:779#write_begin_get_folio'],
    acts: [
      { does: 'take', unit: 'lock', on: RESULT, when: 'positive' },
      { does: 'take', unit: 'reference', on: RESULT, when: 'positive' },
    ],
  },
  {
    name: 'filemap_lock_hugetlb_folio',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/linux/hugetlb.h:812#filemap_lock_hugetlb_folio',
      '7.1:include/linux/hugetlb.h:819#filemap_lock_hugetlb_folio',
    ],
    acts: [
      { does: 'take', unit: 'lock', on: RESULT, when: 'positive' },
      { does: 'take', unit: 'reference', on: RESULT, when: 'positive' },
    ],
  },
  {
    name: 'readahead_page',
    range: { since: '6.1', sinceAfter: '5.4', until: '7.1', untilAfter: '6.12' },
    evidence: ['6.1:include/linux/pagemap.h:1333#readahead_page', '6.12:include/linux/pagemap.h:1458#readahead_page'],
    acts: [
      { does: 'take', unit: 'lock', on: RESULT, when: 'positive', elsewhere: true },
      { does: 'take', unit: 'reference', on: RESULT, when: 'positive' },
    ],
  },
  {
    name: 'dma_alloc_contiguous',
    range: { since: '5.4', sinceAfter: '4.20' },
    evidence: [
      '5.4:include/linux/dma-contiguous.h:115#dma_alloc_contiguous',
      '7.1:include/linux/dma-map-ops.h:105#dma_alloc_contiguous',
    ],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'alloc_huge_page_node',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: [
      '4.20:include/linux/hugetlb.h:406#alloc_huge_page_node',
      '5.4:include/linux/hugetlb.h:355#alloc_huge_page_node',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'memfd_alloc_folio',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:include/linux/memfd.h:9#memfd_alloc_folio', '7.1:include/linux/memfd.h:11#memfd_alloc_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'flush_metapage',
    range: { since: '4.20' },
    evidence: ['4.20:fs/jfs/jfs_metapage.h:91#flush_metapage', '7.1:fs/jfs/jfs_metapage.h:78#flush_metapage'],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'dma_alloc_from_contiguous',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/dma-contiguous.h:114#dma_alloc_from_contiguous',
      '7.1:include/linux/dma-map-ops.h:101#dma_alloc_from_contiguous',
    ],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'cma_alloc',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/cma.h:35#cma_alloc', '7.1:include/linux/cma.h:50#cma_alloc'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'dma_alloc_pages',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/dma-mapping.h:308#dma_alloc_pages',
      '7.1:include/linux/dma-mapping.h:499#dma_alloc_pages',
    ],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'dma_free_pages',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/dma-mapping.h:310#dma_free_pages',
      '7.1:include/linux/dma-mapping.h:501#dma_free_pages',
    ],
    acts: [{ does: 'drop', unit: 'page', on: arg(2), when: 'always' }],
  },
  {
    name: 'drm_gem_get_pages',
    range: { since: '4.20' },
    evidence: [
      '4.20:drivers/gpu/drm/drm_gem.c:544#drm_gem_get_pages',
      '7.1:drivers/gpu/drm/drm_gem.c:665#drm_gem_get_pages',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'drm_gem_put_pages',
    range: { since: '4.20' },
    evidence: [
      '4.20:drivers/gpu/drm/drm_gem.c:598#drm_gem_put_pages',
      '7.1:drivers/gpu/drm/drm_gem.c:740#drm_gem_put_pages',
    ],
    acts: [{ does: 'drop', unit: 'reference', on: arg(1), when: 'always' }],
  },
  {
    name: 'balloon_page_alloc',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/balloon_compaction.h:71#balloon_page_alloc',
      '7.1:include/linux/balloon.h:61#balloon_page_alloc',
    ],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'balloon_page_dequeue',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/balloon_compaction.h:74#balloon_page_dequeue',
      '7.1:include/linux/balloon.h:64#balloon_page_dequeue',
    ],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'alloc_zeroed_user_highpage_movable',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: [
      '4.20:include/linux/highmem.h:181#alloc_zeroed_user_highpage_movable',
      '6.1:include/linux/highmem.h:227#alloc_zeroed_user_highpage_movable',
    ],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'vma_alloc_zeroed_movable_folio',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/linux/highmem.h:224#vma_alloc_zeroed_movable_folio',
      '7.1:include/linux/highmem.h:320#vma_alloc_zeroed_movable_folio',
    ],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'read_swap_cache_async',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/swap.h:414#read_swap_cache_async', '7.1:mm/swap_state.c:593#read_swap_cache_async'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'lookup_swap_cache',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: ['4.20:include/linux/swap.h:411#lookup_swap_cache', '5.4:include/linux/swap.h:417#lookup_swap_cache'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'swap_cache_get_folio',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:mm/swap_state.c:328#swap_cache_get_folio', '7.1:mm/swap_state.c:87#swap_cache_get_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'swapin_readahead',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/swap.h:422#swapin_readahead', '7.1:mm/swap_state.c:891#swapin_readahead'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'get_dump_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/mm.h:1641#get_dump_page', '7.1:include/linux/mm.h:3297#get_dump_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'alloc_huge_page',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: ['4.20:include/linux/hugetlb.h:404#alloc_huge_page', '6.1:include/linux/hugetlb.h:731#alloc_huge_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'alloc_hugetlb_folio',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/linux/hugetlb.h:693#alloc_hugetlb_folio',
      '7.1:include/linux/hugetlb.h:694#alloc_hugetlb_folio',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'alloc_huge_page_nodemask',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: [
      '4.20:include/linux/hugetlb.h:407#alloc_huge_page_nodemask',
      '6.1:include/linux/hugetlb.h:733#alloc_huge_page_nodemask',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'alloc_hugetlb_folio_nodemask',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/linux/hugetlb.h:695#alloc_hugetlb_folio_nodemask',
      '7.1:include/linux/hugetlb.h:696#alloc_hugetlb_folio_nodemask',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'alloc_huge_page_vma',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: [
      '4.20:include/linux/hugetlb.h:409#alloc_huge_page_vma',
      '6.1:include/linux/hugetlb.h:735#alloc_huge_page_vma',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'free_huge_page',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: ['4.20:include/linux/hugetlb.h:142#free_huge_page', '6.1:include/linux/hugetlb.h:189#free_huge_page'],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'free_huge_folio',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:include/linux/hugetlb.h:23#free_huge_folio', '7.1:include/linux/hugetlb.h:22#free_huge_folio'],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'io_pin_pages',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:io_uring/io_uring.h:43#io_pin_pages', '7.1:io_uring/memmap.h:10#io_pin_pages'],
    acts: [{ does: 'take', unit: 'pin', on: RESULT, when: 'positive' }],
  },
  {
    name: 'ntfs_map_page',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: ['4.20:fs/ntfs/aops.h:86#ntfs_map_page', '6.1:fs/ntfs3/ntfs_fs.h:904#ntfs_map_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'ntfs_unmap_page',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: ['4.20:fs/ntfs/aops.h:40#ntfs_unmap_page', '6.1:fs/ntfs3/ntfs_fs.h:898#ntfs_unmap_page'],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'nilfs_get_page',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: ['4.20:fs/nilfs2/dir.c:189#nilfs_get_page', '6.1:fs/nilfs2/dir.c:189#nilfs_get_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'nilfs_put_page',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: ['4.20:fs/nilfs2/dir.c:67#nilfs_put_page', '6.1:fs/nilfs2/nilfs.h:246#nilfs_put_page'],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'nilfs_get_folio',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:fs/nilfs2/dir.c:186#nilfs_get_folio', '7.1:fs/nilfs2/dir.c:187#nilfs_get_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'nilfs_grab_buffer',
    range: { since: '4.20' },
    evidence: ['4.20:fs/nilfs2/page.h:35#nilfs_grab_buffer', '7.1:fs/nilfs2/page.h:35#nilfs_grab_buffer'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'sgl_alloc',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/scatterlist.h:286#sgl_alloc', '7.1:include/linux/scatterlist.h:509#sgl_alloc'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'sgl_alloc_order',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/scatterlist.h:283#sgl_alloc_order',
      '7.1:include/linux/scatterlist.h:506#sgl_alloc_order',
    ],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'sgl_free',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/scatterlist.h:290#sgl_free', '7.1:include/linux/scatterlist.h:513#sgl_free'],
    acts: [{ does: 'drop', unit: 'page', on: arg(0), when: 'always' }],
  },
  {
    name: 'sgl_free_order',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/scatterlist.h:289#sgl_free_order',
      '7.1:include/linux/scatterlist.h:512#sgl_free_order',
    ],
    acts: [{ does: 'drop', unit: 'page', on: arg(0), when: 'always' }],
  },
  {
    name: 'pagetable_alloc',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:include/linux/mm.h:2952#pagetable_alloc', '7.1:include/linux/mm.h:3694#pagetable_alloc'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'pagetable_free',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:include/linux/mm.h:2961#pagetable_free', '7.1:include/linux/mm.h:3718#pagetable_free'],
    acts: [{ does: 'drop', unit: 'page', on: arg(0), when: 'always' }],
  },
  {
    name: 'erofs_allocpage',
    range: { since: '4.20' },
    evidence: [
      '4.20:drivers/staging/erofs/internal.h:592#erofs_allocpage',
      '7.1:fs/erofs/internal.h:499#erofs_allocpage',
    ],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'page_pool_put_netmem',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/net/page_pool/helpers.h:311#page_pool_put_netmem',
      '7.1:include/net/page_pool/helpers.h:331#page_pool_put_netmem',
    ],
    acts: [{ does: 'drop', unit: 'page-pool', on: arg(1), when: 'always' }],
  },
  {
    name: 'page_pool_put_full_netmem',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/net/page_pool/helpers.h:349#page_pool_put_full_netmem',
      '7.1:include/net/page_pool/helpers.h:369#page_pool_put_full_netmem',
    ],
    acts: [{ does: 'drop', unit: 'page-pool', on: arg(1), when: 'always' }],
  },
  {
    name: 'page_pool_alloc_netmems',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/net/page_pool/types.h:256#page_pool_alloc_netmems',
      '7.1:include/net/page_pool/types.h:265#page_pool_alloc_netmems',
    ],
    acts: [{ does: 'take', unit: 'page-pool', on: RESULT, when: 'positive' }],
  },
  {
    name: 'page_pool_dev_alloc_netmems',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:include/net/page_pool/helpers.h:156#page_pool_dev_alloc_netmems'],
    acts: [{ does: 'take', unit: 'page-pool', on: RESULT, when: 'positive' }],
  },
  {
    name: 'page_pool_dev_alloc',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/net/page_pool/helpers.h:161#page_pool_dev_alloc',
      '7.1:include/net/page_pool/helpers.h:182#page_pool_dev_alloc',
    ],
    acts: [{ does: 'take', unit: 'page-pool', on: RESULT, when: 'positive' }],
  },
  {
    name: 'page_pool_dev_alloc_va',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/net/page_pool/helpers.h:196#page_pool_dev_alloc_va',
      '7.1:include/net/page_pool/helpers.h:216#page_pool_dev_alloc_va',
    ],
    acts: [{ does: 'take', unit: 'page-pool', on: RESULT, when: 'positive' }],
  },
  {
    name: 'page_pool_alloc_va',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/net/page_pool/helpers.h:170#page_pool_alloc_va',
      '7.1:include/net/page_pool/helpers.h:191#page_pool_alloc_va',
    ],
    acts: [{ does: 'take', unit: 'page-pool', on: RESULT, when: 'positive' }],
  },
  {
    name: 'page_pool_free_va',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/net/page_pool/helpers.h:396#page_pool_free_va',
      '7.1:include/net/page_pool/helpers.h:422#page_pool_free_va',
    ],
    acts: [{ does: 'drop', unit: 'page-pool', on: arg(1), when: 'always' }],
  },
  {
    name: 'find_get_incore_page',
    range: { since: '6.1', sinceAfter: '5.4', until: '6.12', untilAfter: '6.1' },
    evidence: ['6.1:mm/swap_state.c:385#find_get_incore_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'filemap_get_incore_folio',
    range: { since: '6.12', sinceAfter: '6.1', until: '7.1', untilAfter: '6.12' },
    evidence: ['6.12:mm/swap_state.c:404#filemap_get_incore_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'find_lock_entry',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: ['4.20:include/linux/pagemap.h:349#find_lock_entry', '5.4:include/linux/pagemap.h:347#find_lock_entry'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'find_get_entry',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/pagemap.h:348#find_get_entry', '7.1:mm/filemap.c:2061#find_get_entry'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'ksm_get_folio',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:mm/ksm.c:885#ksm_get_folio', '7.1:mm/ksm.c:949#ksm_get_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'get_ksm_page',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: ['4.20:mm/ksm.c:719#get_ksm_page', '6.1:mm/ksm.c:665#get_ksm_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'alloc_page_interleave',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: ['4.20:mm/mempolicy.c:1983#alloc_page_interleave', '6.1:mm/mempolicy.c:2112#alloc_page_interleave'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_new_inode_page',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:fs/f2fs/node.c:1192#f2fs_new_inode_page', '6.12:fs/f2fs/node.c:1330#f2fs_new_inode_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_new_inode_folio',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:fs/f2fs/node.c:1369#f2fs_new_inode_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_new_node_page',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:fs/f2fs/node.c:1203#f2fs_new_node_page', '6.12:fs/f2fs/node.c:1341#f2fs_new_node_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_new_node_folio',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:fs/f2fs/node.c:1380#f2fs_new_node_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_get_inode_folio',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:fs/f2fs/node.c:1626#f2fs_get_inode_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_get_node_folio',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:fs/f2fs/node.c:1620#f2fs_get_node_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_get_xnode_folio',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:fs/f2fs/node.c:1631#f2fs_get_xnode_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_get_meta_folio',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:fs/f2fs/checkpoint.c:307#f2fs_get_meta_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_get_tmp_folio',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:fs/f2fs/checkpoint.c:329#f2fs_get_tmp_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_grab_meta_page',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:fs/f2fs/checkpoint.c:37#f2fs_grab_meta_page', '6.12:fs/f2fs/checkpoint.c:41#f2fs_grab_meta_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_grab_meta_folio',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:fs/f2fs/checkpoint.c:238#f2fs_grab_meta_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_grab_cache_folio',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:fs/f2fs/f2fs.h:3031#f2fs_grab_cache_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_get_read_data_page',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:fs/f2fs/data.c:733#f2fs_get_read_data_page', '6.12:fs/f2fs/f2fs.h:3991#f2fs_get_read_data_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_get_read_data_folio',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:fs/f2fs/data.c:1299#f2fs_get_read_data_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_get_lock_data_folio',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:fs/f2fs/data.c:1417#f2fs_get_lock_data_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_find_data_folio',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:fs/f2fs/data.c:1383#f2fs_find_data_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_get_new_data_folio',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:fs/f2fs/data.c:1445#f2fs_get_new_data_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_filemap_get_folio',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:fs/f2fs/f2fs.h:3063#f2fs_filemap_get_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_pagecache_get_page',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:fs/f2fs/f2fs.h:2064#f2fs_pagecache_get_page', '6.12:fs/f2fs/f2fs.h:2899#f2fs_pagecache_get_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_get_sum_page',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:fs/f2fs/segment.c:2244#f2fs_get_sum_page', '6.12:fs/f2fs/segment.c:2629#f2fs_get_sum_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_get_sum_folio',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:fs/f2fs/segment.c:2708#f2fs_get_sum_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_compress_alloc_page',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:fs/f2fs/compress.c:603#f2fs_compress_alloc_page',
      '7.1:fs/f2fs/compress.c:580#f2fs_compress_alloc_page',
    ],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_compress_free_page',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:fs/f2fs/compress.c:613#f2fs_compress_free_page',
      '7.1:fs/f2fs/compress.c:590#f2fs_compress_free_page',
    ],
    acts: [{ does: 'drop', unit: 'page', on: arg(0), when: 'always' }],
  },
  {
    name: 'fscrypt_alloc_bounce_page',
    range: { since: '4.20' },
    evidence: [
      '4.20:fs/crypto/crypto.c:192#fscrypt_alloc_bounce_page',
      '7.1:fs/crypto/crypto.c:52#fscrypt_alloc_bounce_page',
    ],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'fscrypt_free_bounce_page',
    range: { since: '5.4', sinceAfter: '4.20' },
    evidence: [
      '5.4:include/linux/fscrypt.h:133#fscrypt_free_bounce_page',
      '7.1:include/linux/fscrypt.h:380#fscrypt_free_bounce_page',
    ],
    acts: [{ does: 'drop', unit: 'page', on: arg(0), when: 'always' }],
  },
  {
    name: 'fscrypt_encrypt_pagecache_blocks',
    range: { since: '5.4', sinceAfter: '4.20' },
    evidence: [
      '5.4:include/linux/fscrypt.h:108#fscrypt_encrypt_pagecache_blocks',
      '7.1:include/linux/fscrypt.h:347#fscrypt_encrypt_pagecache_blocks',
    ],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'ocfs2_unlock_and_free_pages',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: [
      '4.20:fs/ocfs2/aops.c:803#ocfs2_unlock_and_free_pages',
      '6.12:fs/ocfs2/aops.c:776#ocfs2_unlock_and_free_pages',
    ],
    acts: [{ does: 'drop', unit: 'reference', on: entries(0), when: 'always' }],
  },
  {
    name: 'gmap_alloc_crst',
    range: { since: '6.12', sinceAfter: '6.1', until: '7.1', untilAfter: '6.12' },
    evidence: ['6.12:arch/s390/mm/gmap.c:29#gmap_alloc_crst'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'folio_get_nontail_page',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/linux/mm.h:1160#folio_get_nontail_page',
      '7.1:include/linux/mm.h:1825#folio_get_nontail_page',
    ],
    acts: [{ does: 'borrow', unit: 'reference', on: RESULT, when: 'always' }],
  },
  {
    name: 'iov_iter_extract_pages',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/linux/uio.h:381#iov_iter_extract_pages',
      '7.1:include/linux/uio.h:388#iov_iter_extract_pages',
    ],
    acts: [{ does: 'borrow', unit: 'pin', on: out(1), when: 'always' }],
  },
] as const satisfies readonly OwnershipEntry[];
