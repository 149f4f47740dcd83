/**
 * Patterns that a tree brings along. They are never run as regular expressions, some of which take years for one short text:
 * here every step of a match goes one character on, in all ways to read the pattern at once.
 */

/** Tells whether a text has what the pattern describes. */
export type PatternTest = (text: string) => boolean;

/** States of one search pattern; those of a kernel's MAINTAINERS have forty at most. */
const MAX_STATES = 500;
/** Groups in groups. */
const MAX_DEPTH = 20;

/** One character of a set: inclusive ranges of UTF-16 code units, turned round or not. */
interface CharacterSet {
  readonly ranges: readonly (readonly [from: number, to: number])[];
  readonly negated: boolean;
}

type Assertion = 'start' | 'end' | 'boundary' | 'inside';

/** A step of the machine. `next` and `other` are indices of steps. */
type State =
  | { readonly does: 'take'; readonly set: CharacterSet; next: number }
  | { readonly does: 'assert'; readonly what: Assertion; next: number }
  | { readonly does: 'fork'; next: number; other: number }
  | { readonly does: 'accept' };

const DIGITS: CharacterSet['ranges'] = [[48, 57]];
const WORDS: CharacterSet['ranges'] = [...DIGITS, [65, 90], [95, 95], [97, 122]];
const SPACES: CharacterSet['ranges'] = [
  [9, 13],
  [32, 32],
];
const NEWLINE: CharacterSet['ranges'] = [[10, 10]];
const SHORT_SETS: Readonly<Record<string, CharacterSet | undefined>> = {
  d: { ranges: DIGITS, negated: false },
  D: { ranges: DIGITS, negated: true },
  w: { ranges: WORDS, negated: false },
  W: { ranges: WORDS, negated: true },
  s: { ranges: SPACES, negated: false },
  S: { ranges: SPACES, negated: true },
};
const ASSERTIONS: Readonly<Record<string, Assertion | undefined>> = { b: 'boundary', B: 'inside' };

/**
 * A search for a pattern of Perl's language anywhere in a text: characters, sets, `.`, `*`, `+`, `?`, `|`, groups, `^`, `$`, `\b`,
 * `\d` and their like. Undefined for what has anything else, or is too large: it matches nothing then.
 */
export function searchTest(source: string): PatternTest | undefined {
  if (/^[\w/ ,=@#%&~:;'"<>-]+$/.test(source)) return (text) => text.includes(source);
  const states = new SearchReader(source).read();
  return states && searcher(states);
}

/** Reads a pattern into states; each part is given the state that follows it and gives its own first one. */
class SearchReader {
  private at = 0;
  private readonly states: State[] = [{ does: 'accept' }];
  private isTooLarge = false;

  constructor(private readonly source: string) {}

  /** The first state is the last of the list. */
  read(): readonly State[] | undefined {
    const first = this.alternatives(0)?.(0);
    if (first === undefined || this.at < this.source.length) return undefined;
    this.add({ does: 'fork', next: first, other: first });
    return this.isTooLarge ? undefined : this.states;
  }

  private add(state: State): number {
    if (this.states.length >= MAX_STATES) this.isTooLarge = true;
    else this.states.push(state);
    return this.states.length - 1;
  }

  private alternatives(depth: number): Part | undefined {
    if (depth > MAX_DEPTH) return undefined;
    const parts: Part[] = [];
    do {
      const part = this.sequence(depth);
      if (!part) return undefined;
      parts.push(part);
    } while (this.takes('|'));
    return parts.reduce((left, right) => (after) => {
      const [next, other] = [left(after), right(after)];
      return this.add({ does: 'fork', next, other });
    });
  }

  private sequence(depth: number): Part | undefined {
    const parts: Part[] = [];
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      const atom = this.atom(depth);
      const part = atom && this.repeated(atom);
      if (!part) return undefined;
      parts.push(part);
    }
    return (after) => parts.reduceRight((next, part) => part(next), after);
  }

  /** A part and what stands behind it to say how often. */
  private repeated(part: Part): Part | undefined {
    const sign = this.source[this.at];
    if (sign !== '*' && sign !== '+' && sign !== '?') return sign === '{' ? undefined : part;
    this.at++;
    // "As few as possible" finds the same texts as "as many". One sign more would be of a kind that is not known here.
    this.takes('?');
    if (/[*+?{]/.test(this.source[this.at] ?? '')) return undefined;
    if (sign === '?') return (after) => this.add({ does: 'fork', next: part(after), other: after });
    return (after) => {
      const fork = { does: 'fork' as const, next: 0, other: after };
      const at = this.add(fork);
      fork.next = part(at);
      return sign === '+' ? fork.next : at;
    };
  }

  private atom(depth: number): Part | undefined {
    const char = this.source[this.at++] ?? '';
    if (char === '(') return this.group(depth);
    if (char === '[') return this.set();
    if (char === '\\') return this.escape();
    if (char === '.') return this.taking({ ranges: NEWLINE, negated: true });
    if (char === '^') return this.asserting('start');
    if (char === '$') return this.asserting('end');
    return '*+?{'.includes(char) ? undefined : this.taking(one(char));
  }

  private group(depth: number): Part | undefined {
    // Groups that look around or have names are not known here.
    if (this.takes('?') && !this.takes(':')) return undefined;
    const inner = this.alternatives(depth + 1);
    return inner && this.takes(')') ? inner : undefined;
  }

  private set(): Part | undefined {
    const found = readSet(this.source, this.at);
    if (!found) return undefined;
    this.at = found.end;
    return this.taking(found.set);
  }

  private escape(): Part | undefined {
    const char = this.source[this.at++] ?? '';
    const set = escaped(char);
    const assertion = ASSERTIONS[char];
    if (assertion) return this.asserting(assertion);
    return set && this.taking(set);
  }

  private taking(set: CharacterSet): Part {
    return (next) => this.add({ does: 'take', set, next });
  }

  private asserting(what: Assertion): Part {
    return (next) => this.add({ does: 'assert', what, next });
  }

  private takes(char: string): boolean {
    if (this.source[this.at] !== char) return false;
    this.at++;
    return true;
  }
}

/** Makes the states of a part of a pattern in front of the state `after`; gives the first of them. */
type Part = (after: number) => number;

function one(char: string): CharacterSet {
  const code = char.charCodeAt(0);
  return { ranges: [[code, code]], negated: false };
}

/** The set of an escape; undefined for letters and digits without a meaning here. */
function escaped(char: string): CharacterSet | undefined {
  return SHORT_SETS[char] ?? (/^[^\w]$/.test(char) ? one(char) : undefined);
}

/** Reads `[...]` from behind its bracket; `end` is behind the closing one. A bracket in the first place is a character. */
function readSet(source: string, start: number): { readonly set: CharacterSet; readonly end: number } | undefined {
  let at = start;
  const negated = source[at] === '^';
  if (negated) at++;
  const first = at;
  const ranges: (readonly [number, number])[] = [];
  while (at < source.length && (source[at] !== ']' || at === first)) {
    const low = readMember(source, at);
    if (!low) return undefined;
    at = low.end;
    const isRange = source[at] === '-' && source[at + 1] !== ']' && at + 1 < source.length;
    const high = isRange ? readMember(source, at + 1) : low;
    if (!high || (isRange && !isOrdered(low.set, high.set))) return undefined;
    if (isRange) ranges.push([low.set.ranges[0]?.[0] ?? 0, high.set.ranges[0]?.[0] ?? 0]);
    else if (low.set.negated) return undefined;
    else ranges.push(...low.set.ranges);
    at = high.end;
  }
  return at < source.length ? { set: { ranges, negated }, end: at + 1 } : undefined;
}

function readMember(source: string, at: number): { readonly set: CharacterSet; readonly end: number } | undefined {
  const char = source[at] ?? '';
  // [:alpha:] and its like are names that are not known here.
  if (char === '[' && /[:.=]/.test(source[at + 1] ?? '')) return undefined;
  if (char !== '\\') return { set: one(char), end: at + 1 };
  const set = escaped(source[at + 1] ?? '');
  return set && { set, end: at + 2 };
}

/** Both are single characters, the lower one first. */
function isOrdered(low: CharacterSet, high: CharacterSet): boolean {
  const [[from, to] = [1, 0], [next, last] = [1, 0]] = [low.ranges[0], high.ranges[0]];
  return from === to && next === last && from <= next;
}

function holds({ ranges, negated }: CharacterSet, code: number): boolean {
  for (const [from, to] of ranges) if (from <= code && code <= to) return !negated;
  return negated;
}

/** Follows all ways through the states side by side; a way can begin at every character. */
function searcher(states: readonly State[]): PatternTest {
  const first = states.length - 1;
  // At which character of which search each state was seen last.
  const seen = new Float64Array(states.length);
  let now = 0;
  return (text) => {
    let open: number[] = [];
    for (let at = 0; at <= text.length; at++) {
      now++;
      open.push(first);
      const takers: number[] = [];
      for (let index = open.pop(); index !== undefined; index = open.pop()) {
        const state = states[index];
        if (!state || seen[index] === now) continue;
        seen[index] = now;
        if (state.does === 'accept') return true;
        if (state.does === 'take') takers.push(index);
        else if (state.does === 'fork') open.push(state.next, state.other);
        else if (isTrue(state.what, text, at)) open.push(state.next);
      }
      open = after(states, takers, text.charCodeAt(at));
    }
    return false;
  };
}

/** Where the ways go on that can take the character. */
function after(states: readonly State[], takers: readonly number[], code: number): number[] {
  const open: number[] = [];
  for (const index of takers) {
    const state = states[index];
    if (state?.does === 'take' && holds(state.set, code)) open.push(state.next);
  }
  return open;
}

function isTrue(what: Assertion, text: string, at: number): boolean {
  if (what === 'start') return at === 0;
  if (what === 'end') return at === text.length;
  const isWord = (index: number): boolean =>
    index >= 0 && index < text.length && holds({ ranges: WORDS, negated: false }, text.charCodeAt(index));
  return (isWord(at - 1) !== isWord(at)) === (what === 'boundary');
}

/** A part of a file pattern: one character of a set, any one, or any number of them. */
type Piece = CharacterSet | 'one' | 'any';

/**
 * A pattern of paths with `*`, `?` and `[...]`, none of which goes beyond a name: `dir/` is everything below it, and a path that is
 * a folder covers what is below as well. Undefined where a bracket is not closed within a name.
 */
export function pathTest(pattern: string): PatternTest | undefined {
  const folder = pattern.endsWith('/') ? pattern : `${pattern}/`;
  if (!/[*?[]/.test(pattern)) return (path) => path === pattern || path.startsWith(folder);
  const names = pattern.replace(/\/$/, '').split('/').map(readPieces);
  if (names.includes(undefined)) return undefined;
  return (path) => {
    const parts = path.split('/');
    if (parts.length < names.length || (pattern.endsWith('/') && parts.length === names.length)) return false;
    return names.every((pieces, at) => matchesName(pieces ?? [], parts[at] ?? ''));
  };
}

function readPieces(name: string): Piece[] | undefined {
  const pieces: Piece[] = [];
  for (let at = 0; at < name.length; at++) {
    const char = name[at] ?? '';
    if (char === '*') {
      if (pieces.at(-1) !== 'any') pieces.push('any');
    } else if (char === '?') pieces.push('one');
    else if (char !== '[') pieces.push(one(char));
    else {
      const found = readSet(name, at + 1);
      if (!found) return undefined;
      pieces.push(found.set);
      at = found.end - 1;
    }
  }
  return pieces;
}

/** Where a piece does not fit, the last `any` takes one character more: an earlier one need never be asked again. */
function matchesName(pieces: readonly Piece[], name: string): boolean {
  let [piece, at, lastAny, resume] = [0, 0, -1, 0];
  while (at < name.length) {
    const wanted = pieces[piece];
    if (wanted === 'any') [lastAny, resume, piece] = [piece, at, piece + 1];
    else if (wanted !== undefined && (wanted === 'one' || holds(wanted, name.charCodeAt(at))))
      [piece, at] = [piece + 1, at + 1];
    else if (lastAny < 0) return false;
    else [piece, at, resume] = [lastAny + 1, resume + 1, resume + 1];
  }
  return pieces.slice(piece).every((rest) => rest === 'any');
}
