import type { Finding } from '@pageref/shared';
import { oneLine } from '../common.js';
import type { Paint, Style } from '../paint.js';

/** Columns that a tab leads to a multiple of. */
const TAB = 8;
/** Columns of code that are shown before the marked part, where the line is too long for all of it. */
const BEFORE = 24;
const CUT = '...';

interface FrameOptions {
  /** Columns of a line. */
  readonly width: number;
  readonly paint: Paint;
  /** Of the carets. */
  readonly style: Style;
}

/** The line of a finding with carets below what it is about; nothing where the line is not known, or holds nothing to mark. */
export function frameLines(
  { source, line, column, length }: Pick<Finding, 'source' | 'line' | 'column' | 'length'>,
  { width, paint, style }: FrameOptions,
): string[] {
  const marked = source?.slice(column - 1, column - 1 + Math.max(length, 1)).trimEnd() ?? '';
  if (source === undefined || marked === '') return [];
  const gutter = `    ${line} | `;
  const { text, at, carets } = window(source, column - 1, marked.length, width - gutter.length);
  const below = `${' '.repeat(gutter.length - 2)}| ${' '.repeat(at)}`;
  return [`${gutter}${text}`, `${below}${paint(style, `^${'~'.repeat(carets - 1)}`)}`];
}

/** The part of a line that is shown, without its indentation, and the columns of the marked part in it. */
function window(
  source: string,
  start: number,
  length: number,
  width: number,
): { readonly text: string; readonly at: number; readonly carets: number } {
  const [before, marked, behind] = [
    source.slice(0, start),
    source.slice(start, start + length),
    source.slice(start + length),
  ];
  const indented = shown(before, 0);
  const head = indented.trimStart();
  const middle = shown(marked, indented.length);
  const all = `${head}${middle}${shown(behind, indented.length + middle.length)}`.trimEnd();
  if (all.length <= width) return { text: all, at: head.length, carets: middle.length };
  const skipped = head.length > BEFORE && head.length + middle.length > width ? head.length - BEFORE : 0;
  const text = `${skipped > 0 ? CUT : ''}${all.slice(skipped)}`;
  const at = head.length - skipped + (skipped > 0 ? CUT.length : 0);
  const cut = text.length > width ? `${text.slice(0, width - CUT.length)}${CUT}` : text;
  return { text: cut, at, carets: Math.max(1, Math.min(middle.length, cut.length - at)) };
}

/** A part of a line that begins in some column as a terminal shows it: tabs as blanks, and nothing that steers. */
function shown(part: string, column: number): string {
  let text = '';
  for (const [at, piece] of part.split('\t').entries()) {
    if (at > 0) text += ' '.repeat(TAB - ((column + text.length) % TAB));
    text += oneLine(piece);
  }
  return text;
}
