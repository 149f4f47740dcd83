import { definedName, seemsDefined } from './definitions.js';

/**
 * Finds which of many C identifiers occur in a block of bytes.
 * The method is Wu and Manber's ("A fast algorithm for multi-pattern searching", 1994): a table tells from three bytes of text
 * how far the search may jump. Each step waits for the table, so four parts of the block are searched in turn in one loop:
 * the waits overlap, which halves the time.
 */
export interface Matcher {
  /**
   * Indices (into the names given) of the names that occur as whole identifiers in `bytes[0 .. length)`.
   * One that is given as `definitionOf` writes it counts only where it seems to be defined.
   * An identifier ends where the neighbouring byte is none of A-Z, a-z, 0-9, _; bytes above 127 end one too.
   */
  match(bytes: Uint8Array, length: number): ReadonlySet<number>;
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const HASH_BITS = 15;
const HASH_MASK = (1 << HASH_BITS) - 1;
/** Shifts are kept in bytes; no kernel name comes near this. */
const MAX_WINDOW = 200;
const NONE: ReadonlySet<number> = new Set();

const IS_WORD = Uint8Array.from({ length: 256 }, (_, byte) => (/[A-Za-z0-9_]/.test(String.fromCharCode(byte)) ? 1 : 0));
const isWord = (byte: number | undefined): boolean => byte !== undefined && IS_WORD[byte] === 1;

/** A matcher for `names`; a name that is no C identifier is never found, one given twice is found under both indices. */
export function buildMatcher(names: readonly string[]): Matcher {
  const entries = names
    .map((wanted, index) => ({
      index,
      name: definedName(wanted) ?? wanted,
      defined: definedName(wanted) !== undefined,
    }))
    .map((one) => ({ ...one, bytes: Uint8Array.from(one.name, (char) => char.charCodeAt(0)) }))
    .filter(({ name }) => IDENTIFIER.test(name));
  const long = buildLong(entries.filter(({ bytes }) => bytes.length >= 3));
  const short = buildShort(entries.filter(({ bytes }) => bytes.length < 3));
  return {
    match(bytes, length) {
      const hits: number[] = [];
      long?.(bytes, length, hits);
      short?.(bytes, length, hits);
      return hits.length === 0 ? NONE : new Set(hits);
    },
  };
}

interface Entry {
  readonly index: number;
  readonly bytes: Uint8Array;
  /** Only where it seems to be defined. */
  readonly defined: boolean;
}

type Search = (bytes: Uint8Array, length: number, hits: number[]) => void;

interface Tables {
  /** Bytes of every name that the search looks at: those of the shortest. */
  readonly window: number;
  /** By hash of three bytes: how far no name can end its window; 0 where one may. */
  readonly shift: Uint8Array;
  /** By hash: one more than the first entry whose window ends so; 0 for none. `next` chains the others. */
  readonly first: Uint32Array;
  readonly next: Uint32Array;
  readonly entries: readonly Entry[];
}

function buildTables(entries: readonly Entry[]): Tables {
  const window = Math.min(MAX_WINDOW, ...entries.map(({ bytes }) => bytes.length));
  const shift = new Uint8Array(HASH_MASK + 1).fill(window - 2);
  const first = new Uint32Array(HASH_MASK + 1);
  const next = new Uint32Array(entries.length);
  entries.forEach(({ bytes }, at) => {
    for (let end = 2; end < window; end++) {
      const hash = hashAt(bytes, end);
      shift[hash] = Math.min(shift[hash] ?? 0, window - 1 - end);
      if (end === window - 1) {
        next[at] = first[hash] ?? 0;
        first[hash] = at + 1;
      }
    }
  });
  return { window, shift, first, next, entries };
}

function hashAt(bytes: Uint8Array, end: number): number {
  return (((bytes[end] ?? 0) << 10) ^ ((bytes[end - 1] ?? 0) << 5) ^ (bytes[end - 2] ?? 0)) & HASH_MASK;
}

function buildLong(entries: readonly Entry[]): Search | undefined {
  if (entries.length === 0) return undefined;
  const tables = buildTables(entries);
  const { window } = tables;
  const verify = makeVerify(tables);
  const single = makeSingle(tables.shift, verify);
  const four = makeFour(tables.shift, window, verify, single);
  return (bytes, length, hits) => {
    // Below this the four parts would be shorter than a name.
    if (length < 16 * window) single(bytes, window - 1, length, length, hits);
    else four(bytes, length, hits);
  };
}

type Verify = (bytes: Uint8Array, length: number, end: number, hits: number[]) => void;

/** Compares every name whose window may end at `end` with the text in full. */
function makeVerify({ window, first, next, entries }: Tables): Verify {
  return (bytes, length, end, hits) => {
    const start = end - window + 1;
    if (start > 0 && isWord(bytes[start - 1])) return;
    for (let link = first[hashAt(bytes, end)] ?? 0; link !== 0; link = next[link - 1] ?? 0) {
      const entry = entries[link - 1];
      if (entry && standsAt(entry, bytes, start, length)) hits.push(entry.index);
    }
  };
}

function standsAt({ bytes: name, defined }: Entry, bytes: Uint8Array, start: number, length: number): boolean {
  const end = start + name.length;
  if (end > length || (end < length && isWord(bytes[end]))) return false;
  for (let at = 0; at < name.length; at++) if (bytes[start + at] !== name[at]) return false;
  return !defined || seemsDefined(bytes, start, end, length);
}

type Single = (bytes: Uint8Array, from: number, to: number, length: number, hits: number[]) => void;

/** Looks at the windows that end in [from, to). */
function makeSingle(shift: Uint8Array, verify: Verify): Single {
  return (bytes, from, to, length, hits) => {
    let i = from;
    while (i < to) {
      const step = shift[((bytes[i]! << 10) ^ (bytes[i - 1]! << 5) ^ bytes[i - 2]!) & HASH_MASK]!;
      if (step !== 0) i += step;
      else verify(bytes, length, i++, hits);
    }
  };
}

/**
 * Looks through a text in four parts side by side, so that the processor works on one while another waits for memory. The
 * loop is written out because a call per step would cost more than the step.
 */
function makeFour(shift: Uint8Array, window: number, verify: Verify, single: Single): Search {
  return (bytes, length, hits) => {
    const quarter = length >> 2;
    const [endI, endJ, endK] = [quarter + window, 2 * quarter + window, 3 * quarter + window];
    let [i, j, k, l] = [window - 1, endI, endJ, endK];
    while (i < endI && j < endJ && k < endK && l < length) {
      const stepI = shift[((bytes[i]! << 10) ^ (bytes[i - 1]! << 5) ^ bytes[i - 2]!) & HASH_MASK]!;
      const stepJ = shift[((bytes[j]! << 10) ^ (bytes[j - 1]! << 5) ^ bytes[j - 2]!) & HASH_MASK]!;
      const stepK = shift[((bytes[k]! << 10) ^ (bytes[k - 1]! << 5) ^ bytes[k - 2]!) & HASH_MASK]!;
      const stepL = shift[((bytes[l]! << 10) ^ (bytes[l - 1]! << 5) ^ bytes[l - 2]!) & HASH_MASK]!;
      if (stepI !== 0) i += stepI;
      else verify(bytes, length, i++, hits);
      if (stepJ !== 0) j += stepJ;
      else verify(bytes, length, j++, hits);
      if (stepK !== 0) k += stepK;
      else verify(bytes, length, k++, hits);
      if (stepL !== 0) l += stepL;
      else verify(bytes, length, l++, hits);
    }
    single(bytes, i, endI, length, hits);
    single(bytes, j, endJ, length, hits);
    single(bytes, k, endK, length, hits);
    single(bytes, l, length, length, hits);
  };
}

/** Names of one or two bytes have no three-byte block; every identifier's first two bytes are looked up instead. */
function buildShort(entries: readonly Entry[]): Search | undefined {
  if (entries.length === 0) return undefined;
  const byKey = new Map<number, Entry[]>();
  for (const entry of entries) {
    const { bytes } = entry;
    const key = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
    byKey.set(key, [...(byKey.get(key) ?? []), entry]);
  }
  return (bytes, length, hits) => {
    for (let at = 0; at < length; at++) {
      if (!isWord(bytes[at]) || (at > 0 && isWord(bytes[at - 1]))) continue;
      const two = at + 1 < length && isWord(bytes[at + 1]);
      const end = at + (two ? 2 : 1);
      if (end < length && isWord(bytes[end])) continue;
      const found = byKey.get(((bytes[at] ?? 0) << 8) | (two ? (bytes[at + 1] ?? 0) : 0));
      for (const { index, defined } of found ?? []) {
        if (!defined || seemsDefined(bytes, at, end, length)) hits.push(index);
      }
    }
  };
}
