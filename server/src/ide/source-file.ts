import type { SourceFile, Unread } from '../rules/source.js';
import type { ContractLookup } from '../semantics/contract.js';
import type { ProvenanceKinds } from '../semantics/context.js';
import { distinctNames } from '../semantics/scopes.js';
import { Unit } from '../semantics/unit.js';
import type { FunctionTable } from '../semantics/unit.js';
import type { Vocabulary } from '../semantics/vocabulary.js';
import { findWords, lineStarts, positionAt, splitItems } from '../syntax/index.js';
import type { CReader, FoundWord, FunctionIr, Item } from '../syntax/index.js';

/** What a file is read and analysed with. */
export interface SourceTools {
  readonly reader: CReader;
  readonly vocabularyOf: (text: string, items: readonly Item[]) => Vocabulary;
  readonly contractOf: ContractLookup;
  readonly provenance: ProvenanceKinds;
}

/** Opens one file for the rules: items are cut at once, functions are read when they are asked for. */
export function openSource(path: string, text: string, tools: SourceTools): SourceFile {
  const items = splitItems(text);
  const starts = lineStarts(text);
  const place = (offset: number): ReturnType<SourceFile['place']> => ({ path, ...positionAt(starts, offset) });
  const itemAt = (offset: number): Item | undefined => findItem(items, offset);
  const functions = new LazyFunctions(text, items, tools.reader);
  const table: FunctionTable = {
    path,
    closed: path.endsWith('.c'),
    find: (name) => functions.named(name),
    mentioning: (name) => functions.mentioning(name, itemAt),
    usedOutside: (name) => usedOutside(text, functions.words(name), name, itemAt),
    lineOf: (offset) => place(offset).line,
  };
  const unit = new Unit(table, tools.vocabularyOf(text, items), tools.provenance, tools.contractOf);
  return { path, text, items, table, unit, itemAt, unread: (item) => functions.unread(item), place };
}

/** The item that holds an offset; items cover the text in order, so a binary search finds it. */
function findItem(items: readonly Item[], offset: number): Item | undefined {
  let [low, high] = [0, items.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (!item) return undefined;
    if (offset < item.start) high = middle - 1;
    else if (offset >= item.end) low = middle + 1;
    else return item;
  }
  return undefined;
}

/** Functions of a file, each read once. */
class LazyFunctions {
  private readonly byName = new Map<string, Item[]>();
  private readonly results = new Map<Item, ReturnType<CReader['readFunction']>>();
  private uses: Map<string, FoundWord[]> | undefined;
  private readonly mentions = new Map<string, ReturnType<FunctionTable['mentioning']>>();

  constructor(
    private readonly text: string,
    items: readonly Item[],
    private readonly reader: CReader,
  ) {
    for (const item of items) {
      if (item.dead || item.name === '' || (item.kind !== 'function' && item.kind !== 'define')) continue;
      const same = this.byName.get(item.name);
      if (same) same.push(item);
      else this.byName.set(item.name, [item]);
    }
  }

  named(name: string): readonly FunctionIr[] {
    return (this.byName.get(name) ?? []).flatMap((item) => this.read(item).functions);
  }

  mentioning(name: string, itemAt: (offset: number) => Item | undefined): ReturnType<FunctionTable['mentioning']> {
    let result = this.mentions.get(name);
    if (!result) {
      const holders = new Set(
        this.words(name)
          .map((word) => itemAt(word.start))
          .filter((item) => item?.kind === 'function' && !item.dead),
      );
      const read = [...holders].map((item) => (item ? this.read(item) : { functions: [] }));
      result = {
        functions: read.flatMap((one) => one.functions),
        complete: read.every((one) => one.functions.length > 0),
      };
      this.mentions.set(name, result);
    }
    return result;
  }

  /** Uses of a function's name in code; all names of the file are looked for in one go. */
  words(name: string): readonly FoundWord[] {
    if (!this.uses) {
      this.uses = new Map<string, FoundWord[]>();
      for (const word of findWords(this.text, new Set(this.byName.keys()))) {
        if (word.lexical !== 'code' && word.lexical !== 'directive') continue;
        const known = this.uses.get(word.word);
        if (known) known.push(word);
        else this.uses.set(word.word, [word]);
      }
    }
    return this.uses.get(name) ?? [];
  }

  unread(item: Item): Unread | undefined {
    const { error } = this.read(item);
    return error && { name: item.name, start: error.start, why: error.why };
  }

  private read(item: Item): ReturnType<CReader['readFunction']> {
    let result = this.results.get(item);
    if (!result) {
      const read = this.reader.readFunction(this.text, item);
      this.results.set(item, (result = { ...read, functions: read.functions.map(distinctNames) }));
    }
    return result;
  }
}

/** A use in an initialiser or a macro body lets calls happen that nobody can see; a prototype does not. */
function usedOutside(
  text: string,
  words: readonly FoundWord[],
  name: string,
  itemAt: (offset: number) => Item | undefined,
): boolean {
  return words.some((word) => {
    const item = itemAt(word.start);
    if (!item || item.kind === 'function') return false;
    if (item.kind === 'define') return item.name !== name;
    return !/^\s*\(/.test(text.slice(word.end, word.end + 80));
  });
}
