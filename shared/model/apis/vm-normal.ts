import type { ModelEntry } from '../../src/index.js';
import {
  USER_MAPPED_SINCE,
  NORMAL_PTE_KINDS,
  NORMAL_PTE_KINDS_WITH_DAX,
  NORMAL_HUGE_KINDS_WITH_DAX,
  DAX_NORMAL_FROM_6_15,
  DAX_NORMAL_PMD,
} from '../kinds.js';
import { RESULT, arg } from '../operands.js';

/** From a page-table entry to the page it maps in the normal way. */
export const VM_NORMAL = [
  {
    name: 'vm_normal_page',
    form: 'function',
    range: { since: '4.20', until: '5.3' },
    evidence: ['4.20:include/linux/mm.h:1443#vm_normal_page', '4.20:mm/memory.c:580#vm_normal_page'],
    summary: 'Gives the page of a pte if the pte maps one in the normal, refcounted way.',
    sources: [
      {
        role: 'filter',
        result: RESULT,
        kinds: NORMAL_PTE_KINDS,
        kindsSince: USER_MAPPED_SINCE,
        same: arg(2),
        nullable: true,
      },
    ],
    zoneDevice: 'ZONE_DEVICE: NULL for devmap ptes (FS_DAX, device-dax) and for PUBLIC',
    context: 'page table lock held; caller must get_page before unlocking',
  },
  {
    name: 'vm_normal_page',
    form: 'function',
    range: { since: '5.3', until: '6.15' },
    evidence: ['5.4:mm/memory.c:574#vm_normal_page', '6.12:mm/memory.c:594#vm_normal_page'],
    summary: 'Gives the page of a pte if the pte maps one in the normal, refcounted way.',
    sources: [
      {
        role: 'filter',
        result: RESULT,
        kinds: NORMAL_PTE_KINDS,
        kindsSince: USER_MAPPED_SINCE,
        same: arg(2),
        nullable: true,
      },
    ],
    replacedBy: 'vm_normal_folio',
    zoneDevice:
      'NULL for devmap ptes (FS_DAX, device-dax); Xen grants (5.9+), COHERENT (6.0+) and mmapped P2PDMA (6.2+) are returned',
    context: 'page table lock held; caller must take a reference before unlocking',
  },
  {
    name: 'vm_normal_page',
    form: 'function',
    range: { since: '6.15' },
    evidence: ['7.1:mm/memory.c:767#vm_normal_page'],
    summary: 'Gives the page of a pte if the pte maps one in the normal way, dax pages among them.',
    sources: [
      {
        role: 'filter',
        result: RESULT,
        kinds: NORMAL_PTE_KINDS_WITH_DAX,
        kindsSince: USER_MAPPED_SINCE,
        same: arg(2),
        nullable: true,
      },
    ],
    replacedBy: 'vm_normal_folio',
    zoneDevice: 'as before, and FS_DAX and device-dax pages too (ptes no longer devmap/special)',
    context: 'page table lock held; caller must take a reference before unlocking',
  },
  {
    name: '_vm_normal_page',
    form: 'function',
    range: { since: '4.20', until: '5.3' },
    evidence: ['4.20:mm/memory.c:580#_vm_normal_page'],
    summary: 'Older form of vm_normal_page whose flag lets device-public pages through.',
    sources: [
      {
        role: 'filter',
        result: RESULT,
        kinds: [...NORMAL_PTE_KINDS, 'device-public', 'hmm-devmem'],
        kindsSince: USER_MAPPED_SINCE,
        same: arg(2),
        nullable: true,
      },
    ],
    replacedBy: 'vm_normal_page',
    zoneDevice: 'returns PUBLIC pages only when the extra bool is true',
    context: 'page table lock held',
  },
  {
    name: 'vm_normal_page_pmd',
    form: 'function',
    range: { since: '4.20' },
    evidence: [
      '4.20:mm/memory.c:659#vm_normal_page_pmd',
      '7.1:mm/memory.c:809#vm_normal_page_pmd',
      '6.12:mm/memory.c:681#VM_MIXEDMAP',
    ],
    summary: 'Gives the page of a huge pmd if it maps one in the normal way.',
    sources: [
      {
        role: 'filter',
        result: RESULT,
        kinds: NORMAL_HUGE_KINDS_WITH_DAX,
        kindsSince: DAX_NORMAL_PMD,
        same: arg(2),
        nullable: true,
      },
    ],
    zoneDevice: 'devmap pmds give NULL up to 6.14/6.16; 7.1 returns device folios',
    context: 'pmd lock held; virtiofs dax areas are VM_MIXEDMAP from 5.10 and skip the devmap test',
  },
  {
    name: 'vm_normal_page_pud',
    form: 'function',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:mm/memory.c:850#vm_normal_page_pud'],
    summary: 'Gives the page of a huge pud if it maps one in the normal way.',
    sources: [
      {
        role: 'filter',
        result: RESULT,
        kinds: NORMAL_HUGE_KINDS_WITH_DAX,
        kindsSince: DAX_NORMAL_FROM_6_15,
        same: arg(2),
        nullable: true,
      },
    ],
    zoneDevice: 'returns device folios',
    context: 'pud lock held',
  },
  {
    name: 'vm_normal_folio',
    form: 'function',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:mm/memory.c:675#vm_normal_folio', '7.1:mm/memory.c:786#vm_normal_folio'],
    summary: 'Gives the folio of a pte if the pte maps one in the normal way.',
    sources: [
      {
        role: 'filter',
        result: RESULT,
        kinds: NORMAL_PTE_KINDS_WITH_DAX,
        kindsSince: DAX_NORMAL_FROM_6_15,
        same: arg(2),
        nullable: true,
      },
    ],
    zoneDevice: 'as vm_normal_page',
    context: 'page table lock held',
  },
  {
    name: 'vm_normal_folio_pmd',
    form: 'function',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:mm/memory.c:710#vm_normal_folio_pmd',
      '7.1:mm/memory.c:828#vm_normal_folio_pmd',
      '6.12:mm/memory.c:681#VM_MIXEDMAP',
    ],
    summary: 'Gives the folio of a huge pmd if it maps one in the normal way.',
    sources: [
      {
        role: 'filter',
        result: RESULT,
        kinds: NORMAL_HUGE_KINDS_WITH_DAX,
        kindsSince: DAX_NORMAL_PMD,
        same: arg(2),
        nullable: true,
      },
    ],
    zoneDevice: 'as vm_normal_page_pmd',
    context: 'pmd lock held; virtiofs dax areas are VM_MIXEDMAP from 5.10 and skip the devmap test',
  },
] as const satisfies readonly ModelEntry[];
