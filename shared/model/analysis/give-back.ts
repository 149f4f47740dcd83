import type { ModelEntry } from '../../src/index.js';
import { arg, entries } from '../operands.js';

/** Other halves of page-reference APIs that are no page-reference names themselves. */
export const GIVE_BACK = [
  {
    name: 'gnttab_free_pages',
    form: 'function',
    range: { since: '4.20' },
    evidence: ['6.12:include/xen/grant_table.h:215#gnttab_free_pages'],
    summary: 'Takes the pages of gnttab_alloc_pages back.',
    effects: [{ does: 'transfer', on: entries(1), count: '1 each', when: 'always' }],
  },
  {
    name: 'iommufd_access_unpin_pages',
    form: 'function',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:include/linux/iommufd.h:92#iommufd_access_unpin_pages'],
    summary: 'Gives the pins of iommufd_access_pin_pages back, by iova.',
    effects: [{ does: 'release', on: arg(1), unit: 'pin', count: '1 pin each', when: 'always' }],
  },
  {
    name: 'migrate_device_finalize',
    form: 'function',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.12:include/linux/migrate.h:234#migrate_device_finalize'],
    summary: 'Ends a migration by pfn and drops the collected references.',
    effects: [
      { does: 'release', on: entries(0), unit: 'reference', count: 'the collected references', when: 'always' },
    ],
  },
  {
    name: 'bio_iov_iter_get_pages',
    form: 'function',
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/bio.h:430#bio_iov_iter_get_pages'],
    summary: 'Adds the pages behind an iterator to a bio, with references or pins.',
    effects: [{ does: 'acquire', on: entries(0), count: '1 each', when: 'ret == 0' }],
    counterparts: ['bio_release_pages'],
  },
] as const satisfies readonly ModelEntry[];
