import type { ModelEntry } from '../../src/index.js';
import { ONLINE_SECTION_KINDS } from '../kinds.js';
import { RESULT, arg } from '../operands.js';

/** Between pfns and struct pages. */
export const PFN = [
  {
    name: 'pfn_to_page',
    form: 'macro',
    references: 'require-ref',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/asm-generic/memory_model.h:82#pfn_to_page',
      '7.1:include/asm-generic/memory_model.h:74#pfn_to_page',
    ],
    summary: "Computes the address of a pfn's struct page, whether there is one or not.",
    conversion: { from: arg(0), to: RESULT, nonNull: true },
    zoneDevice: 'valid for ZONE_DEVICE once mapped by memremap_pages; stale after unmap',
    context:
      'pfn_valid for address arithmetic, plus pfn_to_online_page or a device pin before touching contents; success: no failure value: garbage if the memmap is absent',
  },
  {
    name: 'page_to_pfn',
    form: 'macro',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/asm-generic/memory_model.h:81#page_to_pfn',
      '7.1:include/asm-generic/memory_model.h:73#page_to_pfn',
    ],
    summary: 'Computes the pfn of a struct page.',
    conversion: { from: arg(0), to: RESULT },
  },
  {
    name: 'pfn_valid',
    form: 'static-inline',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/mmzone.h:1240#pfn_valid', '7.1:include/linux/mmzone.h:2264#pfn_valid'],
    summary: 'Tells whether a pfn has a struct page at all.',
    predicate: { class: 'valid', of: arg(0), answers: { no: ['no-struct-page'], otherwise: 'yes' } },
    zoneDevice: 'true for ZONE_DEVICE pfns, and section-wide for early sections',
    context:
      'says nothing about initialised, online, RAM, or refcounted; success: returns nonzero: a memmap entry exists',
  },
  {
    name: 'pfn_valid_within',
    form: 'macro',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: ['4.20:include/linux/mmzone.h:1301#pfn_valid_within', '5.4:include/linux/mmzone.h:1419#pfn_valid_within'],
    summary: 'Tells whether a pfn inside a valid block has a struct page.',
    predicate: { class: 'valid', of: arg(0), answers: { no: ['no-struct-page'], otherwise: 'yes' } },
    context: 'success: as pfn_valid with holes in zone',
  },
  {
    name: 'pfn_to_online_page',
    form: 'macro',
    range: { since: '4.20', until: '5.12' },
    evidence: [
      '4.20:include/linux/memory_hotplug.h:24#pfn_to_online_page',
      '5.4:include/linux/memory_hotplug.h:24#pfn_to_online_page',
    ],
    summary: 'Gives the page of a pfn if its section is online memory.',
    sources: [{ role: 'filter', result: RESULT, kinds: ONLINE_SECTION_KINDS, same: arg(0), nullable: true }],
    zoneDevice:
      'NULL for ZONE_DEVICE; before 5.12 section granular, so a device pfn sharing a section with RAM could be returned (possible since 5.3 sub-sections)',
    context:
      'memory hotplug lock or tolerance of racing offline; plain pfn_valid when !CONFIG_MEMORY_HOTPLUG; no proof against ZONE_DEVICE in a section that mixes it with RAM',
  },
  {
    name: 'pfn_to_online_page',
    form: 'function',
    range: { since: '5.12' },
    evidence: ['6.1:mm/memory_hotplug.c:259#pfn_to_online_page', '7.1:mm/memory_hotplug.c:338#pfn_to_online_page'],
    summary: 'Gives the page of a pfn if its section is online memory.',
    sources: [{ role: 'filter', result: RESULT, kinds: ONLINE_SECTION_KINDS, same: arg(0), nullable: true }],
    zoneDevice: 'NULL for ZONE_DEVICE even in a mixed section (consults get_dev_pagemap)',
    context: 'tolerate racing offline',
  },
  {
    name: 'pageblock_pfn_to_page',
    form: 'static-inline',
    range: { since: '4.20' },
    evidence: [
      '4.20:mm/internal.h:154#pageblock_pfn_to_page',
      '4.20:mm/page_alloc.c:1366#__pageblock_pfn_to_page',
      '7.1:mm/internal.h:814#pageblock_pfn_to_page',
      '7.1:mm/page_alloc.c:1654#__pageblock_pfn_to_page',
    ],
    summary: 'Gives the first page of a pageblock that lies in one zone of online memory.',
    sources: [{ role: 'filter', result: RESULT, kinds: ONLINE_SECTION_KINDS, same: arg(0), nullable: true }],
    zoneDevice:
      'NULL for ZONE_DEVICE: it asks pfn_to_online_page() and compares the zone, unless all of the zone was found so before',
    context: 'success: the page; NULL where the block has a hole or reaches into another zone',
  },
] as const satisfies readonly ModelEntry[];
