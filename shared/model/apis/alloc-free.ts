import type { ModelEntry } from '../../src/index.js';
import { ALLOCATED_KINDS } from '../kinds.js';
import { RESULT, arg } from '../operands.js';

/** The buddy allocator and the boot memory that is handed to it. */
export const ALLOC_FREE = [
  {
    name: 'alloc_page',
    form: 'macro',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:524#alloc_page', '7.1:include/linux/gfp.h:354#alloc_page'],
    summary: 'Allocates one page from the buddy allocator.',
    sources: [{ role: 'provenance', result: RESULT, kinds: ALLOCATED_KINDS, nullable: true }],
    effects: [{ does: 'acquire', on: RESULT, unit: 'reference', count: '1', when: 'returns non-NULL' }],
    counterparts: ['__free_page', 'put_page'],
    zoneDevice: 'never ZONE_DEVICE',
  },
  {
    name: 'alloc_pages',
    form: 'function',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:507#alloc_pages', '7.1:include/linux/gfp.h:349#alloc_pages'],
    summary: 'Allocates a block of pages from the buddy allocator.',
    sources: [{ role: 'provenance', result: RESULT, kinds: ALLOCATED_KINDS, nullable: true }],
    effects: [
      {
        does: 'acquire',
        on: RESULT,
        unit: 'reference',
        count: '1 on the first page; tails 0 unless __GFP_COMP',
        when: 'returns non-NULL',
      },
    ],
    counterparts: ['__free_pages'],
    zoneDevice: 'never ZONE_DEVICE',
  },
  {
    name: '__free_page',
    form: 'macro',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/gfp.h:554#__free_page', '7.1:include/linux/gfp.h:393#__free_page'],
    summary: 'Frees one page that alloc_page gave.',
    effects: [{ does: 'release', on: arg(0), unit: 'reference', count: '1 (frees at 0)', when: 'always' }],
    preconditions: [
      { of: arg(0), needs: 'owner-free', text: 'the page belongs to the buddy allocator and the caller owns it' },
    ],
    replacedBy: 'put_page',
    zoneDevice: 'must never be called on ZONE_DEVICE pages',
  },
  {
    name: '__free_pages',
    form: 'function',
    range: { since: '4.20' },
    evidence: [
      '4.20:mm/page_alloc.c:4430#__free_pages',
      '6.12:include/linux/gfp.h:375#__free_pages',
      '7.1:mm/page_alloc.c:5338#__free_pages',
    ],
    summary: 'Frees a block of pages that alloc_pages gave.',
    effects: [
      { does: 'release', on: arg(0), unit: 'reference', count: '1 (frees the whole order at 0)', when: 'always' },
    ],
    preconditions: [
      { of: arg(0), needs: 'owner-free', text: 'the page belongs to the buddy allocator and the caller owns it' },
    ],
    zoneDevice: 'must never be called on ZONE_DEVICE pages',
  },
  {
    name: 'free_reserved_page',
    form: 'function',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/mm.h:2178#free_reserved_page', '7.1:mm/page_alloc.c:6207#free_reserved_page'],
    summary: 'Hands a reserved boot page over to the buddy allocator.',
    effects: [
      {
        does: 'transfer',
        on: arg(0),
        count: 'reserved boot page handed to the buddy: clears PG_reserved, count 1, frees',
        when: 'always',
      },
      { does: 'clear-reserved', on: arg(0), when: 'always' },
      { does: 'free', on: arg(0), when: 'always' },
    ],
    preconditions: [{ of: arg(0), needs: 'boot-memory', text: 'page is boot-reserved RAM' }],
    zoneDevice: 'calling it on a ZONE_DEVICE page corrupts the allocator',
    context: 'page is boot-reserved RAM',
  },
  {
    name: 'mark_page_reserved',
    form: 'static-inline',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/mm.h:2184#mark_page_reserved', '7.1:include/linux/mm.h:3978#mark_page_reserved'],
    summary: 'Sets the reserved bit and takes the page out of the managed count.',
    effects: [{ does: 'set-reserved', on: arg(0), when: 'always' }],
    counterparts: ['free_reserved_page'],
  },
  {
    name: 'alloc_frozen_pages_noprof',
    form: 'function',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:mm/internal.h:932#alloc_frozen_pages_noprof'],
    summary: 'Allocates pages whose count stays zero.',
    sources: [{ role: 'provenance', result: RESULT, kinds: ALLOCATED_KINDS, nullable: true }],
    effects: [{ does: 'transfer', on: RESULT, count: '0: pages come with count 0', when: 'always' }],
    counterparts: ['free_frozen_pages'],
    context: 'mm-internal; page has no refcount, get_page is a bug',
  },
  {
    name: 'free_frozen_pages',
    form: 'function',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:mm/page_alloc.c:2974#free_frozen_pages'],
    summary: 'Frees pages whose count is zero.',
    effects: [{ does: 'free', on: arg(0), when: 'always' }],
    preconditions: [
      { of: arg(0), needs: 'owner-free', text: 'the page belongs to the buddy allocator and the caller owns it' },
    ],
    counterparts: ['alloc_frozen_pages'],
    zoneDevice: 'never ZONE_DEVICE',
    context: 'count is 0',
  },
] as const satisfies readonly ModelEntry[];
