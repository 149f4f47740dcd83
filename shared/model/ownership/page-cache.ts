import type { OwnershipEntry } from '../../src/index.js';
import { RESULT, arg, entries, out } from '../operands.js';

/** What looks a page up takes a reference; names of earlier releases for giving it back. */
export const PAGE_CACHE_ROWS = [
  {
    name: 'find_get_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/pagemap.h:269#find_get_page', '7.1:include/linux/pagemap.h:858#find_get_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'find_get_page_flags',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/pagemap.h:275#find_get_page_flags',
      '7.1:include/linux/pagemap.h:864#find_get_page_flags',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'pagecache_get_page',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/pagemap.h:256#pagecache_get_page',
      '7.1:include/linux/pagemap.h:757#pagecache_get_page',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: '__filemap_get_folio',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/pagemap.h:574#__filemap_get_folio',
      '7.1:include/linux/pagemap.h:760#__filemap_get_folio',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'read_cache_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/pagemap.h:391#read_cache_page', '7.1:include/linux/pagemap.h:1003#read_cache_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'read_cache_page_gfp',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/pagemap.h:393#read_cache_page_gfp',
      '7.1:include/linux/pagemap.h:1005#read_cache_page_gfp',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'read_cache_folio',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:include/linux/pagemap.h:811#read_cache_folio', '7.1:include/linux/pagemap.h:999#read_cache_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'read_mapping_folio',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/pagemap.h:824#read_mapping_folio',
      '7.1:include/linux/pagemap.h:1014#read_mapping_folio',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'mapping_read_folio_gfp',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/linux/pagemap.h:1005#mapping_read_folio_gfp',
      '7.1:include/linux/pagemap.h:1001#mapping_read_folio_gfp',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'shmem_read_mapping_page_gfp',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/shmem_fs.h:72#shmem_read_mapping_page_gfp',
      '7.1:include/linux/shmem_fs.h:124#shmem_read_mapping_page_gfp',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'shmem_read_folio',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/linux/shmem_fs.h:151#shmem_read_folio',
      '7.1:include/linux/shmem_fs.h:180#shmem_read_folio',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'shmem_read_folio_gfp',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/linux/shmem_fs.h:148#shmem_read_folio_gfp',
      '7.1:include/linux/shmem_fs.h:177#shmem_read_folio_gfp',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'grab_cache_page_write_begin',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: [
      '4.20:include/linux/pagemap.h:379#grab_cache_page_write_begin',
      '6.12:include/linux/pagemap.h:991#grab_cache_page_write_begin',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'find_get_pages',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: ['4.20:include/linux/pagemap.h:356#find_get_pages', '5.4:include/linux/pagemap.h:354#find_get_pages'],
    acts: [{ does: 'take', unit: 'reference', on: entries(2), when: 'positive' }],
  },
  {
    name: 'find_get_pages_range',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: [
      '4.20:include/linux/pagemap.h:353#find_get_pages_range',
      '5.4:include/linux/pagemap.h:351#find_get_pages_range',
    ],
    acts: [{ does: 'take', unit: 'reference', on: entries(4), when: 'positive' }],
  },
  {
    name: 'find_get_pages_range_tag',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: [
      '4.20:include/linux/pagemap.h:365#find_get_pages_range_tag',
      '6.1:include/linux/pagemap.h:788#find_get_pages_range_tag',
    ],
    acts: [{ does: 'take', unit: 'reference', on: entries(5), when: 'positive' }],
  },
  {
    name: 'find_get_pages_contig',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: [
      '4.20:include/linux/pagemap.h:363#find_get_pages_contig',
      '5.4:include/linux/pagemap.h:361#find_get_pages_contig',
    ],
    acts: [{ does: 'take', unit: 'reference', on: entries(3), when: 'positive' }],
  },
  {
    name: 'iov_iter_get_pages',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: ['4.20:include/linux/uio.h:230#iov_iter_get_pages', '5.4:include/linux/uio.h:225#iov_iter_get_pages'],
    acts: [{ does: 'take', unit: 'reference', on: entries(1), when: 'positive' }],
  },
  {
    name: 'iov_iter_get_pages_alloc',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: [
      '4.20:include/linux/uio.h:232#iov_iter_get_pages_alloc',
      '5.4:include/linux/uio.h:227#iov_iter_get_pages_alloc',
    ],
    acts: [{ does: 'take', unit: 'reference', on: out(1), when: 'positive' }],
  },
  {
    name: 'iov_iter_get_pages_alloc2',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/uio.h:255#iov_iter_get_pages_alloc2',
      '7.1:include/linux/uio.h:305#iov_iter_get_pages_alloc2',
    ],
    acts: [{ does: 'take', unit: 'reference', on: out(1), when: 'positive' }],
  },
  {
    name: 'follow_page',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: ['4.20:include/linux/mm.h:2645#follow_page', '6.1:include/linux/mm.h:3084#follow_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'put_user_page',
    range: { since: '5.4', sinceAfter: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: ['5.4:include/linux/mm.h:1068#put_user_page'],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'put_user_pages',
    range: { since: '5.4', sinceAfter: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: ['5.4:include/linux/mm.h:1076#put_user_pages'],
    acts: [{ does: 'drop', unit: 'reference', on: entries(0), when: 'always' }],
  },
  {
    name: 'put_user_pages_dirty_lock',
    range: { since: '5.4', sinceAfter: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: ['5.4:include/linux/mm.h:1073#put_user_pages_dirty_lock'],
    acts: [{ does: 'drop', unit: 'reference', on: entries(0), when: 'always' }],
  },
  {
    name: 'page_cache_release',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:mm/swap.c:87#page_cache_release', '7.1:mm/swap.c:87#page_cache_release'],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'folio_release_kmap',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/linux/highmem.h:659#folio_release_kmap',
      '7.1:include/linux/highmem.h:779#folio_release_kmap',
    ],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'unmap_and_put_page',
    range: { since: '6.12', sinceAfter: '6.1', until: '7.1', untilAfter: '6.12' },
    evidence: ['6.12:include/linux/highmem.h:665#unmap_and_put_page'],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'putback_lru_page',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: ['4.20:mm/internal.h:93#putback_lru_page', '6.1:mm/internal.h:215#putback_lru_page'],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'vm_insert_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/mm.h:2614#vm_insert_page', '7.1:include/linux/mm.h:4540#vm_insert_page'],
    acts: [{ does: 'borrow', unit: 'reference', on: arg(2), when: 'always' }],
  },
  {
    name: 'add_to_page_cache_lru',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/pagemap.h:618#add_to_page_cache_lru',
      '7.1:include/linux/pagemap.h:1285#add_to_page_cache_lru',
    ],
    acts: [{ does: 'hand-over', unit: 'reference', on: arg(0), when: 'zero' }],
  },
  {
    name: 'filemap_add_folio',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/pagemap.h:1167#filemap_add_folio',
      '7.1:include/linux/pagemap.h:1287#filemap_add_folio',
    ],
    acts: [{ does: 'hand-over', unit: 'reference', on: arg(1), when: 'zero' }],
  },
] as const satisfies readonly OwnershipEntry[];
