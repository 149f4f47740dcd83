import { lineEnd, lineStart, padding, width } from '../../syntax/source-text.js';
import type { Span } from '../../syntax/index.js';
import type { TextEdit } from '@pageref/shared';
import { lineBreak } from '../../syntax/source-text.js';
import type { WrittenCall } from './give-back.js';

/** Lines of kernel code end before this column. */
const MAX_WIDTH = 80;

/** The edit that writes a call in the place of another one: in kernel style over two lines where one would be too long. */
export function callEdit(text: string, { start, end }: Span, call: WrittenCall): TextEdit {
  const before = text.slice(lineStart(text, start), start);
  const rest = text.slice(end, lineEnd(text, end));
  return { start, end, text: callLines(call, { before, rest, eol: lineBreak(text, start) }) };
}

/** A call behind the text that its line begins with. */
export function callLines(
  { name, args }: WrittenCall,
  { before, rest, eol }: { readonly before: string; readonly rest: string; readonly eol: string },
): string {
  const whole = `${name}(${args.join(', ')})`;
  if (args.length < 2 || width(before + whole + rest) <= MAX_WIDTH) return whole;
  const inner = padding(width(`${before}${name}(`));
  const first = `${name}(${args.slice(0, -1).join(', ')},`;
  return `${first}${eol}${inner}${args.at(-1) ?? ''})`;
}
