import type { PageKindFacts } from '../src/index.js';
import { DEVICE_KINDS } from './page-kinds-device.js';
import { RAM_AND_MMIO_KINDS } from './page-kinds-ram.js';

/**
 * What each page kind is like, by release. One row of the fact table speaks of two behaviours (PageOffline memory was
 * reserved until 6.10) and is two entries here; "device-dax" takes the rows of the three names its type has had.
 */
export const PAGE_KIND_FACTS: readonly PageKindFacts[] = [...RAM_AND_MMIO_KINDS, ...DEVICE_KINDS];
