import type { FlagWords, SourceFlags } from '../src/index.js';

/** Releases in which a pin of the zero page counts; later ones leave its count alone, and unpinning it does nothing. */
export const ZERO_PAGE_PINS = {
  range: { since: '4.20', until: '6.5' },
  evidence: ['6.12:mm/gup.c:162#is_zero_folio', '6.12:mm/gup.c:110#is_zero_folio'],
} as const;

/** The flags of get_user_pages() and its relatives in any release. */
export const GUP_FLAGS: FlagWords = {
  names: [
    'FOLL_WRITE',
    'FOLL_TOUCH',
    'FOLL_GET',
    'FOLL_DUMP',
    'FOLL_FORCE',
    'FOLL_NOWAIT',
    'FOLL_POPULATE',
    'FOLL_NOFAULT',
    'FOLL_HWPOISON',
    'FOLL_NUMA',
    'FOLL_MIGRATION',
    'FOLL_TRIED',
    'FOLL_MLOCK',
    'FOLL_REMOTE',
    'FOLL_COW',
    'FOLL_ANON',
    'FOLL_LONGTERM',
    'FOLL_SPLIT',
    'FOLL_SPLIT_PMD',
    'FOLL_PIN',
    'FOLL_FAST_ONLY',
    'FOLL_PCI_P2PDMA',
    'FOLL_INTERRUPTIBLE',
    'FOLL_UNLOCKABLE',
    'FOLL_HONOR_NUMA_FAULT',
    'FOLL_MADV_POPULATE',
  ],
  numbers: { 1: 'FOLL_WRITE' },
  evidence: ['4.20:include/linux/mm.h:2577#FOLL_WRITE', '6.12:include/linux/mm_types.h:1559#FOLL_WRITE'],
};

/**
 * What the flags in argument `at` keep out. Peer-to-peer memory is refused without a flag of its own from 6.2, when it can be
 * mapped at all. A long-term pin refuses file systems on dax, and moves coherent memory out first. A write fault
 * replaces the zero page.
 */
export function gupFlags(at: number): SourceFlags {
  return {
    at,
    needed: [{ flag: 'FOLL_PCI_P2PDMA', kinds: ['pci-p2pdma'] }],
    refused: [
      { flag: 'FOLL_LONGTERM', kinds: ['fs-dax', 'device-coherent', 'pci-p2pdma'] },
      { flag: 'FOLL_WRITE', kinds: ['zero-page'] },
    ],
  };
}
