import type { Declaration } from '@pageref/shared';
import { TREE_SIGNS } from '@pageref/shared/model';
import { blankNonCode } from '../syntax/blank.js';
import { comparePaths } from '../vfs/index.js';
import type { TreeFiles } from '../vfs/index.js';

/** The headers below include/linux and include/asm-generic of one tree. Files are read when somebody asks, once each. */
export interface TreeHeaders {
  /** False where the tree has no include/linux. */
  readonly present: boolean;
  /** @param hints paths that are likely to hold the name, tried first */
  declaring(name: string, hints?: readonly string[]): Declaration | undefined;
  /** Headers that `header` (as it is included) includes itself. */
  includesOf(header: string): ReadonlySet<string>;
  /** True when the file at `path` exports the name to modules. */
  exported(name: string, path: string): boolean;
}

const FOLDERS = ['include/linux', 'include/asm-generic'];
const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*<([^>\s]+)>/gm;

/** Never throws: what cannot be read declares nothing. */
export function treeHeaders(files: TreeFiles): TreeHeaders {
  const texts = new Map<string, string>();
  const codes = new Map<string, string>();
  const declared = new Map<string, Declaration | undefined>();
  const textOf = (path: string): string => kept(texts, path, () => readText(files, path));
  const codeOf = (path: string): string => kept(codes, path, () => blankNonCode(textOf(path)));
  const declarationAmong = (among: readonly string[], name: string): Declaration | undefined => {
    const holders = among.filter((path) => textOf(path).includes(name));
    return bestOf(holders.flatMap((path) => declarationIn(codeOf(path), path, name) ?? []));
  };
  let listed: readonly string[] | undefined;
  const paths = (): readonly string[] => (listed ??= FOLDERS.flatMap((folder) => headersIn(files, folder)));
  return {
    get present() {
      return paths().length > 0;
    },
    declaring: (name, hints = []) =>
      kept(declared, name, () => declarationAmong(hints, name) ?? declarationAmong(paths(), name)),
    includesOf: (header) => new Set([...textOf(`include/${header}`).matchAll(INCLUDE)].map((match) => match[1] ?? '')),
    exported: (name, path) => new RegExp(`^${TREE_SIGNS.exports}\\w*\\(\\s*${name}\\b`, 'm').test(textOf(path)),
  };
}

function kept<Value>(cache: Map<string, Value>, key: string, make: () => Value): Value {
  if (!cache.has(key)) cache.set(key, make());
  return cache.get(key) as Value;
}

function readText(files: TreeFiles, path: string): string {
  const source = files.read(path);
  return 'text' in source ? source.text : '';
}

function headersIn(files: TreeFiles, folder: string): string[] {
  const listing = files.list(folder);
  if ('why' in listing) return [];
  const names = listing.files.filter((name) => name.endsWith('.h'));
  return names.sort(comparePaths).map((name) => `${folder}/${name}`);
}

/** A body in a header is where the name belongs; of prototypes the first by path. */
function bestOf(found: readonly Declaration[]): Declaration | undefined {
  return found.find(({ inline }) => inline) ?? found[0];
}

/** What is longer is no list of parameters but a parenthesis that nobody closes. UTF-16 code units. */
const LONGEST_LIST = 2000;

/** A function's prototype or body, or a macro: at the start of a line, where no call can stand. */
function declarationIn(code: string, path: string, name: string): Declaration | undefined {
  const header = path.replace(/^include\//, '');
  const macro = new RegExp(`^[ \\t]*#[ \\t]*define[ \\t]+${name}\\b[^\\n]*`, 'm').exec(code);
  if (macro) return { header, text: macro[0].trim(), inline: true };
  const head = new RegExp(
    `^[a-z_][\\w \\t*]*?(?:\\n[ \\t]*)?\\b${name}[ \\t]*\\([^;{)]{0,${LONGEST_LIST}}\\)`,
    'm',
  ).exec(code);
  if (!head) return undefined;
  const next = /\S/.exec(code.slice(head.index + head[0].length))?.[0];
  const inline = next === '{' || /\binline\b/.test(head[0]);
  return { header, text: head[0].replace(/\s+/g, ' '), inline };
}
