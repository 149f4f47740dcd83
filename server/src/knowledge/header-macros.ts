import { setImmediate as nextTurn } from 'node:timers/promises';
import { macroArmsIn } from '../contracts/macro-arms.js';
import type { MacroArm } from '../contracts/macro-arms.js';
import type { OpenText } from '../contracts/open-text.js';
import type { OpenFiles } from '../project/open-files.js';
import type { Tree } from '../project/tree.js';
import { followedNames } from '../rules/index.js';
import type { FileMatch } from '../search/scanner.js';
import type { TreeSearch } from '../search/tree-search.js';
import { conditionsAround } from '../syntax/conditions-around.js';
import { findWords } from '../syntax/index.js';
import type { Item } from '../syntax/index.js';
import { comparePaths, pathInside } from '../vfs/index.js';

/**
 * Macros that the headers of a module define for names of the model: compat headers, as a rule. A kernel has none to speak of,
 * and looking for them would cost one more search.
 */

/** Macros of macros that are looked for. */
const MAX_ROUNDS = 3;

export type HeaderMacros = ReadonlyMap<string, readonly MacroArm[]>;

export const NO_MACROS: HeaderMacros = new Map();

/** Where they are looked for. */
export interface HeaderMacroSearch {
  readonly tree: Tree;
  readonly files: Pick<OpenFiles, 'open'>;
  readonly search: TreeSearch;
}

/** Macros of a module's headers that stand for what the rules follow. */
export async function followedMacros(where: HeaderMacroSearch): Promise<HeaderMacros> {
  return await headerMacros(where, [...followedNames(where.tree)].sort());
}

/** Macros of a module's headers that lead to one of some names, C identifiers; a kernel's are not looked for. */
export async function headerMacros(
  { tree, files, search }: HeaderMacroSearch,
  names: readonly string[],
): Promise<HeaderMacros> {
  if (tree.isKernel) return NO_MACROS;
  const inside = tree.kernel === undefined ? undefined : pathInside(tree.root, tree.kernel);
  const isKernels = (path: string): boolean => inside !== undefined && path.startsWith(`${inside}/`);
  const found = new Map<string, MacroArm[]>();
  const kernels = new Set(names);
  let asked: readonly string[] = names;
  for (let round = 0; round < MAX_ROUNDS && asked.length > 0; round++) {
    const { matches } = await search({ names: asked });
    const fresh = new Set<string>();
    for (const { path, names: held } of headersAmong(matches.filter((one) => !isKernels(one.path)))) {
      // An editor answers meanwhile.
      await nextTurn();
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

/** True for a file of a tree whose macros count for others. */
export function isHeader(path: string): boolean {
  return !path.endsWith('.c');
}

function headersAmong(matches: readonly FileMatch[]): readonly FileMatch[] {
  return matches.filter(({ path }) => isHeader(path)).toSorted((a, b) => comparePaths(a.path, b.path));
}

/** The macros of a text that hold one of the words behind their name. */
function macrosHolding({ text, items }: OpenText, words: ReadonlySet<string>): ReadonlySet<string> {
  const defines = definesAmong(items);
  const found = new Set<string>();
  let next = 0;
  for (const { start, word } of findWords(text, words)) {
    while ((defines[next]?.end ?? Infinity) <= start) next++;
    const item = defines[next];
    if (item && item.start <= start && item.name !== word) found.add(item.name);
  }
  return found;
}

function definesAmong(items: readonly Item[]): readonly Item[] {
  return items.filter(({ kind, dead }) => kind === 'define' && !dead);
}

/** What a text defines, and under which conditions: all that is asked of a header here. The same text for the same. */
export function definesIn({ text, items }: OpenText): string {
  const defines = definesAmong(items);
  const conditions = conditionsAround(
    text,
    defines.map(({ start }) => start),
  );
  const told = defines.map(({ start, end }, at) => [text.slice(start, end), [...(conditions[at] ?? [])]]);
  return JSON.stringify(told);
}

/** True where one was added; copies of a header say the same. */
function addArms(found: Map<string, MacroArm[]>, open: OpenText, name: string): boolean {
  const known = found.get(name) ?? [];
  const before = known.length;
  for (const arm of macroArmsIn(open.text, open.functions, name)) {
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
