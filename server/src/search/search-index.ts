import { isNumber, isText, listOf, readShaped, record } from '@pageref/shared';
import type { FileMatch, ScanResult, TreeStamps } from './scanner.js';

/** What whole-tree searches of earlier runs found, as plain data: kept as text between runs. */

/** One search: what it looked for, and the files that held something. */
interface Search {
  readonly names: readonly string[];
  readonly matches: Map<string, readonly string[]>;
  /** Files that changed since, and that nobody has searched for these names again. */
  readonly changed: Set<string>;
}

/** What is known of a search. */
interface Found {
  readonly matches: readonly FileMatch[];
  readonly changed: readonly string[];
}

/** More searches than this are forgotten, those first that were asked for longest ago. */
const MAX_SEARCHES = 24;

export class SearchIndex {
  #stamps: ReadonlyMap<string, string>;
  readonly #byNames: Map<string, Search>;
  /** True when there is something to keep that was not there before. */
  isNew = false;

  constructor(stamps: ReadonlyMap<string, string> = new Map(), searches: readonly Search[] = []) {
    this.#stamps = stamps;
    this.#byNames = new Map(searches.map((search) => [keyOf(search.names), search]));
  }

  /** C files of the tree. */
  get files(): number {
    return this.#stamps.size;
  }

  /** Notes what the files were that all searches have seen. */
  stamp({ files }: TreeStamps): void {
    this.#stamps = files;
  }

  /** Takes in what the tree is now: every search learns which of its files are no longer what they were. */
  meet({ files }: TreeStamps): void {
    const changed = [...files].filter(([path, stamp]) => stamp === '' || this.#stamps.get(path) !== stamp);
    const gone = [...this.#stamps.keys()].filter((path) => !files.has(path));
    for (const { matches, changed: open } of this.#byNames.values()) {
      for (const [path] of changed) open.add(path);
      for (const path of gone) open.delete(path);
      for (const path of [...gone, ...open]) matches.delete(path);
    }
    this.isNew ||= changed.length + gone.length > 0;
    this.#stamps = files;
  }

  /**
   * The files a search found that are still the same, and those it has to look at again; undefined for a new search. One that
   * looked for more names has found these as well.
   */
  find(names: readonly string[]): Found | undefined {
    const known = this.#byNames.get(keyOf(names)) ?? this.#wider(names);
    if (!known) return undefined;
    this.#byNames.delete(keyOf(known.names));
    this.#byNames.set(keyOf(known.names), known);
    const matches = [...known.matches].flatMap(([path, all]): FileMatch[] => {
      const held = known.names.length === names.length ? all : names.filter((name) => all.includes(name));
      return held.length > 0 ? [{ path, names: held }] : [];
    });
    return { matches, changed: [...known.changed] };
  }

  #wider(names: readonly string[]): Search | undefined {
    return [...this.#byNames.values()].find((search) => {
      const wide = new Set(search.names);
      return names.every((name) => wide.has(name));
    });
  }

  /** Enters what a search of the whole tree, or of the files that had changed, has found. */
  enter(names: readonly string[], { matches, unreadable }: ScanResult): void {
    const before = this.#byNames.get(keyOf(names));
    const known = before ?? { names, matches: new Map(), changed: new Set() };
    this.isNew ||= !before || known.changed.size > 0;
    known.changed.clear();
    for (const { path, names: held } of matches) known.matches.set(path, held);
    // What could not be read now may be readable next time.
    for (const { path } of unreadable) known.changed.add(path);
    this.#byNames.set(keyOf(names), known);
    for (const [key] of [...this.#byNames].slice(0, -MAX_SEARCHES)) this.#byNames.delete(key);
  }

  /** As text for `readSearches`. A path with a line break in it is left out: it will be looked at again. */
  text(): string {
    const files = [...this.#stamps].filter(([path, stamp]) => stamp !== '' && !path.includes('\n'));
    const searches = [...this.#byNames.values()].map(({ names, matches, changed }) => ({
      names,
      matches: [...matches].map(([path, held]) => [path, ...held.map((name) => names.indexOf(name))]),
      changed: [...changed],
    }));
    const [paths, stamps] = [files.map(([path]) => path).join('\n'), files.map(([, stamp]) => stamp).join('\n')];
    return JSON.stringify({ paths, stamps, searches });
  }
}

function keyOf(names: readonly string[]): string {
  return names.join('\n');
}

interface KeptIndex {
  readonly paths: string;
  readonly stamps: string;
  readonly searches: readonly {
    readonly names: readonly string[];
    readonly matches: readonly [string, ...number[]][];
    readonly changed: readonly string[];
  }[];
}

const isKept = record<KeptIndex>({
  paths: isText,
  stamps: isText,
  searches: listOf(
    record<KeptIndex['searches'][number]>({ names: listOf(isText), matches: listOf(isMatch), changed: listOf(isText) }),
  ),
});

/** A path and which of the names it holds. */
function isMatch(value: unknown): value is [string, ...number[]] {
  return Array.isArray(value) && isText(value[0]) && value.slice(1).every((at) => isNumber(at));
}

/** What `Searches.text` wrote; undefined for any other text. */
export function readSearchIndex(text: string): SearchIndex | undefined {
  const kept = readShaped(text, isKept);
  if (!kept) return undefined;
  const [paths, stamps] = [linesOf(kept.paths), linesOf(kept.stamps)];
  const areNamed = kept.searches.every(({ names, matches }) =>
    matches.every(([, ...held]) => held.every((at) => names[at] !== undefined)),
  );
  if (!areNamed || paths.length !== stamps.length) return undefined;
  return new SearchIndex(
    new Map(paths.map((path, at) => [path, stamps[at] ?? ''])),
    kept.searches.map(({ names, matches, changed }) => ({
      names,
      matches: new Map(matches.map(([path, ...held]) => [path, held.map((at) => names[at] ?? '')])),
      changed: new Set(changed),
    })),
  );
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n');
}
