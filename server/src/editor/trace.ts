import type { FunctionTable } from '../flow/function-table.js';
import type { Item } from '../syntax/index.js';
import type { ItemIndex } from '../contracts/open-text.js';

/**
 * What an analysis asked of a file's functions, with the items that answered. The analysis sees other functions through
 * these questions only, so where a later text gives the same answers its result holds for that text too.
 */
export interface Trace {
  readonly named: Map<string, readonly Item[]>;
  readonly mentioning: Map<string, readonly Item[]>;
  readonly usedOutside: Map<string, boolean>;
}

export function emptyTrace(): Trace {
  return { named: new Map(), mentioning: new Map(), usedOutside: new Map() };
}

/** A function table that notes in `trace` what it is asked. */
export function tracedTable(plain: FunctionTable, index: ItemIndex, trace: Trace): FunctionTable {
  return {
    ...plain,
    find: (name) => {
      if (!trace.named.has(name)) trace.named.set(name, index.named(name));
      return plain.find(name);
    },
    macros: (name) => {
      if (!trace.named.has(name)) trace.named.set(name, index.named(name));
      return plain.macros(name);
    },
    mentioning: (name) => {
      if (!trace.mentioning.has(name)) trace.mentioning.set(name, index.mentioning(name));
      return plain.mentioning(name);
    },
    usedOutside: (name) => {
      if (!trace.usedOutside.has(name)) trace.usedOutside.set(name, index.usedOutside(name));
      return plain.usedOutside(name);
    },
  };
}

/** The items of an old text and those of a new one that stand for them, in the order of the text. */
export type Moves = readonly (readonly [old: Item, now: Item])[];

/**
 * Asks the questions of a trace again of a new text. Gives the items that moved, and the trace as it reads now;
 * undefined when an answer differs, or when the functions stand in another order, which decides which of two origins a
 * person is told of.
 * @param own the item the traced analysis is about, in the old and in the new text
 */
export function replayTrace(
  trace: Trace,
  oldText: string,
  index: ItemIndex,
  own: readonly [old: Item, now: Item],
): { readonly trace: Trace; readonly moves: Moves } | undefined {
  const now = emptyTrace();
  const moved = new Map<Item, Item>([own]);
  const same = (before: readonly Item[], after: readonly Item[]): boolean =>
    before.length === after.length &&
    before.every((old, at) => {
      const one = after[at];
      if (!one || !sameItem(oldText, old, index.text, one)) return false;
      moved.set(old, one);
      return true;
    });
  for (const [name, before] of trace.named) {
    const after = index.named(name);
    if (!same(before, after)) return undefined;
    now.named.set(name, after);
  }
  for (const [name, before] of trace.usedOutside) {
    if (index.usedOutside(name) !== before) return undefined;
    now.usedOutside.set(name, before);
  }
  for (const [name, before] of trace.mentioning) {
    const after = index.mentioning(name);
    if (!same(before, after)) return undefined;
    now.mentioning.set(name, after);
  }
  const moves = [...moved].sort(([a], [b]) => a.start - b.start);
  return inOrder(moves) ? { trace: now, moves } : undefined;
}

export function sameItem(oldText: string, old: Item, newText: string, now: Item): boolean {
  return (
    old.kind === now.kind &&
    old.name === now.name &&
    old.dead === now.dead &&
    old.end - old.start === now.end - now.start &&
    oldText.slice(old.start, old.end) === newText.slice(now.start, now.end)
  );
}

function inOrder(moves: Moves): boolean {
  return moves.every(([, now], at) => at === 0 || (moves[at - 1]?.[1].start ?? 0) < now.start);
}

/** Where an offset of the old text went; undefined for one that lies in no item that was asked for. */
export function moveOffset(moves: Moves, offset: number): number | undefined {
  const found = moves.find(([old]) => offset >= old.start && offset < old.end);
  return found && offset - found[0].start + found[1].start;
}
