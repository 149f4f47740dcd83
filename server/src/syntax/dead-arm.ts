import type { Span } from './ir.js';
import { directiveKeyword, isAlways, isNever, nextDirective, skipDirective } from './scan.js';

/** A group that is open: whether one of its arms is always compiled, and where its dead arm begins. */
interface OpenGroup {
  taken: boolean;
  deadFrom: number | undefined;
}

/**
 * The arms in a part of a text that no compiler reads: those of `#if 0`, and what follows `#if 1`, from behind their directive
 * to the next of the group. An arm that is open at the end of the part ends there.
 */
export function deadArms(text: string, { start, end }: Span): readonly Span[] {
  const spans: Span[] = [];
  const open: OpenGroup[] = [];
  const close = (group: OpenGroup | undefined, at: number): void => {
    if (group?.deadFrom !== undefined) spans.push({ start: group.deadFrom, end: at });
  };
  for (let at = nextDirective(text, start); at < end; at = nextDirective(text, skipDirective(text, at))) {
    const keyword = directiveKeyword(text, at);
    const top = open.at(-1);
    if (keyword === 'if' || keyword === 'ifdef' || keyword === 'ifndef') {
      open.push(armOf(keyword, text, at, false));
    } else if (keyword === 'endif') {
      close(open.pop(), at);
    } else if (top && (keyword === 'else' || keyword.startsWith('elif'))) {
      close(top, at);
      open[open.length - 1] = armOf(keyword, text, at, top.taken);
    }
  }
  for (const group of open) close(group, end);
  return spans;
}

function armOf(keyword: string, text: string, hash: number, taken: boolean): OpenGroup {
  const end = skipDirective(text, hash);
  const asks = keyword === 'if' || keyword === 'elif';
  const condition = asks ? text.slice(text.indexOf(keyword, hash) + keyword.length, end) : '';
  const dead = taken || (asks && isNever(condition));
  return { taken: taken || (asks && isAlways(condition)), deadFrom: dead ? end : undefined };
}

/** Words of one item are asked about one after the other. */
let last: { readonly text: string; readonly span: Span; readonly arms: readonly Span[] } | undefined;

/** True when an offset lies in an arm of a preprocessor group inside `span` that is never compiled. */
export function inDeadArm(text: string, span: Span, offset: number): boolean {
  if (last?.text !== text || last.span.start !== span.start || last.span.end !== span.end) {
    last = { text, span, arms: outermost(deadArms(text, span)) };
  }
  const { arms } = last;
  let [low, high] = [0, arms.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((arms[middle]?.end ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return (arms[low]?.start ?? Infinity) <= offset;
}

/** Those that lie in no other, in the order of the text. */
function outermost(arms: readonly Span[]): readonly Span[] {
  const found: Span[] = [];
  for (const arm of [...arms].sort((a, b) => a.start - b.start)) {
    if (arm.end > (found.at(-1)?.end ?? -1)) found.push(arm);
  }
  return found;
}
