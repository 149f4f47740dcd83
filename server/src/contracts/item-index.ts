import { findWords, hasArguments } from '../syntax/index.js';
import type { FoundWord, Item } from '../syntax/index.js';

/** The item that holds an offset; items cover the text in order, so a binary search finds it. */
export function findItem(items: readonly Item[], offset: number): Item | undefined {
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

/** The functions and macros of a text by name, and who uses them: answers that depend on the text alone. */
export class ItemIndex {
  private readonly byName = new Map<string, Item[]>();
  private used: Map<string, FoundWord[]> | undefined;
  private below: Map<Item, Set<Item>> | undefined;
  private readonly declared = new Map<string, readonly Item[]>();
  private jumps: readonly Item[] | undefined;

  constructor(
    readonly text: string,
    private readonly items: readonly Item[],
  ) {
    for (const item of items) {
      if (item.dead || item.name === '' || (item.kind !== 'function' && item.kind !== 'define')) continue;
      const same = this.byName.get(item.name);
      if (same) same.push(item);
      else this.byName.set(item.name, [item]);
    }
  }

  /** Definitions of a name. */
  named(name: string): readonly Item[] {
    return this.byName.get(name) ?? [];
  }

  /** The function whose text holds an offset; none where the compiler does not see it. */
  holder(offset: number): Item | undefined {
    const item = findItem(this.items, offset);
    return item?.kind === 'function' && !item.dead ? item : undefined;
  }

  /** Where a name stands in code or in a directive; one that the text defines is looked for together with all others. */
  uses(name: string): readonly FoundWord[] {
    if (this.byName.has(name)) return this.words(name);
    return findWords(this.text, new Set([name])).filter(isInCode);
  }

  /** Functions whose code mentions the name of another one, in file order. */
  mentioning(name: string): readonly Item[] {
    const holders = new Set<Item>();
    for (const word of this.words(name)) {
      const item = this.holder(word.start);
      if (item) holders.add(item);
    }
    return [...holders];
  }

  /** The functions of the text whose names the code of another one mentions, by name of the mentioned one. */
  mentionedIn(item: Item): readonly Item[] {
    if (!this.below) {
      this.below = new Map<Item, Set<Item>>();
      for (const [name, words] of this.allWords()) {
        const defined = this.named(name).filter(({ kind }) => kind === 'function');
        for (const word of defined.length > 0 ? words : []) {
          const holder = this.holder(word.start);
          if (!holder || holder.name === name) continue;
          const known = this.below.get(holder);
          if (known) for (const one of defined) known.add(one);
          else this.below.set(holder, new Set(defined));
        }
      }
    }
    return [...(this.below.get(item) ?? [])];
  }

  /** Declarations and types at file level that hold a word, as far as the compiler sees them. */
  declaring(word: string): readonly Item[] {
    let found = this.declared.get(word);
    if (!found) {
      const pattern = new RegExp(`\\b${word}\\b`);
      found = this.items.filter(
        ({ kind, dead, start, end }) =>
          !dead && (kind === 'declaration' || kind === 'type') && pattern.test(this.text.slice(start, end)),
      );
      this.declared.set(word, found);
    }
    return found;
  }

  /** Macros whose text holds a jump or a label, or the name of one that does. */
  jumping(): readonly Item[] {
    this.jumps ??= jumpingAmong(this.text, this.items);
    return this.jumps;
  }

  /** A use in an initialiser or a macro body lets calls happen that nobody can see; a prototype does not. */
  usedOutside(name: string): boolean {
    return this.words(name).some((word) => {
      const item = findItem(this.items, word.start);
      if (!item || item.kind === 'function') return false;
      if (item.kind === 'define') return item.name !== name;
      return !hasArguments(this.text, word.end);
    });
  }

  /** Uses of a function's name in code; all names of the file are looked for in one go. */
  private words(name: string): readonly FoundWord[] {
    return this.allWords().get(name) ?? [];
  }

  private allWords(): ReadonlyMap<string, readonly FoundWord[]> {
    if (!this.used) {
      this.used = new Map<string, FoundWord[]>();
      for (const word of findWords(this.text, new Set(this.byName.keys()))) {
        if (!isInCode(word)) continue;
        const known = this.used.get(word.word);
        if (known) known.push(word);
        else this.used.set(word.word, [word]);
      }
    }
    return this.used;
  }
}

function isInCode({ lexical }: FoundWord): boolean {
  return lexical === 'code' || lexical === 'directive';
}

const JUMP = /\b(?:goto|return|break|continue|case|default)\b|(?:^|[;{}])\s*\w+\s*:(?!:)/m;

/** True for a macro with a jump or a label in its own text. */
export function mayJump(text: string, item: Item): boolean {
  return JUMP.test(bodyOf(text, item));
}

/** What follows the name of a macro. */
function bodyOf(text: string, { start, end }: Item): string {
  return text.slice(start, end).replace(/^\s*#\s*define\s+\w+/, '');
}

function jumpingAmong(text: string, items: readonly Item[]): readonly Item[] {
  const rest = new Set(items.filter(({ kind, dead }) => kind === 'define' && !dead));
  const found: Item[] = [];
  let patterns = [JUMP];
  while (patterns.length > 0) {
    const more = [...rest].filter((item) => patterns.some((pattern) => pattern.test(bodyOf(text, item))));
    for (const item of more) rest.delete(item);
    found.push(...more);
    patterns = more.length > 0 ? [new RegExp(`\\b(?:${more.map(({ name }) => name).join('|')})\\b`)] : [];
  }
  return found;
}
