import type { MemmapName, MemmapNames } from '../src/index.js';

/** Names around the memory map: what says that a struct page exists, and what says that it is initialised. */

/** Tests that say no more than that there is memory for a struct page. */
const EXISTENCE = [
  {
    name: 'pfn_valid',
    of: 'pfn',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/mmzone.h:1240#pfn_valid', '7.1:include/linux/mmzone.h:2264#pfn_valid'],
  },
  {
    name: 'pfn_valid_within',
    of: 'pfn',
    range: { since: '4.20', until: '6.1' },
    evidence: ['5.4:include/linux/mmzone.h:1419#pfn_valid_within'],
  },
  {
    name: 'pfn_present',
    of: 'pfn',
    range: { since: '4.20', until: '6.1' },
    evidence: ['5.4:include/linux/mmzone.h:1364#pfn_present'],
  },
  {
    name: 'pfn_in_present_section',
    of: 'pfn',
    range: { since: '5.8' },
    evidence: ['6.12:include/linux/mmzone.h:2059#pfn_in_present_section'],
  },
  {
    name: 'valid_section',
    of: 'section',
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/mmzone.h:1943#valid_section'],
  },
  {
    name: 'present_section',
    of: 'section',
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/mmzone.h:1933#present_section'],
  },
  {
    name: 'valid_section_nr',
    of: 'section',
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/mmzone.h:1953#valid_section_nr'],
  },
  {
    name: 'present_section_nr',
    of: 'section',
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/mmzone.h:1938#present_section_nr'],
  },
] as const satisfies readonly MemmapName[];

/** What is read of the memory map, and what says more of it than that it exists. */
export const MEMMAP_NAMES = {
  existence: EXISTENCE,
  /** From a pfn to its section, or to the number of that. */
  sections: ['__pfn_to_section', 'pfn_to_section_nr'],
  /** Questions whose asker knows that a valid pfn need not be online, and walks over memory that is. */
  vouchers: [
    'pfn_to_online_page',
    'pageblock_pfn_to_page',
    'online_section',
    'online_section_nr',
    'online_device_section',
    'start_isolate_page_range',
    'get_dev_pagemap',
    'pgmap_pfn_valid',
    'is_zone_device_page',
    'folio_is_zone_device',
    'page_is_ram',
    'region_intersects',
    'pfn_is_map_memory',
    'memblock_is_map_memory',
    'memblock_is_memory',
    'memblock_is_region_memory',
    'walk_system_ram_range',
    'for_each_mem_pfn_range',
    'for_each_mem_range',
    'for_each_free_mem_range',
    'for_each_free_mem_pfn_range_in_zone',
    'for_each_reserved_mem_region',
    'for_each_reserved_mem_range',
    // A notice about memory that is online as long as it is told.
    'MEM_GOING_OFFLINE',
    'MEM_CANCEL_OFFLINE',
    'MEM_GOING_ONLINE',
    'MEM_ONLINE',
  ],
  /** Marks of functions that run at boot, when nothing was plugged in or taken offline yet. */
  bootOnly: ['__init', '__init_memblock'],
  /** What prints a page, mostly where something is wrong with it already. */
  dumps: ['dump_page', '__dump_page'],
  /** Calls that write a number that somebody outside has given to where one of their arguments points. */
  parsers: [
    ...[
      'kstrtou8',
      'kstrtou16',
      'kstrtou32',
      'kstrtou64',
      'kstrtouint',
      'kstrtoul',
      'kstrtoull',
      'kstrtol',
      'kstrtoll',
    ],
    ...['kstrtoul_from_user', 'kstrtoull_from_user', 'sscanf', 'copy_from_user', '__copy_from_user'],
  ],
  /** Types of numbers that count bytes of physical memory, or come from outside of the kernel. */
  outsideTypes: ['phys_addr_t', 'resource_size_t', 'u64', '__u64', 'uint64_t', 'loff_t'],
} as const satisfies MemmapNames;
