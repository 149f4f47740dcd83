import type { OwnershipEntry, ReleaseRange } from '../../src/index.js';
import { RESULT, arg } from '../operands.js';

/** Before it counted the pages that are out (5.4:include/net/page_pool.h:73#pages_state_hold_cnt), put_page() was right for them too. */
const COUNTED_SINCE: ReleaseRange = { since: '5.4', sinceAfter: '4.20' };

/** Pages of a page pool go back to their pool. */
export const PAGE_POOL_ROWS = [
  {
    name: 'page_pool_alloc_pages',
    range: COUNTED_SINCE,
    evidence: [
      '5.4:include/net/page_pool.h:112#page_pool_alloc_pages',
      '7.1:include/net/page_pool/types.h:264#page_pool_alloc_pages',
    ],
    acts: [{ does: 'take', unit: 'page-pool', on: RESULT, when: 'positive' }],
  },
  {
    name: 'page_pool_dev_alloc_pages',
    range: COUNTED_SINCE,
    evidence: [
      '5.4:include/net/page_pool.h:114#page_pool_dev_alloc_pages',
      '7.1:include/net/page_pool/helpers.h:92#page_pool_dev_alloc_pages',
    ],
    acts: [{ does: 'take', unit: 'page-pool', on: RESULT, when: 'positive' }],
  },
  {
    name: 'page_pool_dev_alloc_frag',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/net/page_pool.h:224#page_pool_dev_alloc_frag',
      '7.1:include/net/page_pool/helpers.h:109#page_pool_dev_alloc_frag',
    ],
    acts: [{ does: 'take', unit: 'page-pool', on: RESULT, when: 'positive' }],
  },
  {
    name: 'page_pool_alloc_frag',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/net/page_pool.h:221#page_pool_alloc_frag',
      '7.1:include/net/page_pool/types.h:266#page_pool_alloc_frag',
    ],
    acts: [{ does: 'take', unit: 'page-pool', on: RESULT, when: 'positive' }],
  },
  {
    name: 'page_pool_put_page',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/net/page_pool.h:118#page_pool_put_page',
      '7.1:include/net/page_pool/helpers.h:360#page_pool_put_page',
    ],
    acts: [{ does: 'drop', unit: 'page-pool', on: arg(1), when: 'always' }],
  },
  {
    name: 'page_pool_put_full_page',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/net/page_pool.h:331#page_pool_put_full_page',
      '7.1:include/net/page_pool/helpers.h:385#page_pool_put_full_page',
    ],
    acts: [{ does: 'drop', unit: 'page-pool', on: arg(1), when: 'always' }],
  },
  {
    name: 'page_pool_recycle_direct',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/net/page_pool.h:129#page_pool_recycle_direct',
      '7.1:include/net/page_pool/helpers.h:399#page_pool_recycle_direct',
    ],
    acts: [{ does: 'drop', unit: 'page-pool', on: arg(1), when: 'always' }],
  },
  {
    name: 'page_pool_put_defragged_page',
    range: { since: '6.1', sinceAfter: '5.4', until: '6.12', untilAfter: '6.1' },
    evidence: ['6.1:include/net/page_pool.h:276#page_pool_put_defragged_page'],
    acts: [{ does: 'drop', unit: 'page-pool', on: arg(1), when: 'always' }],
  },
] as const satisfies readonly OwnershipEntry[];

/** A call that is about one of its arguments. */
interface ArgumentRow {
  readonly name: string;
  readonly range: ReleaseRange;
  /** `tree:path:line#token`, where the fact was read. */
  readonly evidence: readonly string[];
  readonly at: number;
}

/** Calls that mark a network buffer, whose pages go back to their page pool with it. */
export const RECYCLE_ROWS: readonly ArgumentRow[] = [
  {
    name: 'skb_mark_for_recycle',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/skbuff.h:5189#skb_mark_for_recycle',
      '7.1:include/linux/skbuff.h:5458#skb_mark_for_recycle',
    ],
    at: 0,
  },
];

/** Calls that unmap a page and take it out of its pool, and drop no reference. */
export const DETACH_ROWS: readonly ArgumentRow[] = [
  {
    name: 'page_pool_release_page',
    range: { since: '5.4', sinceAfter: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: [
      '5.4:include/net/page_pool.h:197#page_pool_release_page',
      '6.1:net/core/page_pool.c:499#page_pool_release_page',
    ],
    at: 1,
  },
];
