import type { ModelEntry } from '../../src/index.js';
import { SYSTEM_RAM_KINDS } from '../kinds.js';
import { arg } from '../operands.js';

/** Walks over System RAM, and attributes of a page that code compares. */
export const RANGES_AND_ATTRIBUTES = [
  {
    name: 'walk_system_ram_range',
    form: 'function',
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/ioport.h:393#walk_system_ram_range'],
    summary: 'Calls back for each range of System RAM, with its first pfn.',
    callback: { callback: 3, parameter: 0, kinds: SYSTEM_RAM_KINDS },
  },
  {
    name: 'walk_system_ram_res',
    form: 'function',
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/ioport.h:399#walk_system_ram_res'],
    summary: 'Calls back for each System RAM resource.',
    callback: { callback: 3, parameter: 0, kinds: SYSTEM_RAM_KINDS },
  },
  {
    name: 'page_zone',
    form: 'static-inline',
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/mm.h:1856#page_zone'],
    summary: 'Zone of a page.',
    attribute: { of: arg(0), what: 'zone', deviceConstant: 'ZONE_DEVICE' },
  },
  {
    name: 'page_zonenum',
    form: 'static-inline',
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/mmzone.h:1122#page_zonenum'],
    summary: 'Zone number of a page.',
    attribute: { of: arg(0), what: 'zone-number', deviceConstant: 'ZONE_DEVICE' },
  },
  {
    name: 'page_zone_id',
    form: 'static-inline',
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/mm.h:1627#page_zone_id'],
    summary: 'Node and zone of a page as one number.',
    attribute: { of: arg(0), what: 'zone', deviceConstant: 'ZONE_DEVICE' },
  },
  {
    name: 'folio_zone',
    form: 'static-inline',
    range: { since: '5.16' },
    evidence: ['6.12:include/linux/mm.h:1866#folio_zone'],
    summary: 'Zone of a folio.',
    attribute: { of: arg(0), what: 'zone', deviceConstant: 'ZONE_DEVICE' },
  },
  {
    name: 'folio_zonenum',
    form: 'static-inline',
    range: { since: '5.16' },
    evidence: ['6.12:include/linux/mmzone.h:1128#folio_zonenum'],
    summary: 'Zone number of a folio.',
    attribute: { of: arg(0), what: 'zone-number', deviceConstant: 'ZONE_DEVICE' },
  },
] as const satisfies readonly ModelEntry[];
