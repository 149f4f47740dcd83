import type { Wrapper } from '../rules/wrappers/wrapper.js';
import { findMentions } from '../rules/reserved/mentions.js';
import { functionName } from '../rules/reserved/mention.js';
import type { SourceFile } from '../contracts/source-file.js';
import {
  callsIn,
  exemptionsOfTest,
  siteDecision,
  wrapperOfCall,
  wrapperOfTest,
} from '../rules/wrappers/classify-calls.js';
import type { WrapperSite } from '../rules/wrappers/classify-calls.js';
import type { FoundWord, FunctionIr, Item } from '../syntax/index.js';
import { functionsIn } from '../contracts/open-text.js';
import type { OpenText } from '../contracts/open-text.js';

/** The wrappers a file defines and its calls of wrappers. */
export interface FileWrappers {
  readonly wrappers: readonly Wrapper[];
  readonly sites: readonly WrapperSite[];
}

/** What is looked for in a file. */
export interface WrapperSearch {
  readonly names: readonly string[];
  /** False for a text that cannot hold a test of the bit: it is not looked through for one. */
  readonly holdsTest: boolean;
  /** The file's own wrappers, where it was looked through before: only calls of `names` are new. */
  readonly known?: readonly Wrapper[];
}

/** Calls between the test and a wrapper of it that are followed inside a file. */
const MAX_LEVEL = 6;

/**
 * Finds the wrappers of one file and the call sites of those and of `outside` ones, to a fixpoint: a caller that is a
 * wrapper itself is looked for in turn.
 */
export function findWrappers(
  open: OpenText,
  file: SourceFile,
  outside: (name: string) => Wrapper | undefined,
  { names, holdsTest, known }: WrapperSearch,
): FileWrappers {
  const own = new Map((known ?? []).map((wrapper) => [wrapper.name, wrapper]));
  const wrapperOf = (name: string): Wrapper | undefined =>
    own.get(name) ?? (open.index.named(name).length > 0 ? undefined : outside(name));
  for (const mention of known || !holdsTest ? [] : findMentions(file).mentions) {
    const wrapper = wrapperOfTest(file, mention);
    for (const one of [...(wrapper ? [wrapper] : []), ...exemptionsOfTest(file, mention)]) {
      if (!own.has(one.name)) own.set(one.name, one);
    }
  }
  const sites = new Map<number, WrapperSite>();
  const seen = new Map<FunctionIr, Set<number>>();
  const seenIn = (fn: FunctionIr): Set<number> => {
    let known = seen.get(fn);
    if (!known) seen.set(fn, (known = new Set<number>()));
    return known;
  };
  const pending = [...(known ? [] : own.keys()), ...names.filter((name) => wrapperOf(name) !== undefined)];
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    for (const [item, words] of callWords(open, file, name)) {
      for (const found of lookIn(open, file, item, words, { wrapperOf, seenIn, sites })) {
        if (own.has(found.name) || found.level > MAX_LEVEL) continue;
        own.set(found.name, found);
        pending.push(found.name);
      }
    }
  }
  return { wrappers: [...own.values()], sites: [...sites.values()].sort((a, b) => a.start - b.start) };
}

/** Where a name is called, or handed to something that will call it, by the function or macro around it. */
function callWords(open: OpenText, file: SourceFile, name: string): ReadonlyMap<Item, readonly FoundWord[]> {
  const found = new Map<Item, FoundWord[]>();
  for (const word of open.index.uses(name)) {
    const item = file.itemAt(word.start);
    const isHolder = item && !item.dead && (item.kind === 'function' || item.kind === 'define') && item.name !== name;
    if (!isHolder) continue;
    const words = found.get(item);
    if (words) words.push(word);
    else found.set(item, [word]);
  }
  return found;
}

interface Looking {
  readonly wrapperOf: (name: string) => Wrapper | undefined;
  /** Offsets of the calls of wrappers that were found in a function. */
  readonly seenIn: (fn: FunctionIr) => Set<number>;
  readonly sites: Map<number, WrapperSite>;
}

/** Enters the sites of one function or macro; gives the wrappers it turns out to be. */
function lookIn(
  open: OpenText,
  file: SourceFile,
  item: Item,
  words: readonly FoundWord[],
  { wrapperOf, seenIn, sites }: Looking,
): readonly Wrapper[] {
  const wrappers: Wrapper[] = [];
  const enter = (start: number, wrapper: Wrapper, decides: WrapperSite['decides']): void => {
    sites.set(start, { start, function: functionName(file, start), wrapper, decides });
  };
  for (const fn of functionsIn(open, item)) {
    for (const call of callsIn(file, fn, wrapperOf, seenIn(fn))) {
      enter(call.call.callee.start, call.wrapper, siteDecision(file, call));
      const wrapper = wrapperOfCall(file, fn, call);
      if (wrapper) wrappers.push(wrapper);
    }
  }
  // What no path reaches, or could not be read, is a call all the same.
  for (const word of words) {
    const wrapper = sites.has(word.start) ? undefined : wrapperOf(word.word);
    if (wrapper) enter(word.start, wrapper, wrapper.does);
  }
  return wrappers;
}
