import type { BareDirtySetter, NamesInRange } from '../src/index.js';

/** Pages of user memory: what gives them, and what sets their dirty bit without telling whose memory it is. */

/** Calls that give pages of user memory, referenced or pinned; an iterator may be over kernel memory too. */
export const USER_PAGE_SOURCES = [
  {
    names: [
      'get_user_pages',
      'get_user_pages_remote',
      'get_user_pages_locked',
      'get_user_pages_unlocked',
      'get_user_pages_fast',
      '__get_user_pages_fast',
      'get_user_pages_fast_only',
      'get_user_page_fast_only',
      'get_user_pages_longterm',
      'get_user_page_vma_remote',
      'pin_user_pages',
      'pin_user_pages_remote',
      'pin_user_pages_locked',
      'pin_user_pages_unlocked',
      'pin_user_pages_fast',
      'pin_user_pages_fast_only',
      'iov_iter_get_pages',
      'iov_iter_get_pages_alloc',
      'iov_iter_get_pages2',
      'iov_iter_get_pages_alloc2',
      'iov_iter_extract_pages',
    ],
    range: { since: '4.20' },
    evidence: ['4.20:mm/gup.c:1119#get_user_pages', '6.12:lib/iov_iter.c:1872#iov_iter_extract_pages'],
  },
] as const satisfies readonly NamesInRange[];

/**
 * Macros of page-flags.h that set the bit and nothing else: the mapping of a page of a file is not told, so the page may
 * be thrown away, or its buffers written without it. set_page_dirty_lock() and folio_mark_dirty() tell it.
 */
export const BARE_DIRTY = [
  {
    name: 'SetPageDirty',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/page-flags.h:287#Dirty', '7.1:include/linux/page-flags.h:550#Dirty'],
  },
  {
    name: 'TestSetPageDirty',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/page-flags.h:287#TESTSCFLAG', '7.1:include/linux/page-flags.h:550#TESTSCFLAG'],
  },
  {
    name: 'folio_set_dirty',
    range: { since: '5.16' },
    evidence: ['6.1:include/linux/page-flags.h:479#dirty', '7.1:include/linux/page-flags.h:550#dirty'],
  },
  {
    name: 'folio_test_set_dirty',
    range: { since: '5.16' },
    evidence: ['6.1:include/linux/page-flags.h:479#dirty', '7.1:include/linux/page-flags.h:550#dirty'],
  },
] as const satisfies readonly BareDirtySetter[];

/** Questions whether a page is anonymous: who asks knows of pages of files, whose mapping is then not meant. */
export const ANONYMOUS_TESTS = [
  {
    names: ['PageAnon', 'PageSwapBacked', 'PageSwapCache', 'PageKsm'],
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/page-flags.h:428#PageAnon', '6.12:include/linux/page-flags.h:699#PageAnon'],
  },
  {
    names: ['folio_test_anon', 'folio_test_swapbacked', 'folio_test_swapcache', 'folio_test_ksm'],
    range: { since: '5.16' },
    evidence: ['6.12:include/linux/page-flags.h:694#folio_test_anon'],
  },
] as const satisfies readonly NamesInRange[];
