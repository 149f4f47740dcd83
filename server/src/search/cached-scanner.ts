import type { UnreadableFile } from '@pageref/shared';
import type { CacheFile } from '../vfs/cache.js';
import { comparePaths } from '../vfs/path.js';
import { aborted } from './abort.js';
import { Scanner } from './scanner.js';
import type { ScannerOptions, ScanRequest, ScanResult, TreeStamps } from './scanner.js';
import { readSearches, Searches } from './search-index.js';

/** Files that changed less than this long before a run may change again without another stamp. Milliseconds. */
const SETTLED = 2000;

/**
 * A scanner that knows from run to run which files hold which names: what is asked for again is looked for only in files
 * that have changed. Its results are those of the scanner, byte for byte.
 */
export class RememberingScanner {
  readonly #scanner: Scanner;
  readonly #file: CacheFile | undefined;
  readonly #before: number;
  #searches: Promise<Searches> | undefined;
  /** The searches once the stamps of their files are known. */
  #stamped: Searches | undefined;
  #folders: readonly UnreadableFile[] = [];
  /** Under way while the workers have nothing else to do; undefined before, false when it failed. */
  #stamping: Promise<TreeStamps | false> | undefined;

  /** Without a file it is a plain scanner. `before` says when a file must have changed last to be trusted (ms since 1970). */
  constructor(options: ScannerOptions, file?: CacheFile, before = Date.now() - SETTLED) {
    this.#before = before;
    this.#scanner = new Scanner(options);
    this.#file = file;
  }

  /** As `Scanner.scan`. A search of some files only is not remembered. */
  async scan(request: ScanRequest): Promise<ScanResult> {
    if (!this.#file) return await this.#scanner.scan(request);
    const searches = await (this.#searches ??= this.#load(this.#file));
    await this.#stamping;
    if (request.signal?.aborted) throw aborted();
    if (request.files) return await this.#scanner.scan(request);
    const known = searches.find(request.names);
    const result = known ? await this.#scanAgain(request, searches, known) : await this.#scanner.scan(request);
    if (!known) searches.enter(request.names, result);
    this.#stamping ??= this.#stampAll().then((stamps) => {
      if (stamps) {
        searches.stamp(stamps);
        this.#stamped = searches;
      }
      return stamps;
    });
    return result;
  }

  /** What tells one state of a file from another, where that is known by now and for sure. */
  stampOf(path: string): string | undefined {
    return this.#stamped?.stampOf(path);
  }

  /** Ends when the stamps of all files are known, if they will be. */
  async settled(): Promise<void> {
    await this.#searches;
    await this.#stamping;
  }

  /** Keeps what was found for the next run. Never throws. */
  async remember(): Promise<void> {
    await this.settled();
    if (this.#stamped?.isNew) this.#file?.save(this.#stamped.text());
  }

  close(): void {
    this.#scanner.close();
  }

  async #load(file: CacheFile): Promise<Searches> {
    const text = file.load();
    if (text === undefined) return new Searches();
    const searches = readSearches(text);
    const stamps = await (this.#stamping = this.#stampAll());
    if (!stamps) return new Searches();
    searches.meet(stamps);
    this.#stamped = searches;
    this.#folders = stamps.unreadable;
    return searches;
  }

  async #stampAll(): Promise<TreeStamps | false> {
    try {
      return await this.#scanner.stamps(this.#before);
    } catch {
      // The run was stopped, or a worker died: nothing is kept then.
      return false;
    }
  }

  async #scanAgain(request: ScanRequest, searches: Searches, { matches, changed }: Found): Promise<ScanResult> {
    for (const match of matches) request.onMatch?.(match);
    const again = await this.#scanner.scan({ ...request, files: changed });
    searches.enter(request.names, again);
    return {
      matches: [...matches, ...again.matches].sort(byPath),
      unreadable: [...this.#folders, ...again.unreadable].sort(byPath),
      filesRead: searches.files - changed.length + again.filesRead,
      bytesRead: again.bytesRead,
    };
  }
}

type Found = NonNullable<ReturnType<Searches['find']>>;

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return comparePaths(a.path, b.path);
}
