import type { ModelEntry } from '../../src/index.js';
import { ALLOCATORS } from './allocators.js';
import { CONVERSIONS } from './conversions.js';
import { FLAGS } from './flags.js';
import { FREEING } from './freeing.js';
import { PREDICATES } from './predicates.js';
import { RANGES_AND_ATTRIBUTES } from './ranges.js';
import { GIVE_BACK } from './give-back.js';
import { OTHER_SOURCES } from './sources.js';

/** Names that are no page-reference API, but tell the analysis what a page is. */
export const ANALYSIS_ENTRIES: readonly ModelEntry[] = [
  ...CONVERSIONS,
  ...PREDICATES,
  ...ALLOCATORS,
  ...OTHER_SOURCES,
  ...FREEING,
  ...GIVE_BACK,
  ...FLAGS,
  ...RANGES_AND_ATTRIBUTES,
];
