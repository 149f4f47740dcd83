import { archOf } from '../kernel/arch.js';
import type { KernelPlace } from '../kernel/arch.js';
import { comparePaths } from '../vfs/index.js';
import type { TreeFiles } from '../vfs/index.js';

/** Headers looked at for one file; a kernel source includes some hundred others. */
const MAX_HEADERS = 1000;

const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]/gm;

/** What a text includes: the files that are there, and all names that are no header's, there or not. */
interface Included {
  readonly there: readonly string[];
  readonly others: readonly string[];
}

/** The headers that the files of a tree include, by where a kernel build looks for them. Each is read once. */
export class IncludedHeaders {
  private readonly texts = new Map<string, string | undefined>();
  private readonly included = new Map<string, Included>();
  private arches: readonly string[] | undefined;

  constructor(
    private readonly files: TreeFiles,
    private readonly place: KernelPlace,
    /** Where else a header may be that is in none of these places. */
    private readonly called: (name: string) => readonly string[] = () => [],
  ) {}

  /** What a file holds; undefined for one that is not there. */
  textOf(path: string): string | undefined {
    if (!this.texts.has(path)) {
      const source = this.files.read(path);
      this.texts.set(path, 'why' in source ? undefined : source.text);
    }
    return this.texts.get(path);
  }

  /** True for a file that was read, or looked for. */
  hasRead(path: string): boolean {
    return this.texts.has(path);
  }

  /**
   * The headers that a file includes, then those that these include, and so on, without those that the tree does not have.
   * @param onOther told of each path that is included and is no header, whether it is there or not
   */
  *levels(path: string, text: string, onOther: (path: string) => void = () => undefined): Generator<readonly string[]> {
    const reached = new Set([path]);
    const arch = archOf(this.place, path);
    let level: readonly Included[] = [this.includedIn(path, text, arch)];
    while (level.length > 0 && reached.size < MAX_HEADERS) {
      for (const { others } of level) others.forEach(onOther);
      const fresh = [...new Set(level.flatMap(({ there }) => there))].filter((one) => !reached.has(one));
      for (const one of fresh) reached.add(one);
      if (fresh.length > 0) yield fresh;
      level = fresh.map((one) => this.includedBy(one, arch));
    }
  }

  private includedBy(header: string, arch: string): Included {
    const key = `${arch} ${header}`;
    let found = this.included.get(key);
    if (!found) this.included.set(key, (found = this.includedIn(header, this.textOf(header) ?? '', arch)));
    return found;
  }

  private includedIn(path: string, text: string, arch: string): Included {
    const named = [...text.matchAll(INCLUDE)];
    const candidates = named.flatMap(([, quote = '', name = '']) => {
      const places = this.candidates(path, quote, name, arch);
      return places.some((one) => this.textOf(one) !== undefined) ? places : [...places, ...this.called(name)];
    });
    return {
      there: candidates.filter((one) => this.textOf(one) !== undefined),
      others: candidates.filter((one) => one !== '' && !one.endsWith('.h')),
    };
  }

  private candidates(path: string, quote: string, name: string, arch: string): readonly string[] {
    const beside = quote === '"' ? [joined(path.slice(0, path.lastIndexOf('/') + 1), name)] : [];
    const asm = /^(?:uapi\/)?asm\//.test(name) ? this.archHeaders(name, arch) : [];
    return [...beside, joined('include/', name), joined('include/uapi/', name), ...asm];
  }

  /** `<asm/x.h>` is that of the file's arch, and of any arch for common code. */
  private archHeaders(name: string, arch: string): readonly string[] {
    this.arches ??= this.listArches();
    const generic = joined('include/asm-generic/', name.replace(/^(?:uapi\/)?asm\//, ''));
    const among = arch === '' ? this.arches : [arch];
    return [generic, ...among.map((one) => joined(`arch/${one}/include/`, name))];
  }

  private listArches(): readonly string[] {
    const listing = this.files.list('arch');
    return 'why' in listing ? [] : [...listing.folders].sort(comparePaths);
  }
}

/** A path below a folder with its `..` taken out; one that leads out of the tree is a name that no file has. */
function joined(folder: string, name: string): string {
  const parts: string[] = [];
  for (const part of `${folder}${name}`.split('/')) {
    if (part === '..') {
      if (parts.length === 0) return '';
      parts.pop();
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
