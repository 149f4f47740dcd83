import type { ModelEntry } from '../../src/index.js';
import { arg } from '../operands.js';

/** Pages with hardware errors. */
export const POISON = [
  {
    name: 'get_hwpoison_page',
    form: 'function',
    range: { since: '4.20' },
    evidence: ['4.20:mm/memory-failure.c:928#get_hwpoison_page', '7.1:mm/memory-failure.c:1506#get_hwpoison_page'],
    summary: 'Takes a reference on a page with a hardware error.',
    effects: [{ does: 'acquire', on: arg(0), unit: 'reference', count: '1', when: 'ret > 0' }],
    counterparts: ['put_page'],
    zoneDevice: 'not called for ZONE_DEVICE: memory_failure handles the pgmap instead',
    context: 'soft/hard offline path',
  },
  {
    name: 'memory_failure_dev_pagemap',
    form: 'function',
    range: { since: '4.20' },
    evidence: [
      '4.20:mm/memory-failure.c:1154#memory_failure_dev_pagemap',
      '7.1:mm/memory-failure.c:2131#memory_failure_dev_pagemap',
    ],
    summary: 'Handles a hardware error in a device page and drops the pgmap reference it was given.',
    effects: [
      { does: 'release', on: arg(2), unit: 'pgmap-reference', count: 'the pgmap reference passed in', when: 'always' },
    ],
    counterparts: ['get_dev_pagemap'],
    zoneDevice: 'ZONE_DEVICE branch of memory_failure',
    context: 'caller took get_dev_pagemap; success: ret == 0 or -EOPNOTSUPP',
  },
] as const satisfies readonly ModelEntry[];
