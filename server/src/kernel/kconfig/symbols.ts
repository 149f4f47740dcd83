import { normalisePath } from '../../vfs/path.js';
import type { TreeFiles } from '../../vfs/tree-files.js';
import { conjunction, parseExpression, YES, type Expression } from './expression.js';
import { parseKconfig, type Definition, type KconfigFile } from './parse.js';

/** A definition together with the conditions around the `source` line that brought its file in. */
export interface Placed {
  readonly definition: Definition;
  readonly outer: Expression;
}

export interface Selector {
  readonly by: Placed;
  /** What stands behind the symbol's name on the line: empty, or `if` and a condition. */
  readonly rest: string;
  /** False for `imply`, which can't override dependencies. */
  readonly strong: boolean;
}

/** The condition of a `select` or `imply` line. */
export function conditionOf({ rest }: Selector): Expression {
  return rest === '' ? YES : (parseExpression(rest).condition ?? YES);
}

export interface Symbols {
  readonly definitions: ReadonlyMap<string, readonly Placed[]>;
  /** By name of the symbol that is selected or implied. */
  readonly selectors: ReadonlyMap<string, readonly Selector[]>;
  /** The first file that was not read, because those that bring it in go too deep. */
  readonly tooDeep: string | undefined;
}

/** Files of a tree, each read and parsed once although every arch sources the generic ones. */
export type KconfigCache = Map<string, KconfigFile>;

/**
 * Folders whose Kconfig files are read. The rest (drivers, fs, net, sound, crypto, lib, security) is nine tenths of the text
 * and defines what a user may switch on, not what an arch is able to: the promptless ARCH_ symbols that decide such a
 * question are defined in these folders and selected by arch Kconfig files. A symbol that is met but not defined in
 * what was read is taken to be free, so leaving a folder out can only make an arch look more able than it is.
 */
const READ = /^(?:Kconfig|(?:arch|mm|init|kernel)\/.*)$/;

/** All symbols an arch sees: from the top Kconfig as the kernel's own build has it, and what that does not reach. */
export function loadSymbols(files: TreeFiles, arch: string, cache: KconfigCache): Symbols {
  const definitions = new Map<string, Placed[]>();
  const selectors = new Map<string, Selector[]>();
  const seen = new Set<string>();
  const add = (definition: Definition, around: Expression): void => {
    const by: Placed = {
      definition,
      outer: around === YES ? definition.outer : conjunction([around, definition.outer]),
    };
    append(definitions, definition.name, by);
    for (const { name, rest, strong } of definition.selects) append(selectors, name, { by, rest, strong });
  };
  let tooDeep: string | undefined;
  const visit = (path: string, around: Expression, depth: number): void => {
    if (seen.has(path)) return;
    if (depth > MAX_SOURCES) return void (tooDeep ??= path);
    seen.add(path);
    const file = load(files, path, cache);
    for (const definition of file.definitions) add(definition, around);
    for (const source of file.sources) {
      const next = expand(source.path, arch);
      if (next !== undefined && READ.test(next)) visit(next, conjunction([around, source.outer]), depth + 1);
    }
  };
  for (const path of ['Kconfig', `arch/${arch}/Kconfig`, 'mm/Kconfig', 'arch/Kconfig', 'init/Kconfig'])
    visit(path, YES, 0);
  return { definitions, selectors, tooDeep: tooDeep !== undefined && seen.has(tooDeep) ? undefined : tooDeep };
}

/** Files that bring in one another; a kernel's go four deep. */
const MAX_SOURCES = 100;

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function load(files: TreeFiles, path: string, cache: KconfigCache): KconfigFile {
  const known = cache.get(path);
  if (known) return known;
  const source = files.read(path);
  const file = 'text' in source ? parseKconfig(path, source.text) : { definitions: [], sources: [] };
  cache.set(path, file);
  return file;
}

/** The path of a `source` line for one arch; undefined where it hangs on a macro that only a build knows, or is a pattern. */
function expand(path: string, arch: string): string | undefined {
  const expanded = path.replace(/\$\((?:SRC)?ARCH\)|\$(?:SRC)?ARCH\b/g, arch).replace(/^\$\(srctree\)\//, '');
  return /[$*?[]/.test(expanded) ? undefined : normalisePath(expanded);
}
