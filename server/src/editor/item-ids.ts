import type { OpenText } from '../contracts/open-text.js';
import type { Item } from '../syntax/index.js';

/** The items of one version of a document, by names that hold for its other versions. */
export interface TextIds {
  /** The same number for items of the same text, in this version and in others; two of one text in a version have two. */
  contentOf(item: Item): number;
  /** Where an item of that number stands among the others; undefined where this version has none. */
  rankOf(content: number): number | undefined;
  /** What an offset is called in what is kept: it stays the same when text around the item moves. */
  codeOf(offset: number): number;
  /** The offset that has the name in this version; undefined where the item has gone. */
  offsetOf(code: number): number | undefined;
}

/** Offsets within an item have this room in a code. UTF-16 code units. */
const ROOM = 2 ** 28;
/** Texts that no version had for so long are forgotten. */
const VERSIONS_KEPT = 16;

interface Numbers {
  readonly numbers: number[];
  /** The last version that had one of them. */
  seen: number;
}

/** Gives the items of a document's versions their numbers. */
export class ItemIds {
  private readonly contents = new Map<string, Numbers>();
  private readonly slots = new Map<string, Numbers>();
  private version = 0;
  private last = 0;

  /** Numbers the items of a version. */
  read({ text, items }: OpenText): TextIds {
    this.version++;
    const [counts, contents] = [new Map<Numbers, number>(), new Map<Item, number>()];
    const [ranks, slots] = [new Map<number, number>(), new Map<Item, number>()];
    const starts = new Map<number, number>();
    for (const [rank, item] of items.entries()) {
      const content = this.next(this.contents, contentKey(text, item), counts);
      contents.set(item, content);
      ranks.set(content, rank);
      // A function that is edited keeps its place, so that what names one there need not be looked at again.
      const slot = this.next(this.slots, item.name === '' ? String(content) : `${item.kind} ${item.name}`, counts);
      slots.set(item, slot);
      starts.set(slot, item.start);
    }
    this.forget();
    return {
      contentOf: (item) => contents.get(item) ?? 0,
      rankOf: (content) => ranks.get(content),
      codeOf: (offset) => codeOf(items, slots, offset),
      offsetOf: (code) => (code === 0 ? 0 : sum(starts.get(Math.floor(code / ROOM)), code % ROOM)),
    };
  }

  /** The number of an item by what it is called, where as many before it in its version are called so. */
  private next(among: Map<string, Numbers>, key: string, counts: Map<Numbers, number>): number {
    let known = among.get(key);
    if (!known) among.set(key, (known = { numbers: [], seen: 0 }));
    const count = counts.get(known) ?? 0;
    counts.set(known, count + 1);
    known.seen = this.version;
    return (known.numbers[count] ??= ++this.last);
  }

  private forget(): void {
    if (this.version % VERSIONS_KEPT !== 0) return;
    for (const among of [this.contents, this.slots]) {
      for (const [key, { seen }] of among) if (seen <= this.version - VERSIONS_KEPT) among.delete(key);
    }
  }
}

/** Offset 0 stands for "nowhere" as well, so an item that begins there is another one as soon as it moves. */
function contentKey(text: string, { kind, name, dead, start, end }: Item): string {
  return `${kind} ${name} ${dead ? 'dead' : ''} ${start === 0 ? 'first' : ''}\n${text.slice(start, end)}`;
}

function codeOf(items: readonly Item[], slots: ReadonlyMap<Item, number>, offset: number): number {
  if (offset === 0) return 0;
  const item = itemAt(items, offset);
  return item ? (slots.get(item) ?? 0) * ROOM + offset - item.start : 0;
}

/** The item that holds an offset, the last one for the end of the text. */
function itemAt(items: readonly Item[], offset: number): Item | undefined {
  let [low, high] = [0, items.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((items[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return items[low];
}

function sum(start: number | undefined, by: number): number | undefined {
  return start === undefined ? undefined : start + by;
}
