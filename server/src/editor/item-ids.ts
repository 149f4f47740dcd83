import type { OpenText } from '../contracts/open-text.js';
import type { Item } from '../syntax/index.js';

/** The items of one version of a document, by names that hold for its other versions. */
export interface TextIds {
  /** The same name for an item of the same text in another version, as long as what names places in it names them still. */
  nameOf(item: Item): string;
  /** Where the item of that name stands among the others; undefined where this version has none. */
  rankOf(name: string): number | undefined;
  /** What an offset is called in what is kept: it stays the same when text around the item moves. */
  codeOf(offset: number): number;
  /** The offset that has the name in this version; undefined where the item has gone. */
  offsetOf(code: number): number | undefined;
}

/** Offsets within an item have this room in a code. UTF-16 code units. */
const ROOM = 2 ** 28;
/** Every so many versions the texts that the last one does not have are forgotten. */
const VERSIONS_KEPT = 64;

/**
 * An item with its numbers: one for its text, and one for its place among those of its name. The second stays when a function
 * is edited, so that what names a place in it goes on naming it. No two items of a version share one of either.
 */
interface Numbered {
  readonly item: Item;
  readonly content: number;
  readonly slot: number;
}

/** Gives the items of a document's versions their numbers. */
export class ItemIds {
  private readonly contents = new Map<string, number[]>();
  private readonly slots = new Map<string, number[]>();
  private before: { readonly text: string; readonly items: readonly Numbered[] } = { text: '', items: [] };
  private version = 0;
  private last = 0;

  /** Numbers the items of a version. */
  read({ text, items }: OpenText): TextIds {
    const numbered = this.numbered(text, items);
    this.before = { text, items: numbered };
    if (++this.version % VERSIONS_KEPT === 0) this.forget(numbered);
    return idsOf(items, numbered);
  }

  /** Most items are those of the version before: what stands before and behind the edit is not looked up. */
  private numbered(text: string, items: readonly Item[]): readonly Numbered[] {
    const { before } = this;
    const head = countSame(items, (item, at) => isSame(before.text, before.items[at]?.item, text, item));
    const most = Math.min(items.length, before.items.length) - head;
    const tail = countSame(items.slice(items.length - most).reverse(), (item, at) =>
      isSame(before.text, before.items[before.items.length - 1 - at]?.item, text, item),
    );
    const again = (from: number, by: number, length: number): Numbered[] =>
      before.items.slice(from, from + length).flatMap((old, at) => {
        const item = items[by + at];
        return item ? [{ ...old, item }] : [];
      });
    const first = again(0, 0, head);
    const last = again(before.items.length - tail, items.length - tail, tail);
    const taken = new Taken([...first, ...last].flatMap(({ content, slot }) => [content, slot]));
    const middle = items.slice(head, items.length - tail).map((item) => this.number(text, item, taken));
    return [...first, ...middle, ...last];
  }

  private number(text: string, item: Item, taken: Taken): Numbered {
    const content = this.next(this.contents, contentKey(text, item), taken);
    const slot = item.name === '' ? content : this.next(this.slots, `${item.kind} ${item.name}`, taken);
    return { item, content, slot };
  }

  /** A number of those that go by the key which no other item of the version has. */
  private next(among: Map<string, number[]>, key: string, taken: Taken): number {
    let known = among.get(key);
    if (!known) among.set(key, (known = []));
    let number = taken.firstFree(known);
    if (number === undefined) known.push((number = ++this.last));
    taken.add(number);
    return number;
  }

  private forget(numbered: readonly Numbered[]): void {
    const used = new Set(numbered.flatMap(({ content, slot }) => [content, slot]));
    for (const among of [this.contents, this.slots]) {
      for (const [key, numbers] of among) if (!numbers.some((one) => used.has(one))) among.delete(key);
    }
  }
}

/** The numbers that items of a version have. They are never given back, so no list is looked through twice. */
class Taken {
  private readonly numbers: Set<number>;
  private readonly looked = new Map<readonly number[], number>();

  constructor(numbers: readonly number[]) {
    this.numbers = new Set(numbers);
  }

  add(number: number): void {
    this.numbers.add(number);
  }

  firstFree(list: readonly number[]): number | undefined {
    let at = this.looked.get(list) ?? 0;
    while (this.numbers.has(list[at] ?? NaN)) at++;
    this.looked.set(list, at);
    return list[at];
  }
}

function countSame(items: readonly Item[], same: (item: Item, at: number) => boolean): number {
  const end = items.findIndex((item, at) => !same(item, at));
  return end < 0 ? items.length : end;
}

function isSame(oldText: string, old: Item | undefined, newText: string, now: Item): boolean {
  return (
    old !== undefined &&
    old.kind === now.kind &&
    old.name === now.name &&
    old.dead === now.dead &&
    isFirst(old) === isFirst(now) &&
    old.end - old.start === now.end - now.start &&
    oldText.slice(old.start, old.end) === newText.slice(now.start, now.end)
  );
}

/** Offset 0 stands for "nowhere" as well, so an item that begins there is another one as soon as it moves. */
function isFirst({ start }: Item): boolean {
  return start === 0;
}

function contentKey(text: string, item: Item): string {
  const { kind, name, dead, start, end } = item;
  return `${kind} ${name} ${dead ? 'dead' : ''} ${isFirst(item) ? 'first' : ''}\n${text.slice(start, end)}`;
}

function idsOf(items: readonly Item[], numbered: readonly Numbered[]): TextIds {
  const names = new Map(numbered.map(({ item, content, slot }) => [item, `${content}.${slot}`]));
  const ranks = new Map(numbered.map(({ item }, rank) => [names.get(item) ?? '', rank]));
  const starts = new Map(numbered.map(({ item, slot }) => [slot, item.start]));
  return {
    nameOf: (item) => names.get(item) ?? '',
    rankOf: (name) => ranks.get(name),
    codeOf: (offset) => {
      if (offset === 0) return 0;
      const at = indexOf(items, offset);
      return (numbered[at]?.slot ?? 0) * ROOM + offset - (items[at]?.start ?? 0);
    },
    offsetOf: (code) => {
      if (code === 0) return 0;
      const start = starts.get(Math.floor(code / ROOM));
      return start === undefined ? undefined : start + (code % ROOM);
    },
  };
}

/** The item that holds an offset, the last one for the end of the text. */
function indexOf(items: readonly Item[], offset: number): number {
  let [low, high] = [0, items.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((items[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
