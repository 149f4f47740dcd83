/**
 * The model: what the page-reference names of the kernel do, release by release, as data.
 *
 * All 281 names of the fact table are here, none is left out. Its 309 rows are 338 entries: a row is cut where an argument
 * index, a success test or an answer changes inside its range (hva_to_pfn_remapped, folio_isolate_lru, PageReserved).
 * A row whose operand no C argument stands for, or whose index is not known, keeps its prose and has no effect:
 * p2pmem_alloc_mmap, follow_pte_pmd, dev_pagemap_ops.kill and dev_pagemap_ops.cleanup.
 * dev_pagemap_ops.* are callbacks of a structure, not C identifiers; they are found by name only.
 *
 * `analysis/` adds names that are no page-reference API but tell what a page is. Left out of it on purpose:
 * region_intersects() (three answers, not a boolean), walk_mem_res() (not only RAM), vma-level tests (no page operand).
 */
export * from './kinds.js';
export * from './operands.js';
export * from './resolve.js';
export { BARE_ADDRESSES, FLAG_GUARDS, PLAIN_VALUES, TYPES } from './analysis/types.js';
export { API_ENTRIES } from './apis/index.js';
export { FAMILY_OF } from './families.js';
export { GIVE_BACKS, SAME_ANSWERS, TEMPORARY_MAPS } from './give-backs.js';
export { HISTORY } from './history.js';
export { IDIOMS } from './idioms.js';
export { ASSERTIONS, SYNTAX_MACROS } from './macros.js';
export { OLD_NAMES } from './old-names.js';
export { PAGE_KIND_FACTS } from './page-kinds.js';
export { REPLACEMENTS } from './replacements.js';
export { PAGEMAP_APIS, PAGEMAP_IDLE_COUNTS, PAGEMAP_REMOVAL, PAGEMAP_TYPES } from './pagemap.js';
export { RESERVED_BIT } from './reserved-bit.js';
export { withTreeFacts } from './tree.js';
export { facetOf, OUTCOMES, ownershipModel, OWNERSHIP_ROWS, PENDING_CODES } from './ownership/index.js';
export { SIGNATURES } from './signatures.js';
export { TREE_SIGNS } from './tree-signs.js';
export { LOG_CALLS, UNCOUNTED } from './uncounted.js';
