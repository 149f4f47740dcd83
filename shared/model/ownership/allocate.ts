import type { OwnershipEntry } from '../../src/index.js';
import { RESULT, arg } from '../operands.js';

/** Pages, folios and fragments that an allocator hands out, and what frees them. */
export const ALLOCATE_ROWS = [
  {
    name: 'alloc_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:524#alloc_page', '7.1:include/linux/gfp.h:354#alloc_page'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive', order: 'zero' }],
  },
  {
    name: 'alloc_pages',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:507#alloc_pages', '7.1:include/linux/gfp.h:349#alloc_pages'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive', order: { at: 1 } }],
  },
  {
    name: 'get_zeroed_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:531#get_zeroed_page', '7.1:include/linux/gfp.h:372#get_zeroed_page'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive', as: 'address', order: 'zero' }],
  },
  {
    name: '__get_free_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:537#__get_free_page', '7.1:include/linux/gfp.h:383#__get_free_page'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive', as: 'address', order: 'zero' }],
  },
  {
    name: '__get_free_pages',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:530#__get_free_pages', '7.1:include/linux/gfp.h:369#__get_free_pages'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive', as: 'address', order: { at: 1 } }],
  },
  {
    name: '__get_dma_pages',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:540#__get_dma_pages', '7.1:include/linux/gfp.h:386#__get_dma_pages'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive', as: 'address', order: { at: 1 } }],
  },
  {
    name: 'alloc_pages_exact',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:533#alloc_pages_exact', '7.1:include/linux/gfp.h:375#alloc_pages_exact'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive', as: 'address' }],
  },
  {
    name: 'alloc_pages_node',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: ['4.20:include/linux/gfp.h:494#alloc_pages_node', '6.1:include/linux/gfp.h:254#alloc_pages_node'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive', order: { at: 2 } }],
  },
  {
    name: '__alloc_pages',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:471#__alloc_pages', '7.1:include/linux/gfp.h:231#__alloc_pages'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive', order: { at: 1 } }],
  },
  {
    name: '__alloc_pages_node',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: ['4.20:include/linux/gfp.h:481#__alloc_pages_node', '6.1:include/linux/gfp.h:232#__alloc_pages_node'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive', order: { at: 2 } }],
  },
  {
    name: 'alloc_page_vma',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:525#alloc_page_vma', '7.1:include/linux/gfp.h:363#alloc_page_vma'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'alloc_pages_vma',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: ['4.20:include/linux/gfp.h:511#alloc_pages_vma', '5.4:include/linux/gfp.h:534#alloc_pages_vma'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'alloc_pages_mpol',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:include/linux/gfp.h:338#alloc_pages_mpol', '7.1:mm/mempolicy.c:2445#alloc_pages_mpol'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'folio_alloc',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:include/linux/gfp.h:265#folio_alloc', '7.1:include/linux/gfp.h:350#folio_alloc'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'vma_alloc_folio',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:include/linux/gfp.h:266#vma_alloc_folio', '7.1:include/linux/gfp.h:352#vma_alloc_folio'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'filemap_alloc_folio',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/pagemap.h:533#filemap_alloc_folio',
      '7.1:include/linux/pagemap.h:664#filemap_alloc_folio',
    ],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: '__folio_alloc',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:include/linux/gfp.h:179#__folio_alloc', '7.1:include/linux/gfp.h:235#__folio_alloc'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: '__folio_alloc_node',
    range: { since: '6.1', sinceAfter: '5.4', until: '6.12', untilAfter: '6.1' },
    evidence: ['6.1:include/linux/gfp.h:241#__folio_alloc_node'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: '__page_cache_alloc',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/pagemap.h:224#__page_cache_alloc',
      '7.1:include/linux/pagemap.h:667#__page_cache_alloc',
    ],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'page_cache_alloc',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: ['4.20:include/linux/pagemap.h:232#page_cache_alloc', '6.1:include/linux/pagemap.h:546#page_cache_alloc'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive' }],
  },
  {
    name: 'dev_alloc_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/skbuff.h:2762#dev_alloc_page', '7.1:include/linux/skbuff.h:3609#dev_alloc_page'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive', order: 'zero' }],
  },
  {
    name: 'dev_alloc_pages',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/skbuff.h:2744#dev_alloc_pages', '7.1:include/linux/skbuff.h:3589#dev_alloc_pages'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive', order: { at: 0 } }],
  },
  {
    name: '__dev_alloc_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/skbuff.h:2757#__dev_alloc_page', '7.1:include/linux/skbuff.h:3603#__dev_alloc_page'],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive', order: 'zero' }],
  },
  {
    name: '__dev_alloc_pages',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/skbuff.h:2728#__dev_alloc_pages',
      '7.1:include/linux/skbuff.h:3583#__dev_alloc_pages',
    ],
    acts: [{ does: 'take', unit: 'page', on: RESULT, when: 'positive', order: { at: 1 } }],
  },
  {
    name: 'free_pages_exact',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:534#free_pages_exact', '7.1:include/linux/gfp.h:377#free_pages_exact'],
    acts: [{ does: 'drop', unit: 'page', on: arg(0), when: 'always', as: 'address' }],
  },
  {
    name: 'free_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:555#free_page', '7.1:include/linux/gfp.h:394#free_page'],
    acts: [{ does: 'drop', unit: 'page', on: arg(0), when: 'always', as: 'address', order: 'zero' }],
  },
  {
    name: 'free_pages',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:544#free_pages', '7.1:include/linux/gfp.h:391#free_pages'],
    acts: [{ does: 'drop', unit: 'page', on: arg(0), when: 'always', as: 'address', order: { at: 1 } }],
  },
  {
    name: 'free_unref_page',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:include/linux/gfp.h:545#free_unref_page', '6.12:mm/internal.h:738#free_unref_page'],
    acts: [{ does: 'drop', unit: 'page', on: arg(0), when: 'always', frozen: true }],
  },
  {
    name: '__free_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:554#__free_page', '7.1:include/linux/gfp.h:393#__free_page'],
    acts: [{ does: 'drop', unit: 'page', on: arg(0), when: 'always', refusesNull: true, order: 'zero' }],
  },
  {
    name: '__free_pages',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:543#__free_pages', '7.1:include/linux/gfp.h:389#__free_pages'],
    acts: [{ does: 'drop', unit: 'page', on: arg(0), when: 'always', refusesNull: true, order: { at: 1 } }],
  },
  {
    name: 'page_frag_alloc',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/gfp.h:550#page_frag_alloc',
      '7.1:include/linux/page_frag_cache.h:53#page_frag_alloc',
    ],
    acts: [{ does: 'take', unit: 'fragment', on: RESULT, when: 'positive' }],
  },
  {
    name: 'page_frag_alloc_align',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/gfp.h:307#page_frag_alloc_align',
      '7.1:include/linux/page_frag_cache.h:45#page_frag_alloc_align',
    ],
    acts: [{ does: 'take', unit: 'fragment', on: RESULT, when: 'positive' }],
  },
  {
    name: 'netdev_alloc_frag',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/skbuff.h:2647#netdev_alloc_frag',
      '7.1:include/linux/skbuff.h:3470#netdev_alloc_frag',
    ],
    acts: [{ does: 'take', unit: 'fragment', on: RESULT, when: 'positive' }],
  },
  {
    name: 'netdev_alloc_frag_align',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/skbuff.h:3243#netdev_alloc_frag_align',
      '7.1:include/linux/skbuff.h:3475#netdev_alloc_frag_align',
    ],
    acts: [{ does: 'take', unit: 'fragment', on: RESULT, when: 'positive' }],
  },
  {
    name: 'napi_alloc_frag',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/skbuff.h:2706#napi_alloc_frag', '7.1:include/linux/skbuff.h:3541#napi_alloc_frag'],
    acts: [{ does: 'take', unit: 'fragment', on: RESULT, when: 'positive' }],
  },
  {
    name: 'napi_alloc_frag_align',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/skbuff.h:3314#napi_alloc_frag_align',
      '7.1:include/linux/skbuff.h:3546#napi_alloc_frag_align',
    ],
    acts: [{ does: 'take', unit: 'fragment', on: RESULT, when: 'positive' }],
  },
  {
    name: 'page_frag_free',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:552#page_frag_free', '7.1:include/linux/page_frag_cache.h:59#page_frag_free'],
    acts: [{ does: 'drop', unit: 'fragment', on: arg(0), when: 'always', refusesNull: true }],
  },
  {
    name: 'skb_free_frag',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/skbuff.h:2701#skb_free_frag', '7.1:include/linux/skbuff.h:3534#skb_free_frag'],
    acts: [{ does: 'drop', unit: 'fragment', on: arg(0), when: 'always', refusesNull: true }],
  },
  {
    name: 'build_skb',
    range: { since: '4.20' },
    evidence: ['4.20:include/net/af_vsock.h:216#build_skb', '7.1:include/linux/skbuff.h:1366#build_skb'],
    acts: [{ does: 'hand-over', unit: 'fragment', on: arg(0), when: 'positive' }],
  },
  {
    name: 'napi_build_skb',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:include/linux/skbuff.h:1291#napi_build_skb', '7.1:include/linux/skbuff.h:1372#napi_build_skb'],
    acts: [{ does: 'hand-over', unit: 'fragment', on: arg(0), when: 'positive' }],
  },
] as const satisfies readonly OwnershipEntry[];
