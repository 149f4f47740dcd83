import type { GiveBack } from '../src/index.js';

/**
 * The calls that quick fixes write to give back what was taken, the first one that fits. Whether a tree or a release has a
 * name is for the entries and rows to say. Declared in include/linux/mm.h, gfp.h, pagemap.h, memremap.h and include/net/page_pool.h.
 */
export const GIVE_BACKS: readonly GiveBack[] = [
  { name: 'put_page', unit: 'reference', of: 'page', args: ['it'] },
  { name: 'folio_put', unit: 'reference', of: 'folio', args: ['it'] },
  { name: 'release_pages', unit: 'reference', of: 'pages', args: ['it', 'count'] },
  { name: 'unpin_user_page', unit: 'pin', of: 'page', args: ['it'] },
  { name: 'unpin_user_pages', unit: 'pin', of: 'pages', args: ['it', 'count'] },
  { name: '__free_page', unit: 'page', of: 'page', order: 'zero', args: ['it'] },
  { name: '__free_pages', unit: 'page', of: 'page', order: 'given', args: ['it', 'order'] },
  { name: 'folio_put', unit: 'page', of: 'folio', args: ['it'] },
  { name: 'free_page', unit: 'page', of: 'address', order: 'zero', args: ['it'] },
  { name: 'free_pages', unit: 'page', of: 'address', order: 'given', args: ['it', 'order'] },
  { name: 'page_pool_put_full_page', unit: 'page-pool', of: 'page', args: ['pool', 'it', 'false'] },
  { name: 'unlock_page', unit: 'lock', of: 'page', args: ['it'] },
  { name: 'folio_unlock', unit: 'lock', of: 'folio', args: ['it'] },
  { name: 'put_dev_pagemap', unit: 'pgmap-reference', of: 'pgmap', args: ['it'] },
];

/** Calls that say the same of the same number, so that they can be written once more (include/asm-generic/getorder.h, linux/log2.h). */
export const SAME_ANSWERS: readonly string[] = ['get_order', 'ilog2', 'order_base_2'];

/** Calls that make a page's memory reachable for a while, and those that end that (include/linux/highmem.h, 4.20 to 7.1). */
export const TEMPORARY_MAPS: { readonly begins: readonly string[]; readonly ends: readonly string[] } = {
  begins: ['kmap', 'kmap_atomic', 'kmap_atomic_prot', 'kmap_local_page', 'kmap_local_folio'],
  ends: ['kunmap', 'kunmap_atomic', 'kunmap_local', 'unmap_and_put_page', 'folio_release_kmap'],
};
