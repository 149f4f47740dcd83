import { findWords } from './index.js';
import type { FoundWord, Item } from './index.js';
import { isMember } from './c-scan.js';
import { offsetsOf } from './words.js';

/** Items with code that hold one of the names, in order. Finding them first spares looking at every word of the file. */
export function holders(text: string, items: readonly Item[], names: ReadonlySet<string>): readonly Item[] {
  const held: Item[] = [];
  let at = 0;
  for (const offset of offsetsOf(text, names)) {
    while (at < items.length - 1 && (items[at]?.end ?? 0) <= offset) at++;
    const item = items[at];
    if (item && !item.dead && item.kind !== 'trivia' && item !== held.at(-1)) held.push(item);
  }
  return held;
}

/** The words of interest in the code and directives of each item; a member of a structure is another thing. */
export function wordsIn(text: string, items: readonly Item[], words: ReadonlySet<string>): FoundWord[][] {
  const isMeant = ({ lexical, start }: FoundWord): boolean =>
    (lexical === 'code' || lexical === 'directive') && !isMember(text, start);
  return everyWordIn(text, items, words).map((found) => found.filter(isMeant));
}

/**
 * The words of interest in each item, wherever they stand in it. Items are looked at in one go, each begun on a fresh line,
 * because a search costs more to set up than to run.
 */
export function everyWordIn(text: string, items: readonly Item[], words: ReadonlySet<string>): FoundWord[][] {
  const found: FoundWord[][] = items.map(() => []);
  let index = 0;
  let base = 0;
  for (const word of findWords(items.map(({ start, end }) => text.slice(start, end)).join(GAP), words)) {
    for (let length = lengthOf(items[index]); word.start >= base + length; length = lengthOf(items[index])) {
      base += length + GAP.length;
      index++;
    }
    const shift = (items[index]?.start ?? 0) - base;
    found[index]?.push({ ...word, start: word.start + shift, end: word.end + shift });
  }
  return found;
}

/** Two ends of line: the first may be behind a backslash. */
const GAP = '\n\n';

function lengthOf(item: Item | undefined): number {
  return item ? item.end - item.start : Infinity;
}
