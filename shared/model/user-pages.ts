import type { BareDirtySetter, IndexCall, LongTermPins, ModelEntry, NamesInRange, PinCall } from '../src/index.js';

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

/** A pin that lasts asks for it: pages that must be free to move are moved first, and file systems on dax refuse. */
export const LONG_TERM = {
  flag: 'FOLL_LONGTERM',
  evidence: ['6.12:include/linux/mm_types.h:1534#FOLL_LONGTERM'],
} as const;

/** What enters an object where later calls of user space find it. Lists are left out: requests under way stand in lists, too. */
export const INDEX_CALLS = [
  {
    name: 'rb_link_node',
    at: 0,
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/rbtree.h:59#rb_link_node'],
  },
  {
    name: 'rb_insert_color',
    at: 0,
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/rbtree.h:39#rb_insert_color'],
  },
  {
    name: 'rb_insert_color_cached',
    at: 0,
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/rbtree.h:108#rb_insert_color_cached'],
  },
  {
    name: 'rb_add',
    at: 0,
    range: { since: '5.12' },
    evidence: ['6.12:include/linux/rbtree.h:195#rb_add'],
  },
  {
    name: 'interval_tree_insert',
    at: 0,
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/interval_tree.h:15#interval_tree_insert'],
  },
  {
    name: 'idr_alloc',
    at: 1,
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/idr.h:114#idr_alloc'],
  },
  {
    name: 'idr_alloc_cyclic',
    at: 1,
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/idr.h:117#idr_alloc_cyclic'],
  },
  {
    name: 'idr_alloc_u32',
    at: 1,
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/idr.h:115#idr_alloc_u32'],
  },
  {
    name: 'xa_store',
    at: 2,
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/xarray.h:356#xa_store'],
  },
  {
    name: 'xa_insert',
    at: 2,
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/xarray.h:778#xa_insert'],
  },
  {
    name: 'xa_alloc',
    at: 2,
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/xarray.h:871#xa_alloc'],
  },
  {
    name: 'xa_alloc_cyclic',
    at: 2,
    range: { since: '5.1' },
    evidence: ['6.12:include/linux/xarray.h:974#xa_alloc_cyclic'],
  },
  {
    name: 'radix_tree_insert',
    at: 2,
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/radix-tree.h:219#radix_tree_insert'],
  },
  {
    name: 'hash_add',
    at: 1,
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/hashtable.h:60#hash_add'],
  },
  {
    name: 'hash_add_rcu',
    at: 1,
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/hashtable.h:69#hash_add_rcu'],
  },
  {
    name: 'hlist_add_head',
    at: 0,
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/list.h:1036#hlist_add_head'],
  },
  {
    name: 'hlist_add_head_rcu',
    at: 0,
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/rculist.h:618#hlist_add_head_rcu'],
  },
] as const satisfies readonly IndexCall[];

/** Who is told when the memory behind his pages changes lets them go then. */
export const CHANGE_NOTIFIERS = [
  {
    names: ['mmu_notifier_register', '__mmu_notifier_register', 'mmu_notifier_get'],
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/mmu_notifier.h:291#mmu_notifier_register'],
  },
  {
    names: ['mmu_interval_notifier_insert', 'mmu_interval_notifier_insert_locked'],
    range: { since: '5.5' },
    evidence: ['6.12:include/linux/mmu_notifier.h:300#mmu_interval_notifier_insert'],
  },
] as const satisfies readonly NamesInRange[];

/** Calls of some entries that pin and take the flag. */
export function pinsWithFlag(entries: Iterable<ModelEntry>): LongTermPins['pins'] {
  const pins = new Map<string, PinCall>();
  for (const { name, sources = [], effects = [], counterparts = [] } of entries) {
    const isPin = counterparts.includes('unpin_user_page');
    const takesFlag = sources.find(({ flags }) => flags?.refused.some(({ flag }) => flag === LONG_TERM.flag));
    const filled = effects.find(({ does, on }) => does === 'acquire' && on.through === 'array');
    if (!isPin || !takesFlag?.flags || typeof filled?.on.at !== 'number') continue;
    pins.set(name, { flags: takesFlag.flags.at, filled: filled.on.at });
  }
  return pins;
}
