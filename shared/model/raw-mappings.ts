import type { RawMappings } from '../src/index.js';

/** Mappings of raw pfns (VM_PFNMAP), which count no reference on what they map: how code looks into those of others. */
export const RAW_MAPPINGS = {
  /** Calls that write the pfn, or the entry that holds it, through an argument. */
  lookups: [
    {
      name: 'follow_pfn',
      out: [2],
      range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
      evidence: ['4.20:mm/memory.c:4141#follow_pfn', '6.1:mm/memory.c:5578#follow_pfn'],
    },
    {
      name: 'follow_pte',
      out: [2, 3],
      range: { since: '5.12', until: '6.12' },
      evidence: ['6.1:mm/memory.c:5526#follow_pte'],
    },
    {
      name: 'follow_pfnmap_start',
      out: [0],
      range: { since: '6.12' },
      evidence: ['6.12:mm/memory.c:6435#follow_pfnmap_start', '7.1:mm/memory.c:6897#follow_pfnmap_start'],
    },
  ],
  /** Those among them that give the pfn itself, which holds for as long as the address space is locked. */
  givesPfn: ['follow_pfn'],
  unlocks: ['mmap_read_unlock', 'mmap_write_unlock', 'up_read', 'up_write'],
  /** What tells somebody who keeps a pfn that its mapping goes. */
  revalidation: ['mmu_notifier', 'mmu_interval', 'unmap_mapping'],
  /** Calls that take a reference whatever the count is. */
  counted: ['get_page', 'folio_get', 'page_ref_inc'],
  /** Calls that look up an area of an address space, which may be of any driver. */
  areas: ['find_vma', 'find_vma_intersection', 'vma_lookup', 'find_extend_vma', 'find_vma_prev'],
  flag: 'VM_PFNMAP',
  offset: 'vm_pgoff',
  ops: 'vm_ops',
  flags: 'vm_flags',
  setters: ['vm_flags_set', 'vm_flags_init', 'vm_flags_reset', 'vm_flags_mod', '__vm_flags_mod'],
  fault: 'fault',
  page: 'page',
} as const satisfies RawMappings;
