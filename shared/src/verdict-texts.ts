import type { Impact, Verdict } from './finding.js';

/** What a person is told about a verdict: by `pageref explain`, by SARIF rule help and by the docs. */
export interface VerdictText {
  /** A few words, for headings. */
  readonly title: string;
  /** What the analysis found out, one or two sentences. */
  readonly meaning: string;
  /** What to do about it, one or two sentences. */
  readonly action: string;
  /** True where a check has a finding; whether a person has to look today is asked with `needsCare`. */
  readonly needsCare: boolean;
}

export const VERDICT_TEXTS: Readonly<Record<Verdict, VerdictText>> = {
  'needs-zone-device': {
    title: 'the test takes ZONE_DEVICE pages for something else',
    meaning:
      'A ZONE_DEVICE page (persistent memory, device-dax, peer-to-peer DMA or device memory) can reach this test of the ' +
      'reserved bit, it answers as MMIO or boot memory would, and what the code does next depends on that answer.',
    action:
      'Test for ZONE_DEVICE beside the reserved bit, or ask the question that is really meant (is this page online RAM, ' +
      'is it refcounted, is it cacheable). The impact tells whether the outcome is wrong today, or right today because of the bit.',
    needsCare: true,
  },
  unclear: {
    title: 'the analysis could not decide',
    meaning:
      'A ZONE_DEVICE page was not ruled out, and it could not be seen whether the outcome matters or where the page comes ' +
      'from. The reason names what would settle it.',
    action: 'Read the place by hand, following the reason. Treat it as needs-zone-device until somebody has looked.',
    needsCare: true,
  },
  handled: {
    title: 'ZONE_DEVICE is tested as well',
    meaning: 'The same decision also tests for ZONE_DEVICE, so such a page is not mistaken for another reserved one.',
    action: 'Nothing. Keep the two tests together when the condition is changed.',
    needsCare: false,
  },
  guarded: {
    title: 'ZONE_DEVICE was ruled out before',
    meaning:
      'ZONE_DEVICE pages could have come this way, but an earlier step drops them: a filter such as pfn_to_online_page(), ' +
      'a zone or range check, or an early return. The reason names that step.',
    action:
      'Nothing today. Look again when the guard is removed or when its meaning changes in a later release; some filters ' +
      'have begun to let dax pages through.',
    needsCare: false,
  },
  'never-zone-device': {
    title: 'the page comes from elsewhere',
    meaning:
      'The page comes from a place that has no ZONE_DEVICE pages: an allocator, boot memory, the kernel image, a page-table ' +
      'type, or callers that were all seen.',
    action: 'Nothing.',
    needsCare: false,
  },
  'no-zone-device-arch': {
    title: 'the architecture cannot enable ZONE_DEVICE',
    meaning:
      'The code is built only for an architecture whose Kconfig cannot satisfy what ZONE_DEVICE depends on in this tree.',
    action: 'Nothing, until the architecture gains memory hotplug and a virtual memory map.',
    needsCare: false,
  },
  'assertion-only': {
    title: 'the bit is only asserted',
    meaning: 'The outcome is reported (BUG_ON, WARN_ON, VM_BUG_ON_PAGE and the like) and nothing else depends on it.',
    action: 'Nothing, unless the assertion can fire for a ZONE_DEVICE page; then the reason says so.',
    needsCare: false,
  },
  'copy-only': {
    title: 'the bit is only copied or shown',
    meaning: 'The bit is passed on to another word, a trace or user space, and no decision is made on it here.',
    action: 'Nothing here. Readers of the copy are judged where they test it.',
    needsCare: false,
  },
  'not-a-test': {
    title: 'a comment, a string or a definition',
    meaning: 'The name is mentioned in a comment, a string or its own definition; nothing is tested.',
    action: 'Nothing. A comment may need to be brought up to date when the code it describes changes.',
    needsCare: false,
  },
};

export interface ImpactText {
  readonly title: string;
  readonly meaning: string;
  /** What to do about it, one or two sentences. */
  readonly action: string;
  /** True when a person has to look today. */
  readonly needsCare: boolean;
}

export const IMPACT_TEXTS: Readonly<Record<Impact, ImpactText>> = {
  'wrong-today': {
    title: 'wrong today',
    meaning:
      'A ZONE_DEVICE page is mistreated by the code as it stands: a reference is never dropped, a mapping gets the wrong ' +
      'type, a valid page is refused. This is a bug to fix.',
    action: 'Test for ZONE_DEVICE beside the reserved bit, or ask the question that is really meant.',
    needsCare: true,
  },
  'right-by-accident': {
    title: 'right today, a place to name if the bit goes',
    meaning:
      'Today the outcome is right for a ZONE_DEVICE page, but only because such pages carry PG_reserved. The place has to be ' +
      'changed before the bit can be taken from them.',
    action:
      'Nothing today. Before ZONE_DEVICE pages lose the bit, name them here; ' +
      '`pageref audit --what-if no-reserved-zone-device` tells what would change.',
    needsCare: false,
  },
};
