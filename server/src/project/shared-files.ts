import type { Cut } from '../contracts/open-text.js';
import type { CParser, CReader } from '../syntax/index.js';
import { readSource } from '../vfs/index.js';

/**
 * What runs over the same files by different releases need not do again: a file is read once, and what its `#if` leaves to
 * the compiler is cut and parsed once for all releases that see the same.
 */
export class SharedFiles {
  readonly #sources = new Map<string, ReturnType<typeof readSource>>();
  readonly #cuts = new Map<string, { readonly reader: CReader; readonly cut: Cut }[]>();

  #parser: Promise<CParser> | undefined;

  /** The parser of all of them. */
  parser(open: () => Promise<CParser>): Promise<CParser> {
    return (this.#parser ??= open());
  }

  /** @param root absolute path of the tree, and `path` relative to it */
  read(root: string, path: string): ReturnType<typeof readSource> {
    const key = `${root}\n${path}`;
    const known = this.#sources.get(key) ?? readSource(root, path);
    this.#sources.set(key, known);
    return known;
  }

  /** The items of a text and their functions, as they were cut before where that was the same text. */
  cut(path: string, text: string, reader: CReader, make: () => Cut): Cut {
    const known = this.#cuts.get(path) ?? [];
    const same = known.find((one) => one.reader === reader && one.cut.index.text === text);
    if (same) return same.cut;
    const cut = make();
    this.#cuts.set(path, [...known, { reader, cut }]);
    return cut;
  }
}
