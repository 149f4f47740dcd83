import type { ModelEntry } from '../src/index.js';
import { arg } from './operands.js';

/**
 * Names that code for several releases still writes, and that no release from 4.20 on has. They are in no resolved model:
 * a call of one is a call of whatever the code itself means by it, and may count references.
 */
export const OLD_NAMES: readonly ModelEntry[] = [
  {
    name: 'page_cache_get',
    form: 'macro',
    range: { since: '2.6', until: '4.6' },
    evidence: ['commit:09cbfeaf1a5a'],
    summary: 'Another name of get_page() in the days of PAGE_CACHE_SIZE.',
    effects: [{ does: 'acquire', on: arg(0), unit: 'reference', count: '1', when: 'always' }],
    replacedBy: 'get_page',
  },
  {
    name: 'page_cache_release',
    form: 'macro',
    range: { since: '2.6', until: '4.6' },
    evidence: ['commit:09cbfeaf1a5a'],
    summary: 'Another name of put_page() in the days of PAGE_CACHE_SIZE.',
    effects: [{ does: 'release', on: arg(0), unit: 'reference', count: '1', when: 'always' }],
    replacedBy: 'put_page',
  },
];
