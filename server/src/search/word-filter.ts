/**
 * Which identifiers a text may hold, in a quarter of a byte for each byte of it: a Bloom filter. It errs towards yes, about one
 * time in three hundred; so most files need not be read to know that a name is not in them.
 */

export type WordFilter = Uint32Array;

const IS_WORD = Uint8Array.from({ length: 256 }, (_, byte) => (/[A-Za-z0-9_]/.test(String.fromCharCode(byte)) ? 1 : 0));
const [ZERO, NINE] = [48, 57];
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;
const PROBES = 4;
/** Odd, so that every step goes round the whole table. */
const STEP = 0x9e3779b1;
/** Bits for each byte of text; identifiers that differ are some sixty bytes apart in the densest headers. */
const BITS_PER_BYTE = 0.25;

/** The filter of a text. */
export function filterOf(bytes: Uint8Array): WordFilter {
  const words = new Uint32Array(Math.max(2, Math.ceil((bytes.length * BITS_PER_BYTE) / 32)));
  const bits = words.length * 32;
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    if (IS_WORD[first] !== 1) {
      at++;
      continue;
    }
    let hash = OFFSET;
    let byte = first;
    while (IS_WORD[byte] === 1 && at < bytes.length) {
      hash = Math.imul(hash ^ byte, PRIME);
      byte = bytes[++at] ?? 0;
    }
    if (first < ZERO || first > NINE) enter(words, bits, hash >>> 0);
  }
  return words;
}

function enter(words: WordFilter, bits: number, hash: number): void {
  for (let probe = 0; probe < PROBES; probe++) {
    const bit = bitOf(hash, probe, bits);
    words[bit >>> 5] = (words[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }
}

function bitOf(hash: number, probe: number, bits: number): number {
  return ((hash + Math.imul(probe, STEP | 1) + Math.imul(hash >>> 15, probe)) >>> 0) % bits;
}

/** What a name is looked up by. */
export function hashOfWord(name: string): number {
  let hash = OFFSET;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), PRIME);
  return hash >>> 0;
}

/** False where the text does not hold the name for sure. */
export function mayHold(words: WordFilter, hash: number): boolean {
  const bits = words.length * 32;
  for (let probe = 0; probe < PROBES; probe++) {
    const bit = bitOf(hash, probe, bits);
    if (((words[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
  }
  return true;
}
