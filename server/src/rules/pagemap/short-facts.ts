import type { PageKindFacts, PagemapModel } from '@pageref/shared';

/** What the pages of a registration are in the release, in a few words each. */
export interface ShortFacts {
  /** `PCI_P2PDMA`, `DEVICE_COHERENT or FS_DAX`: the types without what all begin with. */
  readonly pages: string;
  /** The count of a page that nobody uses. */
  readonly idle: string;
  /** Whether GUP can take one, and whether it can be pinned for long. */
  readonly gup: string;
  readonly pins: string;
}

/**
 * Pure.
 * @param types names of the enum, `MEMORY_DEVICE_PCI_P2PDMA`
 */
export function shortFacts(
  types: readonly string[],
  { pagemap, kinds }: { readonly pagemap: PagemapModel; readonly kinds: ReadonlyMap<string, PageKindFacts> },
): ShortFacts {
  const known = types.flatMap((type) => pagemap.types.find((one) => one.type === type) ?? []);
  const facts = known.flatMap(({ kind }) => kinds.get(kind) ?? []);
  return {
    pages: types.map((type) => type.replace(/^MEMORY_DEVICE_/, '')).join(' or '),
    idle: either(facts.map(({ kind }) => String(pagemap.idleCounts.find((one) => one.kind === kind)?.count ?? '?'))),
    gup: either(facts.map(({ gup }) => shortAnswer(gup))),
    pins: either(facts.map(({ longtermPin }) => shortAnswer(longtermPin))),
  };
}

/** The same as an editor writes it behind the call: `P2PDMA: idle count 1, no long-term pins`. */
export function factsLabel({ pages, idle, pins }: ShortFacts): string {
  const longterm = { no: 'no long-term pins', yes: 'long-term pins' }[pins] ?? `long-term pins ${pins}`;
  return `${pages.replace('PCI_P2PDMA', 'P2PDMA')}: idle count ${idle}, ${longterm}`;
}

function either(answers: readonly string[]): string {
  return answers.length === 0 ? 'unknown' : [...new Set(answers)].join(' or ');
}

/** `no: GUP faults it back to RAM` is no, with the reason for whoever asks. */
function shortAnswer(text: string): string {
  return /^(?:yes|no|only|not)\b/.test(text) ? (/^[^:(,;]*/.exec(text)?.[0] ?? '').trim() : text;
}
