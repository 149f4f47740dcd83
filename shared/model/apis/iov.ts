import type { ModelEntry } from '../../src/index.js';
import { DIRECT_MAP_KINDS } from '../kinds.js';
import { entries } from '../operands.js';

/** Pages behind iterators and bios. */
export const IOV = [
  {
    name: 'iov_iter_get_pages',
    form: 'function',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: ['4.20:lib/iov_iter.c:1254#iov_iter_get_pages', '5.4:lib/iov_iter.c:1275#iov_iter_get_pages'],
    summary: 'Takes references on the pages behind an iterator.',
    sources: [{ role: 'provenance', result: entries(1), kinds: DIRECT_MAP_KINDS }],
    effects: [{ does: 'acquire', on: entries(1), unit: 'reference', count: '1 each', when: 'ret > 0' }],
    counterparts: ['put_page'],
    replacedBy: 'iov_iter_get_pages2',
    zoneDevice: 'user and pipe iterators',
    context: 'iterator not advanced; success: ret > 0 (bytes)',
  },
  {
    name: 'iov_iter_get_pages2',
    form: 'function',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:lib/iov_iter.c:1495#iov_iter_get_pages2', '7.1:lib/iov_iter.c:1130#iov_iter_get_pages2'],
    summary: 'Takes references on the pages behind an iterator and advances it.',
    sources: [{ role: 'provenance', result: entries(1), kinds: DIRECT_MAP_KINDS }],
    effects: [{ does: 'acquire', on: entries(1), unit: 'reference', count: '1 each', when: 'ret > 0' }],
    counterparts: ['put_page'],
    replacedBy: 'iov_iter_extract_pages',
    zoneDevice: 'iterator advanced',
    context: 'success: ret > 0 (bytes)',
  },
  {
    name: 'iov_iter_extract_pages',
    form: 'function',
    range: { since: '6.3' },
    evidence: ['6.12:lib/iov_iter.c:1872#iov_iter_extract_pages', '7.1:lib/iov_iter.c:1814#iov_iter_extract_pages'],
    summary: 'Gets the pages behind an iterator, pinned only for user memory.',
    sources: [{ role: 'provenance', result: entries(1), kinds: DIRECT_MAP_KINDS }],
    effects: [
      {
        does: 'acquire',
        on: entries(1),
        unit: 'pin',
        count: '1 pin each only if iov_iter_extract_will_pin, else 0',
        when: 'ret > 0',
      },
    ],
    counterparts: ['unpin_user_page'],
    zoneDevice: 'kvec/bvec iterators: no reference at all',
    context: 'success: ret > 0 (bytes)',
  },
  {
    name: 'iov_iter_extract_will_pin',
    form: 'static-inline',
    references: 'test',
    range: { since: '6.3' },
    evidence: [
      '6.12:include/linux/uio.h:402#iov_iter_extract_will_pin',
      '7.1:include/linux/uio.h:412#iov_iter_extract_will_pin',
    ],
    summary: 'Tells whether iov_iter_extract_pages pins for this iterator.',
    context: 'success: returns true: extracted pages are pinned',
  },
  {
    name: 'bio_release_pages',
    form: 'function',
    range: { since: '5.4', sinceAfter: '4.20' },
    evidence: ['5.4:block/bio.c:821#bio_release_pages', '6.12:include/linux/bio.h:448#bio_release_pages'],
    summary: 'Gives back the pages that a bio holds.',
    effects: [{ does: 'release', on: entries(0), unit: 'reference', count: '1 each', when: 'always' }],
    zoneDevice: 'only acts if the bio is flagged as holding refs/pins',
  },
] as const satisfies readonly ModelEntry[];
