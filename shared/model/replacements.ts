import type { Replacements } from '../src/index.js';

/**
 * The names that quick fixes write, by what they are for (`idioms.ts` says when). Whether a release has a name is for the
 * entries to say, and whether a tree has it for that tree.
 */
export const REPLACEMENTS: Replacements = {
  zoneDeviceTests: [
    { type: 'folio', name: 'folio_is_zone_device' },
    { type: 'page', name: 'is_zone_device_page' },
  ],
  testTypes: { PageReserved: 'page', folio_test_reserved: 'folio' },
  pageToPfn: 'page_to_pfn',
  pfnToPage: 'pfn_to_page',
  pfnValid: 'pfn_valid',
  onlinePage: 'pfn_to_online_page',
  releases: { reference: 'put_page', pin: 'unpin_user_page' },
};
