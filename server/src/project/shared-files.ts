import type { Cut } from '../contracts/open-text.js';
import type { CParser, CReader } from '../syntax/index.js';
import { readSource } from '../vfs/index.js';

/** How much text is kept as it was read, and how much of it cut and parsed, which takes five to ten times its room: UTF-16 units. */
const ROOM = { read: 32_000_000, cut: 6_000_000 };

/**
 * What runs over the same files by different releases need not do again: a file is read once, and what its `#if` leaves to
 * the compiler is cut and parsed once for all releases that see the same. Each run goes through all files before the next one
 * begins, so those that came first stay, and what there is no room for is done again.
 */
export class SharedFiles {
  readonly #sources = new Map<string, ReturnType<typeof readSource>>();
  readonly #cuts = new Map<string, { readonly reader: CReader; readonly cut: Cut }[]>();
  readonly #room: Record<keyof typeof ROOM, number>;

  #parser: Promise<CParser> | undefined;

  constructor(room = ROOM) {
    this.#room = { ...room };
  }

  /** The parser of all of them. */
  parser(open: () => Promise<CParser>): Promise<CParser> {
    return (this.#parser ??= open());
  }

  /** @param root absolute path of the tree, and `path` relative to it */
  read(root: string, path: string): ReturnType<typeof readSource> {
    const key = `${root}\n${path}`;
    const known = this.#sources.get(key);
    if (known) return known;
    const source = readSource(root, path);
    if (this.#takeRoom('read', 'why' in source ? 0 : source.text.length)) this.#sources.set(key, source);
    return source;
  }

  /** The items of a text and their functions, as they were cut before where that was the same text. */
  cut(path: string, text: string, reader: CReader, make: () => Cut): Cut {
    const known = this.#cuts.get(path) ?? [];
    const same = known.find((one) => one.reader === reader && one.cut.index.text === text);
    if (same) return same.cut;
    const cut = make();
    if (this.#takeRoom('cut', text.length)) this.#cuts.set(path, [...known, { reader, cut }]);
    return cut;
  }

  #takeRoom(of: keyof typeof ROOM, size: number): boolean {
    if (size > this.#room[of]) return false;
    this.#room[of] -= size;
    return true;
  }
}
