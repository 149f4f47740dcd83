import type { FlagGuard, PageKind, PageTypes, TypeProvenance } from '../../src/index.js';
import { SYSTEM_RAM_KINDS } from '../kinds.js';

const TABLE_KINDS = ['page-table', 'boot-page-table'] as const satisfies readonly PageKind[];

/** Types that stand for a page themselves, and the member that leads from a folio to its page (include/linux/mm_types.h). */
export const PAGE_TYPES: PageTypes = {
  names: ['page', 'folio'],
  members: [{ type: 'folio', field: 'page' }],
  entries: ['pte_t', 'pmd_t', 'pud_t', 'p4d_t', 'pgd_t'],
  fromPfns: ['pfn_to_page', '__pfn_to_page', 'phys_to_page', 'pfn_folio', 'pfn_t_to_page'],
  fromNumbers: [
    'pfn_to_page',
    '__pfn_to_page',
    'phys_to_page',
    'pfn_folio',
    'virt_to_page',
    'virt_to_head_page',
    'virt_to_folio',
    'hmm_pfn_to_page',
    'pfn_t_to_page',
    'migrate_pfn_to_page',
    'pte_page',
    'pmd_page',
    'pud_page',
    'p4d_page',
    'pgd_page',
  ],
};

/** Types without a tag whose values are an address and say nothing of what lies there. */
export const BARE_ADDRESSES: ReadonlySet<string> = new Set([
  'void',
  'char',
  'u8',
  'u64',
  'unsigned char',
  'unsigned long',
  'long',
  'uintptr_t',
  'phys_addr_t',
]);

/** Types whose values are neither a page nor an address or number of one: flags, counts, results. */
export const PLAIN_VALUES: ReadonlySet<string> = new Set([
  'void',
  'bool',
  'char',
  'int',
  'unsigned',
  'unsigned int',
  'short',
  'unsigned short',
  ...['s8', 'u8', 's16', 'u16', 's32', 'u32'].flatMap((name) => [name, `__${name}`]),
  'size_t',
  'ssize_t',
  'loff_t',
  'gfp_t',
]);

/**
 * C types that tell what page an expression names.
 *
 * Beside these there is one general rule, for the analysis to apply: a pointer to any `struct X` other than page and folio
 * that goes into a conversion with `origin: 'address'` points to a kernel object, and its page is one of KERNEL_OBJECT_KINDS.
 * A bare address (`void *`, `char *`, an integer) is one of DIRECT_MAP_KINDS. The argument of a conversion with
 * `origin: 'pte'` is one of USER_PTE_KINDS, or of KERNEL_PTE_KINDS where it is known to come from kernel page tables.
 */
export const TYPES: readonly TypeProvenance[] = [
  {
    type: 'ptdesc',
    gives: 'page',
    kinds: TABLE_KINDS,
    range: { since: '6.6', sinceAfter: '6.1' },
    evidence: ['6.12:include/linux/mm_types.h:468#ptdesc'],
  },
  {
    type: 'slab',
    gives: 'page',
    kinds: ['slab'],
    range: { since: '5.17', sinceAfter: '5.4' },
    evidence: ['6.12:mm/slab.h:52#slab'],
  },
  {
    type: 'pgtable_t',
    gives: 'page',
    kinds: TABLE_KINDS,
    range: { since: '4.20' },
    evidence: ['6.12:arch/x86/include/asm/pgtable_types.h:520#pgtable_t'],
  },
  {
    type: 'pte_t',
    gives: 'object',
    kinds: TABLE_KINDS,
    range: { since: '4.20' },
    evidence: ['6.12:arch/x86/include/asm/pgtable_64_types.h:21#pte_t'],
  },
  {
    type: 'pmd_t',
    gives: 'object',
    kinds: TABLE_KINDS,
    range: { since: '4.20' },
    evidence: ['6.12:arch/x86/include/asm/pgtable_64_types.h:22#pmd_t'],
  },
  {
    type: 'pud_t',
    gives: 'object',
    kinds: TABLE_KINDS,
    range: { since: '4.20' },
    evidence: ['6.12:arch/x86/include/asm/pgtable_types.h:372#pud_t'],
  },
  {
    type: 'p4d_t',
    gives: 'object',
    kinds: TABLE_KINDS,
    range: { since: '4.20' },
    evidence: ['6.12:arch/x86/include/asm/pgtable_types.h:346#p4d_t'],
  },
  {
    type: 'pgd_t',
    gives: 'object',
    kinds: TABLE_KINDS,
    range: { since: '4.20' },
    evidence: ['6.12:arch/x86/include/asm/pgtable_types.h:299#pgd_t'],
  },
];

/** Flag words that say what an object's range holds. Only the test for all System RAM bits is proof. */
export const FLAG_GUARDS: readonly FlagGuard[] = [
  {
    type: 'resource',
    member: 'flags',
    mask: 'IORESOURCE_SYSTEM_RAM',
    rangeMembers: ['start', 'end'],
    kinds: SYSTEM_RAM_KINDS,
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/ioport.h:74#IORESOURCE_SYSTEM_RAM'],
  },
];
