import type { TreeFact, TreeFacts, TreeHelper, TreePlace } from '@pageref/shared';
import { TREE_SIGNS } from '@pageref/shared/model';
import { blankNonCode } from '../syntax/blank.js';
import { comparePaths } from '../vfs/path.js';
import type { TreeFiles } from '../vfs/tree-files.js';
import { functionBodies, lineAt } from '../syntax/function-bodies.js';
import { lineStarts, positionAt } from '../syntax/lines.js';

const { memoryTypes: TYPES, marksReserved: INIT, normalPage: NORMAL_PAGE, daxMixedMap: DAX } = TREE_SIGNS;
const SETS_RESERVED = new RegExp(
  `\\b(?:${INIT.setters.join('|')})\\b|\\b(?:${INIT.bitSetters.join('|')})\\s*\\(\\s*${INIT.bit}\\b`,
);
const ASKS_DEVMAP = new RegExp(`\\b${NORMAL_PAGE.asks}\\b`);
const TYPES_HEAD = new RegExp(`\\benum\\s+${TYPES.enum}\\s*\\{`);
/** Setting the flag, in an assignment or a vm_flags_set() call; a test of it has `&` in front, which ends a piece. */
const PIECES = /[^;{}&]+/g;
const SETS = /\|=|\b\w+\s*\(/g;
const MIXEDMAP = new RegExp(`\\b(?:${DAX.flags.join('|')})\\b`, 'g');

/** True for a file the facts are read from: when it changes they have to be read anew. */
export function isFactFile(path: string): boolean {
  const { headers } = TREE_SIGNS;
  return [...headers, ...INIT.files, TYPES.file, NORMAL_PAGE.file].includes(path) || isDaxFile(path);
}

/** What one file says; a field is undefined where the file is not asked, or has nothing to say. */
interface FileFacts {
  readonly memoryTypes: TreeFact<readonly string[]> | undefined;
  readonly marksReserved: TreeFact<boolean> | undefined;
  readonly helpers: readonly TreeHelper[];
  readonly dropsDevmap: TreeFact<boolean> | undefined;
  readonly mixedMaps: readonly TreePlace[];
}

/** Reads the facts from the tree's own files; those whose file is missing are left out. Never throws. */
export function readTreeFacts(files: TreeFiles, names: readonly string[] = TREE_SIGNS.helpers): TreeFacts {
  return new FactReader(files, names).read();
}

/** The facts of a tree whose files change: what each file says is kept until that file is forgotten. */
export class FactReader {
  /** By path; undefined for a file that is not there. */
  private readonly known = new Map<string, FileFacts | undefined>();
  private daxFiles: readonly string[] | undefined;
  private readonly names: readonly string[];

  constructor(
    private readonly files: TreeFiles,
    names: readonly string[] = TREE_SIGNS.helpers,
  ) {
    this.names = names.filter((name) => /^\w+$/.test(name));
  }

  /** The file at `path` has changed, came or went. */
  forget(path: string): void {
    this.known.delete(path);
    this.daxFiles = undefined;
  }

  read(): TreeFacts {
    this.daxFiles ??= [...new Set([...DAX.files, ...folderDaxFiles(this.files)])].sort(comparePaths);
    const [inits, headers, dax] = [this.all(INIT.files), this.all(TREE_SIGNS.headers), this.all(this.daxFiles)];
    const marks = inits.flatMap(({ marksReserved }) => marksReserved ?? []);
    const facts = {
      memoryTypes: this.of(TYPES.file)?.memoryTypes,
      marksZoneDeviceReserved: marks.find(({ value }) => value) ?? marks[0],
      helpers: headers.length === 0 ? undefined : helpers(headers),
      vmNormalPageDropsDevmap: this.of(NORMAL_PAGE.file)?.dropsDevmap,
      daxMixedMap: dax.length === 0 ? undefined : dax.flatMap(({ mixedMaps }) => mixedMaps),
    };
    return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined));
  }

  /** What those of the files say that are there, in their order. */
  private all(paths: readonly string[]): FileFacts[] {
    return paths.flatMap((path) => this.of(path) ?? []);
  }

  private of(path: string): FileFacts | undefined {
    if (!this.known.has(path)) {
      const source = this.files.read(path);
      this.known.set(path, 'text' in source ? factsOf(path, source.text, this.names) : undefined);
    }
    return this.known.get(path);
  }
}

function factsOf(path: string, text: string, names: readonly string[]): FileFacts {
  let blanked: string | undefined;
  const code = (): string => (blanked ??= blankNonCode(text));
  return {
    memoryTypes: path === TYPES.file ? memoryTypes(path, code()) : undefined,
    marksReserved: INIT.files.includes(path) && holds(text, INIT.functions) ? marksReserved(path, code()) : undefined,
    helpers: TREE_SIGNS.headers.includes(path) ? declared(code(), names, path) : [],
    dropsDevmap:
      path === NORMAL_PAGE.file && holds(text, NORMAL_PAGE.functions) ? dropsDevmap(path, code()) : undefined,
    mixedMaps: isDaxFile(path) && holds(text, DAX.flags) ? mixedMaps(path, code()) : [],
  };
}

function holds(text: string, names: readonly string[]): boolean {
  return names.some((name) => text.includes(name));
}

function memoryTypes(path: string, code: string): TreeFact<readonly string[]> | undefined {
  const match = TYPES_HEAD.exec(code);
  const start = match ? match.index + match[0].length : -1;
  const end = code.indexOf('}', start);
  if (!match || end < 0) return undefined;
  const value = code
    .slice(start, end)
    .split(',')
    .flatMap((entry) => /^[\s#]*([A-Za-z_]\w*)/.exec(entry)?.[1] ?? []);
  return { value, path, line: lineAt(code, match.index) };
}

function marksReserved(path: string, code: string): TreeFact<boolean> | undefined {
  return askBodies(path, code, INIT.functions, SETS_RESERVED);
}

function dropsDevmap(path: string, code: string): TreeFact<boolean> | undefined {
  return askBodies(path, code, NORMAL_PAGE.functions, ASKS_DEVMAP);
}

/** Whether one of the functions has the pattern in its body, and where; undefined where none of them is defined. */
function askBodies(
  path: string,
  code: string,
  names: readonly string[],
  sought: RegExp,
): TreeFact<boolean> | undefined {
  const bodies = names.flatMap((name) => functionBodies(code, name));
  for (const { start, end } of bodies) {
    const at = code.slice(start, end).search(sought);
    if (at >= 0) return { value: true, path, line: lineAt(code, start + at) };
  }
  const first = bodies[0];
  return first && { value: false, path, line: lineAt(code, first.nameAt) };
}

/** The first declaration of each helper, by name. */
function helpers(headers: readonly FileFacts[]): TreeHelper[] {
  const found = new Map<string, TreeHelper>();
  for (const helper of headers.flatMap((header) => header.helpers)) {
    if (!found.has(helper.name)) found.set(helper.name, helper);
  }
  return [...found.values()].sort((a, b) => comparePaths(a.name, b.name));
}

/** Declarations, definitions and macros; kernel style starts them in column 0 and indents every call. */
function declared(text: string, names: readonly string[], path: string): TreeHelper[] {
  if (names.length === 0) return [];
  const declaration = new RegExp(
    `^(?:#[ \\t]*define[ \\t]+|[A-Za-z_][^\\r\\n\\u2028\\u2029;={}()]*[ \\t*])?(${names.join('|')})[ \\t]*\\(`,
    'gm',
  );
  const first = new Map<string, number>();
  for (const { 1: name = '', index } of text.matchAll(declaration)) {
    if (!first.has(name)) first.set(name, index);
  }
  return [...first].map(([name, index]) => ({ name, path, line: lineAt(text, index) }));
}

function mixedMaps(path: string, code: string): TreePlace[] {
  const starts = lineStarts(code);
  return [...code.matchAll(PIECES)].flatMap(({ 0: piece, index }) => {
    const end = endOfSet(piece);
    return end === undefined ? [] : [{ path, line: positionAt(starts, index + end).line }];
  });
}

/** Behind the last flag that is set in a piece of a statement. */
function endOfSet(piece: string): number | undefined {
  const flag = [...piece.matchAll(MIXEDMAP)].at(-1);
  if (!flag) return undefined;
  const before = piece.slice(0, flag.index).matchAll(SETS);
  const sets = [...before].some(([word]) => word === '|=' || /^\w*set/.test(word));
  return sets ? flag.index + flag[0].length : undefined;
}

function isDaxFile(path: string): boolean {
  const [folder, , name, ...more] = path.split('/');
  return DAX.files.includes(path) || (folder === DAX.below && name === DAX.named && more.length === 0);
}

/** fs/<filesystem>/dax.c of every file system. */
function folderDaxFiles(files: TreeFiles): string[] {
  const listing = files.list(DAX.below);
  return 'why' in listing ? [] : listing.folders.map((name) => `${DAX.below}/${name}/${DAX.named}`);
}
