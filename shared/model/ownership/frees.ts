import type { ReleaseRange } from '../../src/index.js';

/** A call that frees memory that is no page of its own. */
interface FreeRow {
  readonly name: string;
  readonly range: ReleaseRange;
  /** `tree:path:line#token`, where the fact was read. */
  readonly evidence: readonly string[];
  /** The argument that is freed, from zero. */
  readonly at: number;
}

/** What the effects of the analysis do not say: memory that holds pages goes with these, too. */
export const FREE_ROWS: readonly FreeRow[] = [
  {
    name: 'vfree',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/vmalloc.h:97#vfree', '7.1:include/linux/vmalloc.h:214#vfree'],
    at: 0,
  },
  {
    name: 'vfree_atomic',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/vmalloc.h:98#vfree_atomic', '7.1:include/linux/vmalloc.h:215#vfree_atomic'],
    at: 0,
  },
  {
    name: 'kzfree',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: ['4.20:include/linux/slab.h:184#kzfree', '5.4:include/linux/slab.h:190#kzfree'],
    at: 0,
  },
  {
    name: 'devm_kfree',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/device.h:697#devm_kfree', '7.1:include/linux/device/devres.h:76#devm_kfree'],
    at: 1,
  },
  {
    name: 'sg_free_table',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/scatterlist.h:270#sg_free_table',
      '7.1:include/linux/scatterlist.h:460#sg_free_table',
    ],
    at: 0,
  },
];
