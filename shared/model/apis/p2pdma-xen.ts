import type { ModelEntry } from '../../src/index.js';
import { RESULT, entries } from '../operands.js';

/** Providers of device pages inside the kernel. */
export const P2PDMA_XEN = [
  {
    name: 'pci_alloc_p2pmem',
    form: 'function',
    range: { since: '4.20' },
    evidence: ['4.20:drivers/pci/p2pdma.c:560#pci_alloc_p2pmem', '7.1:drivers/pci/p2pdma.c:938#pci_alloc_p2pmem'],
    summary: 'Allocates peer-to-peer memory and returns its kernel address.',
    sources: [{ role: 'provenance', result: RESULT, kinds: ['pci-p2pdma'], nullable: true }],
    counterparts: ['pci_free_p2pmem'],
    zoneDevice: 'struct pages count 1 before 6.15 and 0 from 6.15: do not get_page them',
    context: 'count: 0 page refs; 1 percpu ref on the pgmap',
  },
  {
    name: 'pci_free_p2pmem',
    form: 'function',
    range: { since: '4.20' },
    evidence: ['4.20:drivers/pci/p2pdma.c:585#pci_free_p2pmem', '7.1:drivers/pci/p2pdma.c:974#pci_free_p2pmem'],
    summary: 'Frees peer-to-peer memory.',
    context: 'count: drops the percpu ref',
  },
  {
    name: 'p2pmem_alloc_mmap',
    form: 'function',
    references: 'acquire',
    range: { since: '6.2' },
    evidence: ['6.12:drivers/pci/p2pdma.c:92#p2pmem_alloc_mmap', '7.1:drivers/pci/p2pdma.c:92#p2pmem_alloc_mmap'],
    summary: 'Maps peer-to-peer memory to user space through sysfs.',
    zoneDevice: '6.12: relies on idle count 1; 7.1: set_page_count(1) then drops it after insert',
    context: 'sysfs mmap',
  },
  {
    name: 'xen_alloc_unpopulated_pages',
    form: 'function',
    range: { since: '5.9' },
    evidence: [
      '6.1:drivers/xen/unpopulated-alloc.c:158#xen_alloc_unpopulated_pages',
      '7.1:drivers/xen/unpopulated-alloc.c:161#xen_alloc_unpopulated_pages',
    ],
    summary: 'Gives pages without memory behind them, for foreign mappings.',
    sources: [{ role: 'provenance', result: entries(1), kinds: ['buddy', 'page-offline', 'xen-unpopulated'] }],
    effects: [
      {
        does: 'acquire',
        on: entries(1),
        unit: 'reference',
        count: 'pages come with count 1, GENERIC ZONE_DEVICE',
        when: 'ret == 0',
      },
    ],
    counterparts: ['xen_free_unpopulated_pages'],
    zoneDevice: 'PG_reserved set; used for foreign/grant mappings',
    context: 'without CONFIG_XEN_UNPOPULATED_ALLOC it is ballooned RAM',
  },
  {
    name: 'xen_free_unpopulated_pages',
    form: 'function',
    range: { since: '5.9' },
    evidence: [
      '6.1:drivers/xen/unpopulated-alloc.c:214#xen_free_unpopulated_pages',
      '7.1:drivers/xen/unpopulated-alloc.c:217#xen_free_unpopulated_pages',
    ],
    summary: 'Takes unpopulated pages back.',
    effects: [{ does: 'transfer', on: entries(1), count: 'pages return to the Xen list', when: 'always' }],
    zoneDevice: 'no put_page: the list keeps count 1',
    context: 'pages no longer mapped',
  },
  {
    name: 'alloc_xenballooned_pages',
    form: 'function',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: [
      '4.20:drivers/xen/balloon.c:586#alloc_xenballooned_pages',
      '5.4:drivers/xen/balloon.c:596#alloc_xenballooned_pages',
    ],
    summary: 'Gives ballooned-out RAM pages, for foreign mappings.',
    sources: [{ role: 'provenance', result: entries(1), kinds: ['buddy', 'page-offline'] }],
    effects: [
      { does: 'acquire', on: entries(1), unit: 'reference', count: '1 each (ballooned RAM)', when: 'ret == 0' },
    ],
    replacedBy: 'xen_alloc_unpopulated_pages',
    zoneDevice: 'not ZONE_DEVICE',
  },
  {
    name: 'gnttab_alloc_pages',
    form: 'function',
    range: { since: '4.20' },
    evidence: [
      '4.20:drivers/xen/grant-table.c:802#gnttab_alloc_pages',
      '7.1:drivers/xen/grant-table.c:889#gnttab_alloc_pages',
    ],
    summary: 'Gives pages to map grants into.',
    sources: [
      { role: 'provenance', result: entries(1), kinds: ['buddy', 'kernel-alloc', 'page-offline', 'xen-unpopulated'] },
    ],
    effects: [{ does: 'acquire', on: entries(1), unit: 'reference', count: '1 each', when: 'ret == 0' }],
    counterparts: ['gnttab_free_pages'],
    zoneDevice: 'ZONE_DEVICE GENERIC pages when unpopulated-alloc is enabled',
  },
] as const satisfies readonly ModelEntry[];
