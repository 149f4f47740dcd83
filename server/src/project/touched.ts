import { structuredPatch } from 'diff';
import { lineStarts, splitItems } from '../syntax/index.js';

/** Which functions and other top-level items of a file a change touches. */

/** Where something is in the text after the change. UTF-16 code units. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Lines taken out and put in: with more, two texts are not compared line by line, which takes time in proportion to the
 * square of that. This many take a third of a second.
 */
const MOST_EDITS = 2000;

/** True for offsets in an item that a change touches; a change between two lines touches both. */
export function touchedBy(before: string | undefined, after: string): (offset: number) => boolean {
  if (before === undefined) return () => true;
  const items = splitItems(after).filter(({ kind }) => kind !== 'trivia');
  const spans = changedSpans(before, after);
  const touched = spans ? meeting(items, spans) : newItems(items, before, after);
  return (offset) => isInOne(touched, offset);
}

/** The lines that are not as they were, in order; undefined where too many are not. */
function changedSpans(before: string, after: string): Span[] | undefined {
  const starts = lineStarts(after);
  const options = { context: 0, maxEditLength: MOST_EDITS };
  const patch = structuredPatch('a', 'b', before, after, '', '', options);
  return patch?.hunks.map(({ newStart, newLines }) => {
    const [first, last] = newLines === 0 ? [newStart, newStart + 1] : [newStart, newStart + newLines - 1];
    return { start: starts[Math.max(0, first - 1)] ?? after.length, end: starts[last] ?? after.length };
  });
}

/** Those of the items that one of the spans meets; both are in order. */
function meeting<Item extends Span>(items: readonly Item[], spans: readonly Span[]): Item[] {
  let at = 0;
  return items.filter((item) => {
    while ((spans[at]?.end ?? Infinity) <= item.start) at++;
    const span = spans[at];
    return span !== undefined && span.start < item.end;
  });
}

/** Items whose text was not there before. */
function newItems<Item extends Span>(items: readonly Item[], before: string, after: string): Item[] {
  const known = new Set(splitItems(before).map(({ start, end }) => before.slice(start, end)));
  return items.filter(({ start, end }) => !known.has(after.slice(start, end)));
}

/** @param spans in order, none in another */
function isInOne(spans: readonly Span[], offset: number): boolean {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.end ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const span = spans[low];
  return span !== undefined && span.start <= offset;
}
