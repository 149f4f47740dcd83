import { bodiesOf } from '../../syntax/ir-walk.js';
import type { FunctionIr, Span, Stmt } from '../../syntax/index.js';
import { lineEnd, lineStart } from '../../syntax/source-text.js';

/** A statement in the list it stands in. */
export interface Placed {
  readonly statement: Stmt;
  readonly list: readonly Stmt[];
  readonly index: number;
}

/** The statements around an offset, outermost first. */
export function statementsAround(fn: FunctionIr, offset: number): Placed[] {
  const chain: Placed[] = [];
  const visit = (list: readonly Stmt[]): void => {
    list.forEach((statement, index) => {
      if (offset < statement.start || offset >= statement.end) return;
      chain.push({ statement, list, index });
      bodiesOf(statement).forEach(visit);
    });
  };
  visit(fn.body);
  return chain;
}

/** The whole lines a span takes, its line break among them; undefined where it shares a line with something else. */
export function wholeLines(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): { readonly start: number; readonly end: number } | undefined {
  const from = lineStart(text, start);
  const to = lineEnd(text, end);
  if (text.slice(from, start).trim() !== '' || text.slice(end, to).trim() !== '') return undefined;
  const newline = text.indexOf('\n', to);
  return { start: from, end: newline < 0 ? text.length : newline + 1 };
}

/** As `wholeLines`, with the blank line behind them where another one stands before them. */
export function removedLines(text: string, span: Span): Span | undefined {
  const lines = wholeLines(text, span);
  const behind = lines && /^[ \t]*\r?\n/.exec(text.slice(lines.end))?.[0].length;
  const blankBefore = lines && (lines.start === 0 || /\n[ \t]*\r?\n$|\{[ \t]*\r?\n$/.test(text.slice(0, lines.start)));
  return lines && blankBefore && behind !== undefined ? { ...lines, end: lines.end + behind } : lines;
}

/** A statement that does nothing but leave: the text of it ends a path. */
export function isJump(body: readonly Stmt[]): boolean {
  const [only] = body;
  return body.length === 1 && only !== undefined && ['goto', 'continue', 'break', 'return'].includes(only.op);
}
