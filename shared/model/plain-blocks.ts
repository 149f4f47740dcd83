import type { BlockMaker, DmaMaker, PlainBlocks } from '../src/index.js';

/** Blocks of pages of which only the first is counted, and memory whose pages need not be counted at all. */

/** Allocators of blocks of an order; without the flag the pages behind the first have a count of 0. */
const MAKERS = [
  {
    name: 'alloc_pages',
    flags: 0,
    order: 1,
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:507#alloc_pages', '7.1:mm/page_alloc.c:1864#prep_compound_page'],
  },
  {
    name: 'alloc_pages_node',
    flags: 1,
    order: 2,
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:494#alloc_pages_node'],
  },
] as const satisfies readonly BlockMaker[];

/** Allocators of memory for DMA: the result is its address, an argument is set to what the device calls it. */
const DMA_MAKERS = [
  {
    name: 'dma_alloc_coherent',
    handle: 2,
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/dma-mapping.h:560#dma_alloc_coherent'],
  },
  {
    name: 'dma_alloc_attrs',
    handle: 2,
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/dma-mapping.h:508#dma_alloc_attrs'],
  },
  {
    name: 'dma_alloc_wc',
    handle: 2,
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/dma-mapping.h:608#dma_alloc_wc'],
  },
] as const satisfies readonly DmaMaker[];

/** Where __free_pages() frees no page of a compound block that somebody else still holds: in 5.10 to 5.15 it asks too late. */
export const COMPOUND_PUT = [
  { range: { since: '4.20', until: '5.10' }, evidence: ['5.4:mm/page_alloc.c#__free_pages', 'commit:e320d3012d25'] },
  {
    range: { since: '6.1', sinceAfter: '5.15' },
    evidence: ['6.1:mm/page_alloc.c:5743#PageHead', '6.12:mm/page_alloc.c:4938#PageHead'],
  },
] as const;

export const PLAIN_BLOCKS = {
  makers: MAKERS,
  dmaMakers: DMA_MAKERS,
  compound: '__GFP_COMP',
  /** 6.12:include/linux/skbuff.h:3517#__GFP_COMP */
  compoundMakers: ['dev_alloc_pages', '__dev_alloc_pages'],
  /** Calls that give each page of a block a count, or make the block compound. */
  counting: [
    'split_page',
    'prep_compound_page',
    'set_page_count',
    'init_page_count',
    'set_page_refcounted',
    'SetPageReserved',
  ],
  /** Calls that count the page in an argument. */
  counted: [
    { name: 'get_page', at: 0 },
    { name: 'page_ref_inc', at: 0 },
    { name: 'page_ref_add', at: 0 },
    { name: 'vm_insert_page', at: 2 },
  ],
} as const satisfies Omit<PlainBlocks, 'putsCompound'>;
