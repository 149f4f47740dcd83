import type { ModelEntry } from '../../src/index.js';
import { exactly } from '../kinds.js';
import { arg } from '../operands.js';

/** Tests for the zero page and for pages that may be pinned for long. */
export const PAGE_TESTS = [
  {
    name: 'is_zero_pfn',
    form: 'static-inline',
    range: { since: '4.20' },
    evidence: ['6.12:include/linux/pgtable.h:1579#is_zero_pfn', '4.20:include/asm-generic/pgtable.h:821#is_zero_pfn'],
    summary: 'Tells whether a pfn is the zero page.',
    predicate: { class: 'kind', of: arg(0), answers: exactly('zero-page') },
    zoneDevice: 'zero page is PG_reserved and refcounted but never freed',
  },
  {
    name: 'is_zero_page',
    form: 'static-inline',
    range: { since: '6.5' },
    evidence: ['6.12:include/linux/mm.h:1975#is_zero_page', '7.1:include/linux/mm.h:2707#is_zero_page'],
    summary: 'Tells whether a page is the zero page.',
    predicate: { class: 'kind', of: arg(0), answers: exactly('zero-page') },
  },
  {
    name: 'is_zero_folio',
    form: 'static-inline',
    range: { since: '6.5' },
    evidence: ['6.12:include/linux/mm.h:1986#is_zero_folio', '7.1:include/linux/mm.h:2718#is_zero_folio'],
    summary: 'Tells whether a folio is the zero page.',
    predicate: { class: 'kind', of: arg(0), answers: exactly('zero-page') },
    zoneDevice: 'excludes the huge zero folio',
  },
  {
    name: 'is_longterm_pinnable_page',
    form: 'static-inline',
    range: { since: '6.1', sinceAfter: '5.4', until: '6.12', untilAfter: '6.1' },
    evidence: ['6.1:include/linux/mm.h:1648#is_longterm_pinnable_page'],
    summary: 'Tells whether a page may be pinned for long where it is.',
    predicate: { class: 'kind', of: arg(0), answers: { no: ['device-coherent'], otherwise: 'maybe' } },
    preconditions: [{ of: arg(0), needs: 'held', text: 'page referenced' }],
    replacedBy: 'folio_is_longterm_pinnable',
    zoneDevice: 'false for COHERENT; true for other ZONE_DEVICE types (FS_DAX is rejected by vma test instead)',
    context: 'page referenced',
  },
  {
    name: 'folio_is_longterm_pinnable',
    form: 'static-inline',
    range: { since: '6.1', sinceAfter: '5.4', until: '6.15' },
    evidence: [
      '6.1:include/linux/mm.h:1674#folio_is_longterm_pinnable',
      '7.1:include/linux/mm.h:2725#folio_is_longterm_pinnable',
    ],
    summary: 'Tells whether a folio may be pinned for long where it is.',
    predicate: { class: 'kind', of: arg(0), answers: { no: ['device-coherent'], otherwise: 'maybe' } },
    preconditions: [{ of: arg(0), needs: 'held', text: 'folio referenced' }],
    zoneDevice: 'false for COHERENT; from 6.15 also false for FS_DAX',
    context: 'folio referenced',
  },
  {
    name: 'folio_is_longterm_pinnable',
    form: 'static-inline',
    range: { since: '6.15' },
    evidence: [
      '6.1:include/linux/mm.h:1674#folio_is_longterm_pinnable',
      '7.1:include/linux/mm.h:2725#folio_is_longterm_pinnable',
    ],
    summary: 'Tells whether a folio may be pinned for long where it is.',
    predicate: { class: 'kind', of: arg(0), answers: { no: ['device-coherent', 'fs-dax'], otherwise: 'maybe' } },
    preconditions: [{ of: arg(0), needs: 'held', text: 'folio referenced' }],
    zoneDevice: 'false for COHERENT; from 6.15 also false for FS_DAX',
    context: 'folio referenced',
  },
] as const satisfies readonly ModelEntry[];
