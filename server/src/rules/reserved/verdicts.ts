import type { NotAnalysed, Writer } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
import type { Item } from '../../syntax/index.js';
import type { JudgedSite } from './judge.js';
import type { JudgedMentions } from './judged.js';
import type { Mention } from './mention.js';

/** What one file says of the reserved bit: plain data, which can be kept. */
export interface FileTests {
  /** What was made of each mention of the bit, in the order of the text. */
  readonly verdicts: readonly MentionVerdict[];
  readonly writers: readonly Writer[];
  /** How many functions hold a mention in their code, and those among them that could not be read. */
  readonly holders: number;
  readonly unread: readonly NotAnalysed[];
}

/** The verdict on one mention of the reserved bit. */
export interface MentionVerdict {
  /** Offset of the mention, UTF-16 code units. */
  readonly start: number;
  readonly site: JudgedSite['site'];
  /** What changes here when ZONE_DEVICE pages lose PG_reserved; absent where nothing does. */
  readonly whatIf?: string;
}

export const NO_TESTS: FileTests = { verdicts: [], writers: [], holders: 0, unread: [] };

/**
 * Judges the mentions of a file. Total: any text gives a result.
 * @param only the items to be looked at; all of them when left out
 */
export function testsIn(
  file: SourceFile,
  reserved: JudgedMentions,
  only: (item: Item) => boolean = () => true,
): FileTests {
  const mentions = reserved.mentions.filter(({ start }) => {
    const item = file.itemAt(start);
    return item === undefined || only(item);
  });
  const holders = new Set<Item>();
  for (const mention of mentions) {
    const item = mention.kind === 'comment' || mention.kind === 'string' ? undefined : file.itemAt(mention.start);
    if (item?.kind === 'function') holders.add(item);
  }
  return {
    verdicts: mentions.map((mention) => verdictOf(mention, reserved.of(mention))),
    writers: reserved.writers,
    holders: holders.size,
    unread: [...holders].flatMap((item) => unreadFunction(file, item)),
  };
}

function verdictOf({ start }: Mention, { site, whatIf }: JudgedSite): MentionVerdict {
  return { start, site, ...(whatIf !== undefined && { whatIf }) };
}

function unreadFunction(file: SourceFile, item: Item): NotAnalysed[] {
  const unread = file.unread(item);
  return unread ? [{ ...file.place(unread.start), function: unread.name, why: unread.why }] : [];
}
