import { relative, sep } from 'node:path';
import { structuredPatch } from 'diff';
import { lineStarts, splitItems } from '../syntax/index.js';
import type { Item } from '../syntax/index.js';
import { decodeSource, filesBelow } from '../vfs/index.js';
import type { Changes } from './changed-file.js';
import type { ChangeSource } from './options.js';
import { patchChanges } from './patch-changes.js';
import { pathsInside } from './paths-inside.js';
import { rangeChanges } from './range-changes.js';

/**
 * Works out the changes. Throws CannotRun where that cannot be done, with what to do about it, and what the signal is
 * aborted with.
 */
export async function readChanges(root: string, source: ChangeSource, signal?: AbortSignal): Promise<Changes> {
  switch (source.kind) {
    case 'text': {
      const path = pathsInside(root, '--stdin-filename')(relative(root, source.path).split(sep).join('/'));
      const { bytes } = source;
      const file = { path, bytes, text: () => decodeSource(bytes), before: () => Promise.resolve(undefined) };
      return { files: [file], unreadable: [], tree: filesBelow(root), close: () => undefined };
    }
    case 'range':
      return await rangeChanges(root, source.range, signal);
    case 'patch':
      return await patchChanges(root, source, signal);
  }
}

/** True for offsets in an item that a change touches; a change between two lines touches both. */
export function touchedBy(before: string | undefined, after: string): (offset: number) => boolean {
  if (before === undefined) return () => true;
  const starts = lineStarts(after);
  const { hunks } = structuredPatch('a', 'b', before, after, '', '', { context: 0 });
  const spans = hunks.map(({ newStart, newLines }) => {
    const [first, last] = newLines === 0 ? [newStart, newStart + 1] : [newStart, newStart + newLines - 1];
    return { start: starts[Math.max(0, first - 1)] ?? after.length, end: starts[last] ?? after.length };
  });
  const items = splitItems(after).filter(({ kind }) => kind !== 'trivia');
  const touched = items.filter((item) => spans.some(({ start, end }) => item.start < end && start < item.end));
  return (offset) => touched.some((item: Item) => item.start <= offset && offset < item.end);
}
