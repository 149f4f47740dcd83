import { holders, wordsIn } from '../syntax/items-holding.js';
import type { FoundWord, FunctionIr, Item } from '../syntax/index.js';
import type { SourceFile } from './source-file.js';

/** A function or macro, and where it mentions the names that make it of interest. */
export interface HeldItem {
  readonly item: Item;
  readonly words: readonly FoundWord[];
}

/** Functions and macros whose code mentions one of the names. */
export function itemsOfInterest(
  file: Pick<SourceFile, 'text' | 'items'>,
  names: ReadonlySet<string>,
): readonly HeldItem[] {
  const held = holders(file.text, file.items, names).filter(isCode);
  const words = wordsIn(file.text, held, names);
  return held
    .map((item, at) => ({ item, words: words[at] ?? [] }))
    .filter((one) => one.words.some((word) => word.start > nameEnd(file.text, one.item)));
}

function isCode({ kind }: Item): boolean {
  return kind === 'function' || kind === 'define';
}

/** A function is no use of its own name. */
function nameEnd(text: string, item: Item): number {
  const at = text.indexOf(item.name, item.start);
  return at < 0 ? item.start : at;
}

/** The function around an offset; none in a macro, between functions, or in one that could not be read. */
export function functionAt(file: SourceFile, offset: number): FunctionIr | undefined {
  const item = file.itemAt(offset);
  if (item?.kind !== 'function') return undefined;
  return file.table.find(item.name).find(({ start, end }) => start <= offset && offset < end);
}
