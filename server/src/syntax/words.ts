import type { Lexical } from './item.js';
import { APOSTROPHE, BACKSLASH, HASH, NEWLINE, QUOTE, SLASH, isBlank, isDigit, isWordChar } from './chars.js';
import { directiveKeyword, isContinued, skipComment, skipLiteral } from './scan.js';

/** One occurrence of a word of interest, as a whole C identifier. Offsets are UTF-16 code units. */
export interface FoundWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
  readonly lexical: Lexical;
}

/** Recognises words by a bit per hash value first: most identifiers of a file are rejected without making a string. */
interface WordFilter {
  readonly words: ReadonlySet<string>;
  readonly bits: Uint8Array;
}

const HASH_BITS = 0x3fff;

/**
 * All occurrences of `words` in `text`, in order, each with what kind of text it stands in.
 * Comments and strings inside a directive are comments and strings; an #include line is `include` from end to end.
 */
export function findWords(text: string, words: ReadonlySet<string>): FoundWord[] {
  const filter = makeFilter(words);
  const found: FoundWord[] = [];
  let base: Lexical = 'code';
  let fresh = true;
  for (let at = 0; at < text.length;) {
    const c = text.charCodeAt(at);
    if (isWordChar(c)) {
      at = takeWord(text, at, text.length, base, filter, found);
      fresh = false;
    } else if (c === NEWLINE) {
      if (!isContinued(text, at)) {
        base = 'code';
        fresh = true;
      }
      at++;
    } else if (c === HASH && fresh) {
      base = directiveKeyword(text, at).startsWith('include') ? 'include' : 'directive';
      fresh = false;
      at++;
    } else {
      const end = skipHidden(text, at, c, base, filter, found);
      if (!isBlank(c) && (c !== SLASH || end === at + 1)) fresh = false;
      at = end;
    }
  }
  return found;
}

/** Offsets at which one of the names stands as a whole identifier, wherever that is, in order: one pass for all of them. */
export function offsetsOf(text: string, names: ReadonlySet<string>): readonly number[] {
  return namesAt(text, names).map(({ start }) => start);
}

/** The same with the names. What the text that was looked through last for the same set begins and ends with is taken over. */
export function namesAt(text: string, names: ReadonlySet<string>): readonly NameAt[] {
  if (names.size <= FEW) return fewAt(text, names);
  const last = LAST.get(names);
  const found = last ? foundBeside(last, text, names) : foundWithin(text, names, 0, text.length);
  LAST.set(names, { text, found });
  return found;
}

type NameAt = Pick<FoundWord, 'word' | 'start' | 'end'>;

interface LookedThrough {
  readonly text: string;
  readonly found: readonly NameAt[];
}

/** Of each set the last text: where somebody types, the next one is nearly the same. */
const LAST = new WeakMap<ReadonlySet<string>, LookedThrough>();

function foundBeside(last: LookedThrough, text: string, names: ReadonlySet<string>): readonly NameAt[] {
  const { head, tail } = inCommon(last.text, text);
  const shift = text.length - last.text.length;
  return [
    ...last.found.filter(({ end }) => end <= head),
    ...foundWithin(text, names, head, text.length - tail),
    ...last.found
      .filter(({ start }) => start >= last.text.length - tail)
      .map(({ word, start, end }) => ({ word, start: start + shift, end: end + shift })),
  ];
}

/** How much two texts begin and end with in common, without a word that is only begun. UTF-16 code units. */
function inCommon(a: string, b: string): { readonly head: number; readonly tail: number } {
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head + STEP <= most && a.slice(head, head + STEP) === b.slice(head, head + STEP)) head += STEP;
  while (head < most && a.charCodeAt(head) === b.charCodeAt(head)) head++;
  while (head > 0 && isWordChar(b.charCodeAt(head - 1))) head--;
  let tail = 0;
  const rest = most - head;
  const ends = (s: string, from: number): string => s.slice(s.length - from - STEP, s.length - from);
  while (tail + STEP <= rest && ends(a, tail) === ends(b, tail)) tail += STEP;
  while (tail < rest && a.charCodeAt(a.length - tail - 1) === b.charCodeAt(b.length - tail - 1)) tail++;
  while (tail > 0 && isWordChar(b.charCodeAt(b.length - tail))) tail--;
  return { head, tail };
}

/** Texts are compared in pieces of this length first. UTF-16 code units. */
const STEP = 4096;

function foundWithin(text: string, names: ReadonlySet<string>, from: number, to: number): readonly NameAt[] {
  const filter = makeFilter(names);
  const found: FoundWord[] = [];
  for (let at = from; at < to;) {
    at = isWordChar(text.charCodeAt(at)) ? takeWord(text, at, text.length, 'code', filter, found) : at + 1;
  }
  return found;
}

/** So many names are faster looked for one by one. */
const FEW = 8;

function fewAt(text: string, names: ReadonlySet<string>): readonly NameAt[] {
  const found: NameAt[] = [];
  for (const word of names) {
    if (word === '' || isDigit(word.charCodeAt(0))) continue;
    for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + word.length)) {
      if (!isWordChar(text.charCodeAt(start - 1)) && !isWordChar(text.charCodeAt(start + word.length))) {
        found.push({ word, start, end: start + word.length });
      }
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

function makeFilter(words: ReadonlySet<string>): WordFilter {
  const bits = new Uint8Array(HASH_BITS + 1);
  for (const word of words) bits[hashOf(word)] = 1;
  return { words, bits };
}

function hashOf(word: string): number {
  let hash = 0;
  for (let i = 0; i < word.length; i++) hash = (hash * 31 + word.charCodeAt(i)) & HASH_BITS;
  return hash;
}

/** Reads the word at `at`, notes it when it is wanted, and returns its end. */
function takeWord(
  text: string,
  at: number,
  limit: number,
  lexical: Lexical,
  filter: WordFilter,
  found: FoundWord[],
): number {
  let hash = 0;
  let end = at;
  for (; end < limit; end++) {
    const c = text.charCodeAt(end);
    if (!isWordChar(c)) break;
    hash = (hash * 31 + c) & HASH_BITS;
  }
  if (filter.bits[hash] === 1 && !isDigit(text.charCodeAt(at))) {
    const word = text.slice(at, end);
    if (filter.words.has(word)) found.push({ word, start: at, end, lexical });
  }
  return end;
}

/** Steps over a comment or literal at `at`, noting the words in it; over one character when there is none. */
function skipHidden(
  text: string,
  at: number,
  c: number,
  base: Lexical,
  filter: WordFilter,
  found: FoundWord[],
): number {
  if (c === SLASH) {
    const end = skipComment(text, at);
    return end > at ? takeWords(text, at, end, 'comment', filter, found) : at + 1;
  }
  if (c !== QUOTE && c !== APOSTROPHE) return at + 1;
  const end = skipLiteral(text, at);
  const closed = end - at >= 2 && text.charCodeAt(end - 1) === c;
  if (base === 'include' || (base === 'directive' && !closed)) return at + 1;
  return takeWords(text, at, end, c === QUOTE ? 'string' : 'char', filter, found);
}

function takeWords(
  text: string,
  start: number,
  end: number,
  lexical: Lexical,
  filter: WordFilter,
  found: FoundWord[],
): number {
  for (let at = start; at < end;) {
    const c = text.charCodeAt(at);
    // An escape such as \n must not lend its letter to the word behind it.
    if (c === BACKSLASH && lexical !== 'comment') at += 2;
    else if (isWordChar(c)) at = takeWord(text, at, end, lexical, filter, found);
    else at++;
  }
  return end;
}
