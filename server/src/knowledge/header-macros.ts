import { macroArmsIn } from '../contracts/macro-arms.js';
import type { MacroArm } from '../contracts/macro-arms.js';
import type { OpenText } from '../contracts/open-text.js';
import type { OpenFiles } from '../project/open-files.js';
import type { FileMatch } from '../search/scanner.js';
import type { TreeSearch } from '../search/tree-search.js';
import { findWords } from '../syntax/index.js';
import { comparePaths } from '../vfs/index.js';

/**
 * Macros that the headers of a module define for names of the model: compat headers, as a rule. A kernel has none to speak of,
 * and looking for them would cost one more search.
 */

/** Macros of macros that are looked for. */
const MAX_ROUNDS = 3;

export type HeaderMacros = ReadonlyMap<string, readonly MacroArm[]>;

export const NO_MACROS: HeaderMacros = new Map();

/**
 * @param names C identifiers that the macros lead to
 * @param isKernels true for a file of a kernel that lies inside of what is judged
 */
export async function headerMacros(
  files: OpenFiles,
  search: TreeSearch,
  names: readonly string[],
  isKernels: (path: string) => boolean,
): Promise<HeaderMacros> {
  const found = new Map<string, MacroArm[]>();
  const kernels = new Set(names);
  let asked: readonly string[] = names;
  for (let round = 0; round < MAX_ROUNDS && asked.length > 0; round++) {
    const { matches } = await search({ names: asked });
    const fresh = new Set<string>();
    for (const { path, names: held } of headersAmong(matches.filter((one) => !isKernels(one.path)))) {
      const open = files.open(path);
      if ('why' in open) continue;
      for (const name of macrosHolding(open, new Set(held))) {
        // A kernel's own name is taken for the kernel's: which files include the header nobody knows.
        if (!kernels.has(name) && addArms(found, open, name)) fresh.add(name);
      }
    }
    asked = [...fresh].sort();
  }
  return found;
}

function headersAmong(matches: readonly FileMatch[]): readonly FileMatch[] {
  return matches.filter(({ path }) => !path.endsWith('.c')).toSorted((a, b) => comparePaths(a.path, b.path));
}

/** The macros of a text that hold one of the words behind their name. */
function macrosHolding({ text, items }: OpenText, words: ReadonlySet<string>): ReadonlySet<string> {
  const defines = items.filter(({ kind, dead }) => kind === 'define' && !dead);
  const found = new Set<string>();
  let next = 0;
  for (const { start, word } of findWords(text, words)) {
    while ((defines[next]?.end ?? Infinity) <= start) next++;
    const item = defines[next];
    if (item && item.start <= start && item.name !== word) found.add(item.name);
  }
  return found;
}

/** True where one was added; copies of a header say the same. */
function addArms(found: Map<string, MacroArm[]>, open: OpenText, name: string): boolean {
  const known = found.get(name) ?? [];
  const before = known.length;
  for (const arm of macroArmsIn(open, name)) {
    const text = textOf(arm);
    if (!known.some((one) => textOf(one) === text)) known.push(arm);
  }
  if (known.length > 0) found.set(name, known);
  return known.length > before;
}

/** What makes two definitions the same: what they say, wherever they stand. */
function textOf({ fn, when }: MacroArm): string {
  const plain = (key: string, value: unknown): unknown =>
    ['start', 'end', 'nameAt'].includes(key) ? undefined : value;
  return JSON.stringify([fn.params, fn.body, [...when]], plain);
}

/** A text that is the same for the same macros. */
export function keyOfMacros(macros: HeaderMacros): string {
  return [...macros].map(([name, arms]) => `${name} ${arms.map(textOf).join(' ')}`).join('\n');
}
