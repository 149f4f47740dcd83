import { structuredPatch } from 'diff';
import { nameBytes } from '../vfs/index.js';

/** Unified diffs that `git apply` takes. Paths are relative to the tree's root with forward slashes. */

/** The change of one file, with its `diff --git` line; empty where nothing changes. */
export function fileDiff(path: string, before: string, after: string): string {
  const { hunks } = structuredPatch(path, path, before, after, '', '', { context: 3 });
  if (hunks.length === 0) return '';
  const [a, b] = [quotedPath(`a/${path}`), quotedPath(`b/${path}`)];
  const head = `diff --git ${a} ${b}\n--- ${a}${tabFor(path)}\n+++ ${b}${tabFor(path)}\n`;
  const bodies = hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => {
    return `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@\n${lines.join('\n')}\n`;
  });
  return head + bodies.join('');
}

function range(start: number, lines: number): string {
  return lines === 1 ? String(start) : `${start},${lines}`;
}

/** A name with blanks in it ends with a tab, which tells where it ends. */
function tabFor(path: string): string {
  return path.includes(' ') ? '\t' : '';
}

/** As git writes them: names with control characters, quotes, back slashes or bytes above ASCII as C strings. */
function quotedPath(path: string): string {
  if (!/[\u0000-\u001f"\\\u007f-\uffff]/.test(path)) return path;
  const bytes = [...nameBytes(path)].map((byte) => {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === '\\') return `\\${char}`;
    return byte < 32 || byte > 126 ? `\\${byte.toString(8).padStart(3, '0')}` : char;
  });
  return `"${bytes.join('')}"`;
}
