import type { UnreadableFile } from '@pageref/shared';
import { oneLine, unreadFiles } from './common.js';

/** What the markdown reports are made of. */

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Plain text in a table cell: nothing in it may end the cell or start markup. An underscore inside a word is harmless. */
export function cell(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\|*`[\]]|_+/g, (marks, at: number, whole: string) =>
      isInsideWord(marks, at, whole) ? marks : marks.replace(/./g, '\\$&'),
    );
}

function isInsideWord(marks: string, at: number, whole: string): boolean {
  const isWord = (char: string): boolean => /\w/.test(char);
  return marks.startsWith('_') && isWord(whole.charAt(at - 1)) && isWord(whole.charAt(at + marks.length));
}

/** A name or place; a fence longer than any run of backticks inside keeps it whole. */
export function code(text: string): string {
  const line = oneLine(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `\`${line}\`` : `${fence} ${line} ${fence}`;
}

/** What the figures do not speak of. */
export function unreadBlock(files: readonly UnreadableFile[]): string {
  if (files.length === 0) return '';
  const { shown, more } = unreadFiles(files, 'some');
  const rows = shown.map(({ path, why }) => [code(path), cell(why)]);
  const rest = more === undefined ? '' : `\n\n${more}.`;
  return `## Not read (${files.length})\n\n${table(['file', 'why'], rows)}${rest}`;
}
