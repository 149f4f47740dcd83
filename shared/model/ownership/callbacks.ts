import type { OwnershipModel, ReleaseRange } from '../../src/index.js';

/** A call that is given a function, which it calls with the page locked and expects to unlock it whenever it returns. */
interface CallbackRow {
  readonly name: string;
  readonly range: ReleaseRange;
  /** `tree:path:line#token`, where the fact was read. */
  readonly evidence: readonly string[];
  /** The argument that is the function, from zero. */
  readonly given: number;
  /** The argument of that function that names the page. */
  readonly at: number;
  /** A result that says that the page is still locked. */
  readonly unless?: string;
}

const CALLBACK_ROWS: readonly CallbackRow[] = [
  {
    name: 'read_cache_pages',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: ['4.20:include/linux/pagemap.h:395#read_cache_pages', '5.4:include/linux/pagemap.h:390#read_cache_pages'],
    given: 2,
    at: 1,
  },
  {
    name: 'read_cache_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/pagemap.h:391#read_cache_page', '7.1:include/linux/pagemap.h:1003#read_cache_page'],
    given: 2,
    at: 1,
  },
  {
    name: 'read_cache_folio',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:include/linux/pagemap.h:811#read_cache_folio', '7.1:include/linux/pagemap.h:999#read_cache_folio'],
    given: 2,
    at: 1,
  },
  {
    name: 'write_cache_pages',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: [
      '4.20:include/linux/writeback.h:368#write_cache_pages',
      '6.12:include/linux/writeback.h:383#write_cache_pages',
    ],
    given: 2,
    at: 0,
    unless: 'AOP_WRITEPAGE_ACTIVATE',
  },
];

/** What the functions are called with that the calls of a release are given. */
export function lockedCallbacks(isThere: (range: ReleaseRange) => boolean): OwnershipModel['lockedCallbacks'] {
  const rows = CALLBACK_ROWS.filter(({ range }) => isThere(range));
  return new Map(rows.map(({ name, given, at, unless }) => [name, { given, at, unless }]));
}
