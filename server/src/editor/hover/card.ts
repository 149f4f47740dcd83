import { kindsIn, ZONE_DEVICE } from '@pageref/shared';
import type { KindSet } from '@pageref/shared';

/** What a hover shows, before it is put into markdown or plain text. */
export interface Card {
  /** Extent of the name the card is about, UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  /** The name, as code. */
  readonly title: string;
  /** What it is, behind the name. */
  readonly about: string;
  /** Sentences. */
  readonly paragraphs: readonly string[];
  readonly rows: readonly CardRow[];
  /** A name of the model of which more is known than a card has room for. */
  readonly table?: string;
}

export interface CardRow {
  readonly label: string;
  readonly text: string;
}

/** Kinds in words: all ZONE_DEVICE ones together, and what is missing where nearly all are there. */
export function kindsText(set: KindSet, any: KindSet): string {
  const [present, absent] = [set & any, any & ~set];
  if (present === 0) return 'none';
  if (absent === 0) return 'every kind';
  const missing = named(absent, any);
  if (missing.length <= 3 && kindsIn(present).length > 6)
    return `every kind but ${missing.join(', ').replace(/, ([^,]*)$/, ' and $1')}`;
  return named(present, any).join(', ');
}

function named(set: KindSet, any: KindSet): string[] {
  const device = any & ZONE_DEVICE;
  if (device === 0 || (set & device) !== device || kindsIn(device).length < 2) return kindsIn(set);
  return [...kindsIn(set & ~device), 'every ZONE_DEVICE kind'];
}

/** The identifier at an offset, or the one that ends there. */
export function identifierAt(
  text: string,
  offset: number,
): { readonly word: string; readonly start: number; readonly end: number } | undefined {
  const isWord = (at: number): boolean => /\w/.test(text.charAt(at));
  let [start, end] = [offset, offset];
  while (start > 0 && isWord(start - 1)) start--;
  while (end < text.length && isWord(end)) end++;
  const word = text.slice(start, end);
  return /^[A-Za-z_]/.test(word) ? { word, start, end } : undefined;
}
