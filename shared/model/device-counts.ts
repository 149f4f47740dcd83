import type { ArgumentName, DeviceCounts, NamesInRange } from '../src/index.js';

/** What code rests on the count of idle device pages: who reads it, sets it, needs it, and what maps such pages without it. */

/** Calls that read the count of their first argument, a page or folio. */
export const COUNT_READERS = [
  {
    names: ['page_ref_count', 'page_count'],
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/page_ref.h:65#page_ref_count', '7.1:include/linux/page_ref.h:65#page_ref_count'],
  },
  {
    names: ['folio_ref_count'],
    range: { since: '5.16' },
    evidence: ['6.12:include/linux/page_ref.h:87#folio_ref_count'],
  },
] as const satisfies readonly NamesInRange[];

/** Calls after which the count is what they make it. */
export const COUNT_SETTERS = [
  {
    names: ['set_page_count', 'init_page_count', 'page_ref_inc', 'page_ref_add', 'page_ref_unfreeze'],
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/page_ref.h:75#set_page_count'],
  },
  {
    names: ['folio_set_count', 'folio_ref_inc', 'folio_ref_add', 'folio_ref_unfreeze'],
    range: { since: '5.16' },
    evidence: ['6.12:include/linux/page_ref.h:104#folio_set_count'],
  },
  {
    names: ['zone_device_page_init', 'zone_device_folio_init'],
    range: { since: '6.1' },
    evidence: ['6.12:mm/memremap.c:502#zone_device_page_init'],
  },
] as const satisfies readonly NamesInRange[];

/** Calls that take a further reference, and are not for a page whose count is 0; the argument is the page. */
export const NEED_A_COUNT = [
  { name: 'get_page', at: 0, range: { since: '4.20' }, evidence: ['7.1:include/linux/mm.h:2094#get_page'] },
  { name: 'folio_get', at: 0, range: { since: '5.16' }, evidence: ['7.1:include/linux/mm.h:2088#folio_get'] },
  { name: 'vm_insert_page', at: 2, range: { since: '4.20' }, evidence: ['7.1:mm/memory.c:2338#folio_ref_count'] },
] as const satisfies readonly ArgumentName[];

/** Calls whose entries were device entries, and are special ones since these went: no struct page is found behind them. */
export const SPECIAL_MAPS = [
  {
    name: 'vmf_insert_mixed',
    at: 2,
    range: { since: '6.17' },
    evidence: ['7.1:mm/memory.c:2888#vmf_insert_mixed'],
  },
  {
    name: 'vmf_insert_mixed_mkwrite',
    at: 2,
    range: { since: '6.17' },
    evidence: ['7.1:mm/memory.c:2900#vmf_insert_mixed_mkwrite'],
  },
] as const satisfies readonly ArgumentName[];

/** A BAR that is given to p2pdma, and the call that names its memory by the same two arguments. */
export const P2PDMA_RESOURCE = {
  api: 'pci_p2pdma_add_resource',
  start: 'pci_resource_start',
  source: 'pci_alloc_p2pmem',
  kind: 'pci-p2pdma',
} as const satisfies DeviceCounts['resource'];
