import { PageTrail } from '../contracts/page-trail.js';
import { itemsOfInterest } from '../contracts/items-of-interest.js';
import { functionsIn } from '../contracts/open-text.js';
import type { OpenText } from '../contracts/open-text.js';
import type { SourceFile } from '../contracts/source-file.js';
import type { Vocabulary } from '../flow/vocabulary.js';
import type { Tree } from '../project/tree.js';
import { ALL_RULES } from '../rules/index.js';
import type { JudgedMentions } from '../rules/reserved/judged.js';
import type { Test } from '../rules/reserved/mention.js';
import { testedParameter } from '../rules/wrappers/classify-calls.js';

/**
 * What the judging of a file asks of the other files of its tree. The questions come from the file alone, whatever else a run
 * looks at: so every run knows the same of it, and says the same.
 */
export interface Questions {
  /** Functions of other files that are called on a tested page: what do they do with it? Sorted. */
  readonly callees: readonly string[];
  /** Functions of the file with a test of what they are handed: what do callers in other files hand them? */
  readonly callers: readonly OpenFunction[];
}

/** A function that other files of the tree may call, and modules outside of it may not. */
export interface OpenFunction {
  readonly name: string;
  readonly parameters: number;
}

/** A file that is open for judging, with nothing known of others. */
export interface OpenedFile {
  readonly open: OpenText;
  readonly alone: SourceFile;
  readonly reserved: JudgedMentions;
}

/** What the tests of the reserved bit ask that the file does not settle by itself. */
export function questionsOf(tree: Tree, { alone: file, reserved }: OpenedFile): Questions {
  const trail = trailIn(tree, file);
  const callers = new Map<string, OpenFunction>();
  for (const { test, page } of reserved.mentions.flatMap((mention) => reserved.open(mention))) {
    trail.follow(test.fn, page);
    const open = openFunction(file, test);
    if (open) callers.set(open.name, open);
  }
  return { callees: [...trail.asked].sort(), callers: [...callers.values()] };
}

/** Functions of other files that rules ask about, sorted: those that are called on a page a call of their names is about. */
export function calleesForRules(tree: Tree, { open, alone: file }: OpenedFile): readonly string[] {
  const trail = trailIn(tree, file);
  const names = followedNames(tree);
  for (const { item } of itemsOfInterest(file, names)) {
    for (const fn of functionsIn(open, item)) trail.followCalls(fn, names);
  }
  return [...trail.asked].sort();
}

export function trailIn(tree: Tree, file: SourceFile): PageTrail {
  return new PageTrail(file, (name) => isKnown(tree, file.analysis.vocabulary, name));
}

/** True for a name that need not be asked for: the model says what it means. */
export function isKnown(tree: Tree, vocabulary: Vocabulary, name: string): boolean {
  if (tree.tools.contractOf(name) || vocabulary.isLog(name) || vocabulary.rangeLoops.has(name)) return true;
  const { transparent, choosers, volatileReads, stores, swaps, assertions, noReturn } = vocabulary;
  return [transparent, choosers, volatileReads, stores, swaps, assertions, noReturn].some((names) => names.has(name));
}

const followed = new WeakMap<Tree, ReadonlySet<string>>();

/** Names of rules that rest on what other functions do with the page a call of one is about. */
function followedNames(tree: Tree): ReadonlySet<string> {
  let names = followed.get(tree);
  if (!names) {
    const resting = ALL_RULES.filter(({ restsOnCallees }) => restsOnCallees);
    followed.set(tree, (names = new Set(resting.flatMap((rule) => [...rule.names(tree)]))));
  }
  return names;
}

function openFunction(file: SourceFile, test: Test): OpenFunction | undefined {
  const { fn } = test;
  if (fn.origin !== 'function' || fn.static || !file.table.closed || fn.params.length === 0) return undefined;
  if (file.table.usedOutside(fn.name) || testedParameter(file, test) === undefined) return undefined;
  return { name: fn.name, parameters: fn.params.length };
}
