import type { TextEdit } from '@pageref/shared';
import type { FixRequest } from './request.js';
import type { Slot } from './slot.js';
import { lineBreak, lineEnd, lineStart, padding, width } from '../../syntax/source-text.js';

/** Lines of kernel code end before this column. */
const MAX_WIDTH = 80;

/** Two operands to stand in a slot. */
export interface Pair {
  readonly first: string;
  readonly operator: '&&' | '||';
  readonly second: string;
}

/** One way to write a replacement: lines from `start` on, in place of what stands there up to the end of the slot. */
interface Layout {
  readonly start: number;
  readonly lines: readonly string[];
  /** Indent of a further line that begins behind the operator which follows the slot. */
  readonly breakBehind?: string;
}

/**
 * The edit that puts a pair into a slot: brackets where they are needed, and where the line gets too long a break in kernel
 * style, before the brackets if that is enough.
 */
export function pairEdit(request: FixRequest, slot: Slot, pair: Pair): TextEdit {
  const brackets = slot.around === 'tight' || (slot.around !== 'free' && slot.around !== pair.operator);
  const [open, close] = brackets ? ['(', ')'] : ['', ''];
  const { text } = request.file;
  const from = lineStart(text, slot.start);
  const before = text.slice(from, slot.start);
  const indent = (column: number): string => (/^ +\S/.test(before) ? ' '.repeat(column) : padding(column));
  const chain = width(text.slice(from, slot.chainStart));
  const whole = `${open}${pair.first} ${pair.operator} ${pair.second}${close}`;
  const inner = indent(brackets ? width(`${before}(`) : chain);
  const layouts: Layout[] = [{ start: slot.start, lines: [whole] }];
  const broken = [`${open}${pair.first} ${pair.operator}`, `${inner}${pair.second}${close}`];
  const inChain = brackets && slot.chainStart < slot.start;
  const above = from + before.trimEnd().length;
  if (inChain) layouts.push({ start: above, lines: ['', `${indent(chain)}${whole}`] });
  else if (brackets) layouts.push({ start: slot.start, lines: [whole], breakBehind: indent(chain) });
  layouts.push({ start: slot.start, lines: broken });
  const inBoth = [
    `${indent(chain)}${open}${pair.first} ${pair.operator}`,
    `${indent(chain + 1)}${pair.second}${close}`,
  ];
  return writtenOut(request, slot, layouts, inChain ? { start: above, lines: ['', ...inBoth] } : layouts.at(-1));
}

/** The first layout that fits, or the last resort. In a macro the backslashes keep their column. */
function writtenOut(
  { file }: FixRequest,
  { end }: Slot,
  layouts: readonly Layout[],
  otherwise: Layout | undefined,
): TextEdit {
  const { text } = file;
  const stop = lineEnd(text, end);
  const continuation = /(?<![ \t])[ \t]*\\$/.exec(text.slice(end, stop))?.[0];
  const rest = text.slice(end, stop - (continuation?.length ?? 0));
  const before = (start: number): string => text.slice(lineStart(text, start), start);
  const written = layouts.flatMap((layout) => withRest(layout, rest));
  const fits = ({ start, lines }: Layout): boolean => widest(`${before(start)}${lines.join('\n')}`) <= MAX_WIDTH;
  const last = otherwise && withRest(otherwise, rest)[0];
  const { start, lines } = written.find(fits) ?? last ?? { start: end, lines: [rest] };
  const eol = lineBreak(text, start);
  const inMacro = file.itemAt(start)?.kind === 'define' || continuation !== undefined;
  if (!inMacro) return trimmed({ start, end: stop, text: lines.join(eol) }, rest, eol);
  const column = backslashColumn(text, start, stop);
  const ended = lines.map((line, at) => {
    if (at === lines.length - 1 && continuation === undefined) return line;
    return `${line}${gapTo(width(at === 0 ? before(start) + line : line), column)}\\`;
  });
  return { start, end: stop, text: ended.join(eol) };
}

/** A layout down to the end of the line; none where it would break behind an operator that is not there. */
function withRest({ start, lines, breakBehind }: Layout, rest: string): Layout[] {
  const last = lines.at(-1) ?? '';
  if (breakBehind === undefined) return [{ start, lines: [...lines.slice(0, -1), last + rest] }];
  const behind = /^( (?:&&|\|\|)) (?=\S)/.exec(rest);
  if (!behind?.[1]) return [];
  return [{ start, lines: [...lines.slice(0, -1), last + behind[1], breakBehind + rest.slice(behind[0].length)] }];
}

/** What stays as it was at the end of the line is no part of the edit. */
function trimmed(edit: TextEdit, rest: string, eol: string): TextEdit {
  const kept = edit.text.includes(eol) ? (edit.text.split(eol).at(-1) ?? '') : edit.text;
  if (!kept.endsWith(rest)) return edit;
  return { start: edit.start, end: edit.end - rest.length, text: edit.text.slice(0, edit.text.length - rest.length) };
}

function widest(text: string): number {
  return Math.max(...text.split('\n').map((line) => width(line.replace(/\r$/, ''))));
}

/** The column of the backslashes of a macro, from the line itself or the one above; undefined where a blank is all there is. */
function backslashColumn(text: string, at: number, stop: number): number | undefined {
  const line = text.slice(lineStart(text, at), stop);
  const above = text.slice(lineStart(text, lineStart(text, at) - 1), Math.max(0, lineStart(text, at) - 1));
  for (const candidate of [line, above.replace(/\r$/, '')]) {
    if (!candidate.endsWith('\\')) continue;
    const before = candidate.slice(0, -1);
    return /\t$| {2}$/.test(before) ? width(before) : undefined;
  }
  return undefined;
}

function gapTo(from: number, column: number | undefined): string {
  if (column === undefined || from >= column) return ' ';
  let gap = '';
  for (let at = from; at < column; at += 8 - (at % 8)) gap += '\t';
  return width(' '.repeat(from) + gap) === column ? gap : ' '.repeat(column - from);
}
