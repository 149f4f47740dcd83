import { RESERVED_BIT } from '@pageref/shared/model';
import { scanTree } from '../search/scanner.js';
import { mentionsAmong, mentionWords } from '../rules/reserved/mentions.js';
import type { SourceFile } from '../contracts/source-file.js';
import { comparePaths, isSourceName, pathInside, readSource } from '../vfs/index.js';
import { findWords, hasArguments } from '../syntax/index.js';
import type { FoundWord, Item } from '../syntax/index.js';
import { openSource } from '../contracts/view-source.js';
import type { Tree } from '../project/tree.js';

/** A function or macro that tests the reserved bit. */
export interface TestLens {
  readonly name: string;
  /** Extent of its name, UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  /** It answers for its callers: its result tells them what the bit says of a page they hand in. */
  readonly answers: boolean;
  /** All of its calls are in its own file. */
  readonly local: boolean;
}

/** The reserved tests of one file, in order: functions that test the bit, and those that ask one of them for an answer. */
export function reservedTests(file: SourceFile): TestLens[] {
  const { reserved, aliases } = file.analysis.vocabulary;
  const words = findWords(file.text, mentionWords(reserved, aliases));
  if (words.length === 0) return [];
  const testing = new Set<Item>();
  for (const mention of mentionsAmong(file, words).mentions) {
    const item = mention.kind === 'test' && mention.test ? file.itemAt(mention.start) : undefined;
    if (item) testing.add(item);
  }
  const answering = answeringItems(file, testing);
  return file.items
    .filter((item) => testing.has(item) || answering.has(item))
    .flatMap((item) => testOf(file, item, answering.has(item)) ?? []);
}

/** Functions whose result is the answer, to any depth of wrappers. */
function answeringItems(file: SourceFile, testing: ReadonlySet<Item>): ReadonlySet<Item> {
  const answering = new Set<Item>();
  const open = [...testing];
  for (let item = open.pop(); item; item = open.pop()) {
    if (answering.has(item) || file.analysis.contractOf(item.name)?.predicate === undefined) continue;
    answering.add(item);
    for (const caller of file.table.mentioning(item.name).functions) {
      const holder = file.itemAt(caller.start);
      if (holder && caller.name !== item.name) open.push(holder);
    }
  }
  return answering;
}

function testOf(file: SourceFile, item: Item, answers: boolean): TestLens | undefined {
  const fn = file.table.find(item.name).find((one) => one.start >= item.start && one.start < item.end);
  if (!fn) return undefined;
  const end = fn.nameAt + fn.name.length;
  return { name: fn.name, start: fn.nameAt, end, answers, local: fn.static && file.table.closed };
}

export interface TreeTest extends TestLens {
  readonly path: string;
  readonly text: string;
}

export interface Search {
  readonly jobs: number;
  /** Texts that stand for files of the tree. */
  readonly buffers: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
  /** Asked between files; rejects when nobody waits any more. */
  readonly checkpoint: () => Promise<void>;
}

/** The reserved tests in files of a tree, by path and place. */
export async function treeTests(
  tree: Tree,
  paths: Iterable<string>,
  checkpoint: Search['checkpoint'],
): Promise<TreeTest[]> {
  const found: TreeTest[] = [];
  for (const path of [...paths].sort(comparePaths)) {
    await checkpoint();
    const source = readSource(tree.root, path);
    if ('why' in source) continue;
    const { text } = source;
    for (const test of reservedTests(openSource(path, text, tree.tools))) found.push({ ...test, path, text });
  }
  return found;
}

const NAMES = [...RESERVED_BIT.tests, RESERVED_BIT.bit];

/** Paths of the files on disk that name the reserved bit or a test of it. */
export async function mentioningFiles(root: string, { jobs, signal }: Search): Promise<Set<string>> {
  const { matches } = await scanTree({ root, jobs, names: NAMES, signal });
  return new Set(matches.map(({ path }) => path));
}

/** Takes files that have changed, absolute paths, into the set, or out of it. */
export function withChanges(root: string, known: Set<string>, paths: readonly string[]): Set<string> {
  for (const path of paths) {
    const inside = pathInside(root, path);
    if (inside !== undefined && isSourceName(inside)) updateMentioning(root, inside, known);
  }
  return known;
}

function updateMentioning(root: string, path: string, known: Set<string>): void {
  const source = readSource(root, path);
  if ('text' in source && NAMES.some((name) => source.text.includes(name))) known.add(path);
  else known.delete(path);
}

/** How often functions are called, by name. */
export type CallCounts = ReadonlyMap<string, number>;

/** How often some functions are called in the files of a tree: it is looked through once for all of them. */
export async function countCalls(tree: Tree, names: readonly string[], search: Search): Promise<CallCounts> {
  const counts = new Map<string, number>();
  for (const [path, text] of await filesWith(tree, names, search)) {
    await search.checkpoint();
    for (const [name, calls] of callCountsIn(openSource(path, text, tree.tools), names)) {
      counts.set(name, (counts.get(name) ?? 0) + calls);
    }
  }
  return counts;
}

/** Calls in functions and macro bodies; definitions and prototypes are none. */
export function callCountsIn(file: SourceFile, names: readonly string[]): CallCounts {
  const counts = new Map<string, number>();
  for (const word of findWords(file.text, new Set(names))) {
    if (isCall(file, word)) counts.set(word.word, (counts.get(word.word) ?? 0) + 1);
  }
  return counts;
}

function isCall(file: SourceFile, { word, lexical, start, end }: FoundWord): boolean {
  const item = file.itemAt(start);
  const isCode = lexical === 'code' || (lexical === 'directive' && item?.kind === 'define');
  if (!isCode || !item || item.name === word || !hasArguments(file.text, end)) return false;
  return item.kind === 'function' || item.kind === 'define';
}

/** Paths and texts of the files that hold one of the names, sorted by path. */
async function filesWith(tree: Tree, names: readonly string[], search: Search): Promise<[string, string][]> {
  const { jobs, buffers, signal } = search;
  const { matches } = await scanTree({ root: tree.root, jobs, names, signal });
  const paths = new Set([...matches.map(({ path }) => path), ...buffers.keys()]);
  return [...paths].sort(comparePaths).flatMap((path): [string, string][] => {
    const text = buffers.get(path);
    if (text !== undefined) return [[path, text]];
    const source = readSource(tree.root, path);
    return 'text' in source ? [[path, source.text]] : [];
  });
}
