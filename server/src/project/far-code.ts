import { openText } from '../contracts/open-text.js';
import { viewSource } from '../contracts/view-source.js';
import type { SourceTools } from '../contracts/open-text.js';
import type { SourceFile } from '../contracts/source-file.js';
import { beyondName, NOTHING_BEYOND } from '../contracts/unseen-counts.js';
import type { Beyond, CalleeLookup } from '../contracts/unseen-counts.js';
import type { HandedPage } from '../flow/page-paths.js';
import type { KernelPlace } from '../kernel/arch.js';
import { comparePaths } from '../vfs/index.js';
import type { TreeFiles } from '../vfs/index.js';
import { withKernel } from './kernel-beside.js';
import { IncludedHeaders } from './included-headers.js';
import type { ModuleHeaders } from './module-headers.js';

/**
 * The code of functions that other files define, read where a verdict hangs on what one of them does with a page: in the
 * headers that a file includes, then in the files beside it, then in all files of a tree that is small. What a larger tree
 * defines elsewhere is not looked for.
 */

/** Folders of a tree that is still looked through as a whole. */
export const SMALL_TREE = 100;
/** Files that are opened for one question, one for another. */
const MAX_CHAIN = 4;
/** Questions to other files that one question may bring about. */
const MAX_QUESTIONS = 64;

/** A file that asks, with the text it has. */
interface Asker {
  readonly path: string;
  readonly text: string;
}

export class FarCode {
  private readonly headers: IncludedHeaders;
  private readonly views = new Map<string, SourceFile>();
  /** Questions that are open, to notice functions that call each other from file to file. */
  private readonly open: { readonly key: string; readonly asker: Asker }[] = [];
  private questions = 0;
  /** By the file in which a question began: the files that asked on account of it. */
  private readonly asked = new Map<string, Set<string>>();

  /** The tools of the tree, with which the code of other files is read where a verdict hangs on it, and that code too. */
  readonly tools: SourceTools;

  constructor(
    private readonly files: TreeFiles,
    plain: SourceTools,
    /** The kernel that the files are built for. */
    kernel: KernelPlace & { readonly files: TreeFiles },
    /** The headers of a module; none of a kernel. */
    private readonly module?: ModuleHeaders,
  ) {
    this.headers = new IncludedHeaders(kernel.files === files ? files : withKernel(files, kernel.files), kernel);
    this.tools = {
      ...plain,
      calleesOf: (path, text) => this.calleesOf(path, text),
      includedBy: (path, text) => this.includedBy(path, text),
      ...(module && {
        headersOf: (path, text) => {
          this.note(path);
          return module.of(path, text);
        },
      }),
    };
  }

  /** What the headers say that a file includes. Who asks rests on them as on an answer about a function. */
  private *includedBy(path: string, text: string): Generator<string> {
    this.note(path);
    for (const level of this.headers.levels(path, text, (other) => this.note(other))) {
      for (const header of level) yield this.headers.textOf(header) ?? '';
    }
  }

  private note(path: string): void {
    const first = this.open[0]?.asker.path ?? path;
    const askers = this.asked.get(first);
    if (askers) askers.add(path);
    else this.asked.set(first, new Set([path]));
  }

  /** True for a file that an answer may rest on; a header of a module where it says something else now. */
  hasRead(path: string): boolean {
    return this.headers.hasRead(path) || this.module?.hasChanged(path) === true;
  }

  /** What all headers of a module say: results rest on them. The same for a kernel, where they rest on none; undefined where it is not known. */
  get headersKey(): string | undefined {
    return this.module ? this.module.digest() : '';
  }

  /**
   * The files whose questions answers about a file rest on, itself among them, and what they include that is no header; none
   * where it asked nothing. What each was told rests on its text, the headers of the tree and the files beside it, and in a small
   * tree on all files.
   */
  askersFor(path: string): readonly string[] {
    return [...(this.asked.get(path) ?? [])].sort(comparePaths);
  }

  /** What the functions that a file calls, and does not define, do with the pages they are handed. */
  private calleesOf(path: string, text: string): CalleeLookup {
    return (name, handed) => this.ask({ path, text }, name, handed);
  }

  private ask(asker: Asker, name: string, handed: readonly HandedPage[]): Beyond | undefined {
    const key = `${name}(${handed.map((one) => `${one.at}${one.path ?? '*'}`).join()})`;
    if (this.open.some((one) => one.key === key)) return NOTHING_BEYOND;
    this.note(asker.path);
    this.questions = this.open.length === 0 ? 1 : this.questions + 1;
    const isTooMuch = this.open.length >= MAX_CHAIN || this.questions > MAX_QUESTIONS;
    if (isTooMuch) return { counted: [], unseen: { name, why: 'deep' } };
    this.open.push({ key, asker });
    try {
      const defined = this.definitions(name);
      return defined.length === 0 ? undefined : united(defined.map((file) => definedThere(file, name, handed)));
    } finally {
      this.open.pop();
    }
  }

  /** The files that define a name for others, as near as there are any to the file that asks, or asked in the first place. */
  private definitions(name: string): readonly SourceFile[] {
    const askers = [this.open.at(-1)?.asker, this.open[0]?.asker].filter((one) => one !== undefined);
    for (const { path, text } of askers) {
      // An answer rests on all headers anyway; other files that are included, or would be, count like one that asks.
      for (const level of this.headers.levels(path, text, (other) => this.note(other))) {
        const found = this.definersAmong(level, path, name);
        if (found.length > 0) return found;
      }
    }
    for (const asker of askers) {
      const found = this.definersAmong(this.sources(folderOf(asker.path), asker), asker.path, name);
      if (found.length > 0) return found;
    }
    const [first] = askers;
    const everywhere = first ? this.smallTree().flatMap((folder) => this.sources(folder, first)) : [];
    return this.definersAmong(everywhere, first?.path ?? '', name);
  }

  private definersAmong(paths: readonly string[], asker: string, name: string): readonly SourceFile[] {
    const word = new RegExp(`\\b${name}\\b`);
    return paths.flatMap((path) => {
      const text = path === asker ? undefined : this.headers.textOf(path);
      return text !== undefined && word.test(text) ? (this.definer(path, text, name) ?? []) : [];
    });
  }

  /** The file, if it defines a name for others: a header everything in it, another file what is not static. */
  private definer(path: string, text: string, name: string): SourceFile | undefined {
    let view = this.views.get(path);
    if (!view) this.views.set(path, (view = viewSource(openText(path, text, this.tools))));
    const isHeader = path.endsWith('.h');
    const items = view.items.filter((item) => item.name === name && !item.dead);
    if (!items.some(({ kind }) => kind === 'function' || (isHeader && kind === 'define'))) return undefined;
    const read = view.table.find(name);
    return !isHeader && read.length > 0 && read.every((fn) => fn.static) ? undefined : view;
  }

  /** C files of a folder, and headers that the asker includes from wherever its Makefile says. */
  private sources(folder: string, { text }: Asker): readonly string[] {
    const listing = this.files.list(folder);
    if ('why' in listing) return [];
    const names = listing.files.filter((name) => name.endsWith('.c') || includes(text, name)).sort(comparePaths);
    return names.map((name) => (folder === '' ? name : `${folder}/${name}`));
  }

  /** All folders of a tree that has few of them. */
  private smallTree(): readonly string[] {
    const found = [''];
    for (let at = 0; at < found.length && found.length <= SMALL_TREE; at++) {
      const folder = found[at] ?? '';
      const listing = this.files.list(folder);
      if ('why' in listing) continue;
      const inner = listing.folders.filter((name) => !name.startsWith('.')).sort(comparePaths);
      found.push(...inner.map((name) => (folder === '' ? name : `${folder}/${name}`)));
    }
    return found.length > SMALL_TREE ? [] : found;
  }
}

/** A text includes a header of that name, from whatever folder. */
function includes(text: string, name: string): boolean {
  const line = /^[ \t]*#[ \t]*include[ \t]*[<"](?:[^>"\n]*\/)?([^>"/\n]+)[>"]/gm;
  return name.endsWith('.h') && [...text.matchAll(line)].some(([, header]) => header === name);
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

function definedThere(file: SourceFile, name: string, handed: readonly HandedPage[]): Beyond {
  if (file.table.find(name).length === 0) return { counted: [], unseen: { name, why: 'unknown' } };
  return beyondName(file.analysis.counting, name, handed);
}

function united(all: readonly Beyond[]): Beyond {
  return { counted: all.flatMap(({ counted }) => counted), unseen: all.find(({ unseen }) => unseen)?.unseen };
}
