import { definesIn, followedMacros, isHeader, keyOfMacros } from '../../knowledge/header-macros.js';
import type { HeaderMacros } from '../../knowledge/header-macros.js';
import { OpenFiles } from '../../project/open-files.js';
import type { Tree } from '../../project/tree.js';
import { followedNames } from '../../rules/index.js';
import { heldText } from '../../search/held-text.js';
import type { Texts } from '../../search/held-text.js';
import type { ScanResult } from '../../search/scanner.js';
import { openSearches, searchTexts, withTexts } from '../../search/tree-search.js';
import type { Searches } from '../../search/tree-search.js';
import { memoryFile } from '../../vfs/cache.js';
import type { KnownTree } from '../trees.js';
import type { BackgroundEvents, ShownLook } from './background-tree.js';
import { Delays, PAUSE_MS, SETTLE_MS, START_MS } from './delays.js';
import { NO_KNOWN_MACROS } from './from-tree.js';
import type { KnownMacros } from './from-tree.js';
import type { TreeLook } from './tree-looks.js';

export interface ModuleMacrosSetup {
  readonly tree: Tree;
  /** Worker threads of a search. */
  readonly jobs: number;
  /** False for a file, by its path in the tree, that belongs to another tree inside of it. */
  readonly isOwn: (path: string) => boolean;
  readonly events: BackgroundEvents;
}

/**
 * The macros that headers of a module define for its files, as `check` knows them. The module is searched once, and again when a
 * header has changed on disk. An open header counts with the text it has: an edit that leaves its macros alone costs nothing more
 * than a look at that header, and one that changes them a pass over the headers that were found.
 */
export class ModuleMacros implements TreeLook {
  #known = NO_KNOWN_MACROS;
  private tree: Tree;
  /** Texts of open headers. */
  private readonly headers = new Map<string, string>();
  /** Headers that were opened, edited or closed since they were looked at. */
  private readonly edited = new Set<string>();
  /** What the open headers defined when they were looked at. */
  private readonly defined = new Map<string, string>();
  /** What was found on disk, by the names that were looked for. */
  private onDisk = new Map<string, ScanResult>();
  private readonly kept = memoryFile();
  private readonly delays = new Delays<'disk' | 'texts' | 'tree'>();
  private readonly stopped = new AbortController();
  private isLooking = false;
  private isStale = false;

  constructor(private readonly setup: ModuleMacrosSetup) {
    this.tree = setup.tree;
    this.delays.later('disk', START_MS, () => void this.look());
  }

  /** What is known by now. */
  get known(): KnownMacros {
    return this.#known;
  }

  note(path: string, text: string): void {
    if (!isHeader(path) || !this.setup.isOwn(path) || this.headers.get(path) === text) return;
    this.headers.set(path, text);
    this.lookAtHeader(path);
  }

  forget(path: string): void {
    if (!this.headers.delete(path)) return;
    // The file on disk counts again, and it may have been saved meanwhile.
    this.onDisk = new Map();
    this.lookAtHeader(path);
  }

  changed(): void {
    this.delays.later('disk', SETTLE_MS, () => {
      this.onDisk = new Map();
      void this.look();
    });
  }

  follow({ tree }: KnownTree): boolean {
    if (restsOn(tree) !== restsOn(this.tree)) return false;
    // What a header leaves out by the release may rest on what others define: the tree has read one that has changed.
    if (tree !== this.tree) this.delays.later('tree', PAUSE_MS, () => void this.look());
    this.tree = tree;
    return true;
  }

  close(): void {
    this.delays.stop();
    this.stopped.abort();
  }

  private lookAtHeader(path: string): void {
    this.edited.add(path);
    this.delays.later('texts', PAUSE_MS, () => {
      if (this.haveOtherMacros()) void this.look();
    });
  }

  /** Looks at the headers that were edited: true where one of them defines something else than before. */
  private haveOtherMacros(): boolean {
    const [now, disk] = [new OpenFiles(this.tree, { texts: this.texts() }), new OpenFiles(this.tree)];
    const definesAt = (files: OpenFiles, path: string): string => {
      const open = files.open(path);
      return 'why' in open ? NO_DEFINES : definesIn(open);
    };
    let isOther = false;
    for (const path of this.edited) {
      const before = this.defined.get(path) ?? definesAt(disk, path);
      const defines = definesAt(now, path);
      if (this.headers.has(path)) this.defined.set(path, defines);
      else this.defined.delete(path);
      if (defines !== before) isOther = true;
    }
    this.edited.clear();
    return isOther;
  }

  private texts(): Texts {
    return new Map([...this.headers].map(([path, text]) => [path, heldText(text)]));
  }

  /** What comes up meanwhile is looked at in the same go. Never rejects. */
  private async look(): Promise<void> {
    this.isStale = true;
    if (this.isLooking) return;
    this.isLooking = true;
    const { root } = this.tree;
    const shown = this.setup.events.onLook(root, () => this.close(), 'headers');
    try {
      while (this.isStale) {
        this.isStale = false;
        this.take(await this.find(shown));
      }
      shown.end('done');
    } catch (error) {
      const why = this.stopped.signal.aborted ? 'stopped' : 'failed';
      if (why === 'failed') this.setup.events.log(`${root}: macros of headers are not known: ${String(error)}`);
      shown.end(why);
    } finally {
      this.isLooking = false;
    }
  }

  private take(macros: HeaderMacros): void {
    const key = keyOfMacros(macros);
    if (this.stopped.signal.aborted || key === this.#known.key) return;
    this.#known = { macros, key };
    this.setup.events.onChange();
  }

  private async find(shown: ShownLook): Promise<HeaderMacros> {
    const { tree, onDisk } = this;
    const { signal } = this.stopped;
    const { jobs, isOwn } = this.setup;
    const texts = this.texts();
    const inTexts = searchTexts(texts, signal);
    let searches: Searches | undefined;
    const searchDisk = async (names: readonly string[]): Promise<ScanResult> => {
      const onProgress = shown.report.bind(shown);
      searches ??= openSearches({ root: tree.root, jobs, kept: this.kept, signal, onProgress });
      const found = await searches.search({ names });
      return { ...found, matches: found.matches.filter(({ path }) => isHeader(path) && isOwn(path)) };
    };
    try {
      const macros = await followedMacros({
        tree,
        files: new OpenFiles(tree, { texts }),
        search: async (asked) => {
          const about = asked.names.join();
          const found = onDisk.get(about) ?? (await searchDisk(asked.names));
          onDisk.set(about, found);
          return withTexts(await inTexts(asked), found, texts);
        },
      });
      await searches?.remember();
      return macros;
    } finally {
      searches?.close();
    }
  }
}

const NO_DEFINES = '[]';

/** What the macros rest on besides the files. */
function restsOn(tree: Tree): string {
  const { root, release, judgedBy, rhel, userModel } = tree;
  return JSON.stringify([root, release, judgedBy, rhel, userModel, [...followedNames(tree)].sort()]);
}
