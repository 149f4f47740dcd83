import type { TextEdit } from '@pageref/shared';
import { blankNonCode } from '../../syntax/index.js';
import { armsAround, isThereFor } from './arms.js';
import type { KnownName } from './names.js';
import type { WritingPlace } from './request.js';
import { lineBreak } from '../../syntax/source-text.js';

interface IncludeLine {
  readonly start: number;
  /** Offset behind the line's break. */
  readonly next: number;
  readonly header: string;
  readonly angled: boolean;
  /** Conditional groups around the line, the guard of a header aside. */
  readonly depth: number;
}

/** The edits with those for headers that are missing, in the order of the text, and the headers that were added. */
export function includeEdits(
  request: WritingPlace,
  names: readonly KnownName[],
  edits: readonly TextEdit[],
): { readonly edits: readonly TextEdit[]; readonly includes: readonly string[] } {
  const missing = [...new Set(names.flatMap((name) => (isKnownThere(request, name) ? [] : [name.header])))].sort();
  const added = missing.map((header) => includeEdit(request.file.text, header));
  return { edits: [...added, ...edits].sort((a, b) => a.start - b.start), includes: missing };
}

/**
 * Used in the file already, or declared in it, in a header it includes, or in one that such a header includes; not where
 * that stands in an arm of #if that the test is not in.
 */
function isKnownThere({ file, headers, mention }: WritingPlace, { name, header }: KnownName): boolean {
  const { text } = file;
  const here = armsAround(text, mention.start);
  const isThere = (at: number): boolean => isThereFor(armsAround(text, at), here);
  const uses = blankNonCode(text).matchAll(new RegExp(`\\b${name}\\s*\\(`, 'g'));
  if ([...uses].some(({ index }) => isThere(index))) return true;
  const direct = includeLines(text).filter(({ depth, start }) => depth === 0 || isThere(start));
  return direct.some((line) => line.header === header || headers.includesOf(line.header).has(header));
}

/** Where one more `#include <header>` goes: sorted into a sorted block of its folder, behind an unsorted one. */
function includeEdit(text: string, header: string): TextEdit {
  const line = `#include <${header}>`;
  const lines = includeLines(text).filter(({ depth }) => depth === 0);
  const folder = header.slice(0, header.indexOf('/') + 1);
  const group = firstRun(
    text,
    lines.filter(({ angled, header: other }) => angled && other.startsWith(folder)),
  );
  const run =
    group.length > 0
      ? group
      : firstRun(
          text,
          lines.filter(({ angled }) => angled),
        ).slice(-1);
  const last = run.at(-1);
  if (last) {
    const behind = isSorted(run) ? run.find(({ header: other }) => other > header) : undefined;
    const at = behind?.start ?? last.next;
    return { start: at, end: at, text: `${line}${lineBreak(text, last.start)}` };
  }
  const first = lines[0]?.start ?? firstCode(text);
  const gap = lines[0] ? lineBreak(text, first) : lineBreak(text, first).repeat(2);
  return { start: first, end: first, text: `${line}${gap}` };
}

/** The includes of one folder that stand line under line, from the first of them on. */
function firstRun(text: string, lines: readonly IncludeLine[]): readonly IncludeLine[] {
  const end = lines.findIndex((line, at) => at > 0 && text.slice(lines[at - 1]?.next, line.start).trim() !== '');
  const broken = lines.findIndex((line, at) => at > 0 && lines[at - 1]?.next !== line.start);
  const cut = [end, broken].filter((at) => at > 0);
  return cut.length > 0 ? lines.slice(0, Math.min(...cut)) : lines;
}

function isSorted(run: readonly IncludeLine[]): boolean {
  return run.every((line, at) => at === 0 || (run[at - 1]?.header ?? '') <= line.header);
}

/** Every #include of the file's head and body, with the conditional groups it stands in. */
function includeLines(text: string): IncludeLine[] {
  const found: IncludeLine[] = [];
  const visible = blankComments(text);
  let depth = 0;
  const guard = guardName(visible);
  for (const match of visible.matchAll(/^[ \t]*#[ \t]*(\w+)([^\n]*)(?:\n|$)/gm)) {
    const [, keyword = '', rest = ''] = match;
    if (keyword.startsWith('if')) depth += rest.trim() === guard && depth === 0 ? 0 : 1;
    else if (keyword === 'endif') depth = Math.max(0, depth - 1);
    const named = keyword === 'include' ? /^[ \t]*([<"])([^>"\n]+)[>"]/.exec(rest) : null;
    if (!named) continue;
    const [start, next] = [match.index, match.index + match[0].length];
    found.push({ start, next, header: named[2] ?? '', angled: named[1] === '<', depth });
  }
  return found;
}

/** The macro of `#ifndef X` / `#define X` around a whole header. */
function guardName(visible: string): string | undefined {
  return /^\s*#[ \t]*ifndef[ \t]+(\w+)[ \t]*\r?\n\s*#[ \t]*define[ \t]+\1\b/.exec(visible)?.[1];
}

function blankComments(text: string): string {
  return text.replace(/\/\*[^]*?(?:\*\/|$)|\/\/[^\n]*/g, (match) => match.replace(/[^\n]/g, ' '));
}

/** Behind the comment a file begins with, and behind the guard of a header. */
function firstCode(text: string): number {
  const visible = blankComments(text);
  const guard = /^\s*#[ \t]*ifndef[ \t]+(\w+)[ \t]*\r?\n\s*#[ \t]*define[ \t]+\1\b[^\n]*\n/.exec(visible);
  const from = guard ? guard[0].length : 0;
  const code = from + visible.slice(from).search(/\S/);
  return code < from ? text.length : text.lastIndexOf('\n', code) + 1;
}
