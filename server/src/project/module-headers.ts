import type { Sign } from '@pageref/shared';
import { KERNEL_ITSELF } from '../kernel/arch.js';
import type { HeaderDefinitions } from '../contracts/header-definitions.js';
import { mayJump } from '../contracts/item-index.js';
import { openText } from '../contracts/open-text.js';
import type { OpenText, SourceTools } from '../contracts/open-text.js';
import { conditionsAround } from '../syntax/conditions-around.js';
import type { MacroDefinition } from '../syntax/expand-macros.js';
import { blankNonCode, isWithin } from '../syntax/index.js';
import type { Item } from '../syntax/index.js';
import { isFlag, macroOf } from '../syntax/version-macros.js';
import { hashOf } from '../vfs/cache.js';
import { comparePaths } from '../vfs/index.js';
import type { TreeFiles } from '../vfs/index.js';
import { IncludedHeaders } from './included-headers.js';

/**
 * What the headers of a module define for the files that include them: macros with a jump in them, constants, and which macros there
 * are in the release at hand. A kernel's headers are not looked at: there are too many, and the model knows what counts of them.
 */

/** Folders of a module in which a header is looked for that is not where its name says; one with more is not looked through. */
const MOST_FOLDERS = 500;
/** Macros of macros that are looked for. */
const MAX_DEPTH = 4;

const DEFINES = /^[ \t]*#[ \t]*define[ \t]+(\w+)/gm;

/** What may be an enumerator. */
const ENUMERATOR = /\b[A-Za-z_]\w*\b(?=\s*(?:=[^=]|[,}]))/g;

const NO_WORDS: ReadonlySet<string> = new Set();

/** One header, as far as somebody has asked for it. */
class Header {
  private names: ReadonlySet<string> | undefined;
  private opened: OpenText | undefined;
  private words: ReadonlySet<string> | undefined;

  constructor(
    private readonly path: string,
    readonly text: string,
    private readonly tools: SourceTools,
  ) {}

  /** True where a `#define` of the name stands in it, compiled or not. */
  mentions(name: string): boolean {
    this.names ??= new Set([...this.text.matchAll(DEFINES)].map(([, one = '']) => one));
    return this.names.has(name);
  }

  /** Its text, cut into items. */
  get open(): OpenText {
    return (this.opened ??= openText(this.path, this.text, this.tools));
  }

  defines(name: string): readonly Item[] {
    return this.mentions(name) ? this.open.index.named(name).filter(({ kind }) => kind === 'define') : [];
  }

  /** The definitions of a macro, as far as they could be read. */
  macros(name: string): readonly MacroDefinition[] {
    return this.mentions(name) ? this.open.functions.definitions(name) : [];
  }

  /** What it makes of a name, by each definition. */
  constants(name: string): readonly (Sign | undefined)[] {
    const { text } = this;
    if (!this.mentions(name)) {
      this.words ??= text.includes('enum') ? new Set([...text.matchAll(ENUMERATOR)].map(([word]) => word)) : NO_WORDS;
      if (!this.words.has(name)) return [];
    }
    return this.open.constants.of(name);
  }

  /** True where arms of other releases define it, as a flag, and nothing else here does. */
  isFlagOfOthers(name: string): boolean {
    const { items, original, arms } = this.open;
    const found = items.filter((item) => item.kind === 'define' && item.name === name);
    return found.every(({ start, end }) => {
      const macro = macroOf(original.slice(start, end));
      return isWithin(arms.others, start) && macro !== undefined && isFlag(name, macro);
    });
  }

  /** True where one of the definitions is compiled whatever the build defines. */
  certainlyDefines(name: string): boolean {
    const guard = /^\s*#\s*ifndef\s+(\w+)/m.exec(this.open.text)?.[1];
    const conditions = conditionsAround(
      this.open.text,
      this.defines(name).map(({ start }) => start),
    );
    return conditions.some((asked) => [...asked.keys()].every((key) => guard !== undefined && isAbout(key, guard)));
  }
}

/** The directives and enumerators of a text, without comments. */
function saidBy(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const said = blankNonCode(text).match(/^[ \t]*#(?:[^\n\\]|\\[^])*|\benum\b[^;{}]*\{[^{}]*\}/gm) ?? [];
  const included = text.match(/^[ \t]*#[ \t]*include[^\n]*/gm) ?? [];
  return [...said, ...included].join('\n').replace(/[ \t]+/g, ' ');
}

function isAbout(key: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(key);
}

const TOO_MANY: ReadonlyMap<string, readonly string[]> = new Map();

export class ModuleHeaders {
  private readonly headers: IncludedHeaders;
  private readonly known = new Map<string, Header>();
  /** Of one file at a time a person or a run asks. */
  private last: { readonly path: string; readonly text: string; readonly found: HeaderDefinitions } | undefined;
  private paths: ReadonlyMap<string, readonly string[]> | undefined;

  /**
   * @param tools those by which the headers are read; nothing of others is known to them
   * @param isKernels true for a folder of the module's tree that is a kernel
   */
  constructor(
    private readonly files: TreeFiles,
    private readonly tools: SourceTools,
    private readonly isKernels: (folder: string) => boolean,
  ) {
    this.headers = new IncludedHeaders(files, KERNEL_ITSELF, (name) => this.called(name));
  }

  /** True for a file that was read, or looked for, and that now says something else of all that is asked of a header here. */
  hasChanged(path: string): boolean {
    if (!this.headers.hasRead(path)) return false;
    const source = this.files.read(path);
    return saidBy('why' in source ? undefined : source.text) !== saidBy(this.headers.textOf(path));
  }

  /** What all headers say, as one text; undefined where there are too many to look at. */
  digest(): string | undefined {
    this.paths ??= this.list();
    if (this.paths === TOO_MANY) return undefined;
    const paths = [...this.paths.values()].flat().sort(comparePaths);
    return hashOf(JSON.stringify(paths.map((path) => [path, this.headers.textOf(path)])));
  }

  /** What the headers define that a file includes. */
  of(path: string, text: string): HeaderDefinitions {
    if (this.last?.path !== path || this.last.text !== text) {
      this.last = { path, text, found: definitionsIn(() => this.includedBy(path, text)) };
    }
    return this.last.found;
  }

  private includedBy(path: string, text: string): readonly Header[] {
    return [...this.headers.levels(path, text)].flat().flatMap((one) => this.header(one) ?? []);
  }

  private header(path: string): Header | undefined {
    const known = this.known.get(path);
    const text = known ? undefined : this.headers.textOf(path);
    if (text === undefined) return known;
    const header = new Header(path, text, this.tools);
    this.known.set(path, header);
    return header;
  }

  /** The header of the module whose path ends so: where a Makefile looks for it is not known. */
  private called(name: string): readonly string[] {
    this.paths ??= this.list();
    const base = name.slice(name.lastIndexOf('/') + 1);
    const found = (this.paths.get(base) ?? []).filter((path) => path === name || path.endsWith(`/${name}`));
    return found.length === 1 ? found : [];
  }

  private list(): ReadonlyMap<string, readonly string[]> {
    const folders = [''];
    const found = new Map<string, string[]>();
    for (let at = 0; at < folders.length; at++) {
      if (folders.length > MOST_FOLDERS) return TOO_MANY;
      const folder = folders[at] ?? '';
      const listing = this.files.list(folder);
      if ('why' in listing) continue;
      const inside = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
      const inner = listing.folders.filter((name) => !name.startsWith('.')).sort(comparePaths);
      folders.push(...inner.map(inside).filter((one) => !this.isKernels(one)));
      for (const name of listing.files) {
        if (name.endsWith('.h')) found.set(name, [...(found.get(name) ?? []), inside(name)]);
      }
    }
    return found;
  }
}

function definitionsIn(list: () => readonly Header[]): HeaderDefinitions {
  let headers: readonly Header[] | undefined;
  const holding = (name: string): readonly Header[] => (headers ??= list()).filter((one) => one.mentions(name));
  const jumps = remembered((name) => jumpingOf(holding, name));
  return {
    jumping: jumps,
    constant: remembered((name) => constantOf((headers ??= list()), name)),
    isDefined: (name) => {
      const found = holding(name);
      if (found.some((one) => one.certainlyDefines(name))) return true;
      return found.length > 0 && found.every((one) => one.isFlagOfOthers(name)) ? false : undefined;
    },
    mentions: (name) => holding(name).length > 0,
  };
}

function remembered<T>(make: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    if (!known.has(name)) known.set(name, make(name));
    return known.get(name) as T;
  };
}

function jumpingOf(holding: (name: string) => readonly Header[], name: string): readonly MacroDefinition[] | undefined {
  const found = holding(name);
  return jumps(holding, name, MAX_DEPTH) ? found.flatMap((header) => header.macros(name)) : undefined;
}

/** By its text: whether a macro holds a jump, or the name of one that does. */
function jumps(holding: (name: string) => readonly Header[], name: string, depth: number): boolean {
  return holding(name).some((header) =>
    header.defines(name).some((item) => {
      const { text } = header.open;
      if (mayJump(text, item)) return true;
      const words = depth > 1 ? (bodyOf(text, item).match(/\b[A-Za-z_]\w*\b/g) ?? []) : [];
      return [...new Set(words)].some((word) => word !== name && jumps(holding, word, depth - 1));
    }),
  );
}

function bodyOf(text: string, { start, end }: Item): string {
  return text.slice(start, end).replace(/^\s*#\s*define\s+\w+/, '');
}

/** The sign of a name, where its definitions have the same one. */
function constantOf(headers: readonly Header[], name: string): Sign | undefined {
  const [first, ...more] = headers.flatMap((header) => header.constants(name));
  return more.every((one) => one === first) ? first : undefined;
}
