import type { UnreadableFile } from '@pageref/shared';
import type { CacheFile } from '../vfs/cache.js';
import { comparePaths } from '../vfs/path.js';
import { aborted } from './abort.js';
import { Scanner } from './scanner.js';
import type { ScannerOptions, ScanRequest, ScanResult, TreeStamps } from './scanner.js';
import { readSearchIndex, SearchIndex } from './search-index.js';

/** Files that changed less than this long before a run may change again without another stamp. Milliseconds. */
const SETTLED = 2000;

/** What a scanner keeps from run to run: what was found in the whole tree, or nothing but what some files are. */
export type ScanCacheOptions = CacheFile | { readonly only: readonly string[] };

/**
 * A scanner that knows from run to run which files hold which names: what is asked for again is looked for only in files
 * that have changed. Its results are those of the scanner, byte for byte.
 */
export class CachedScanner {
  readonly #scanner: Scanner;
  readonly #file: CacheFile | undefined;
  readonly #only: readonly string[] | undefined;
  readonly #before: number;
  readonly #searches: Promise<SearchIndex> | undefined;
  /** The searches once the stamps of their files are known. */
  #stamped: SearchIndex | undefined;
  #stamps: ReadonlyMap<string, string> = new Map();
  #folders: readonly UnreadableFile[] = [];
  /** Under way while the workers have nothing else to do; undefined before, false when it failed. */
  #stamping: Promise<TreeStamps | false> | undefined;

  /** Without `keep` it is a plain scanner. `before` says when a file must have changed last to be trusted (ms since 1970). */
  constructor(options: ScannerOptions, keep?: ScanCacheOptions, before = Date.now() - SETTLED) {
    this.#before = before;
    this.#scanner = new Scanner(options);
    if (keep && 'only' in keep) this.#only = keep.only;
    else this.#file = keep;
    // At once: the workers find out which files have changed while the caller loads what it needs.
    this.#searches = this.#file && this.#load(this.#file);
  }

  /** As `Scanner.scan`. A search of some files only is not remembered. */
  async scan(request: ScanRequest): Promise<ScanResult> {
    if (this.#only) return await this.#scanSome(request);
    if (!this.#searches) return await this.#scanner.scan(request);
    const searches = await this.#searches;
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
    return this.#stamps.get(path) || undefined;
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

  /** Few files are asked what they are before they are read, so that what was kept of them can be used. */
  async #scanSome(request: ScanRequest): Promise<ScanResult> {
    await (this.#stamping ??= this.#stampAll());
    if (request.signal?.aborted) throw aborted();
    return await this.#scanner.scan(request);
  }

  /** The workers look at the files while the text is read. */
  async #load(file: CacheFile): Promise<SearchIndex> {
    const text = file.load();
    if (text === undefined) return new SearchIndex();
    const stamping = (this.#stamping = this.#stampAll());
    const searches = readSearchIndex(text) ?? new SearchIndex();
    const stamps = await stamping;
    if (!stamps) return new SearchIndex();
    searches.meet(stamps);
    this.#stamped = searches;
    this.#folders = stamps.unreadable;
    return searches;
  }

  async #stampAll(): Promise<TreeStamps | false> {
    try {
      const stamps = await this.#scanner.stamps(this.#before, this.#only);
      this.#stamps = stamps.files;
      return stamps;
    } catch {
      // The run was stopped, or a worker died: nothing is kept then.
      return false;
    }
  }

  async #scanAgain(request: ScanRequest, searches: SearchIndex, { matches, changed }: FoundWords): Promise<ScanResult> {
    for (const match of matches) request.onMatch?.(match);
    const again = await this.#scanner.scan({ ...request, files: changed });
    const all = [...matches, ...again.matches].sort(byPath);
    searches.enter(request.names, { ...again, matches: all });
    return {
      matches: all,
      unreadable: [...this.#folders, ...again.unreadable].sort(byPath),
      filesRead: searches.files - changed.length + again.filesRead,
      bytesRead: again.bytesRead,
    };
  }
}

type FoundWords = NonNullable<ReturnType<SearchIndex['find']>>;

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return comparePaths(a.path, b.path);
}
