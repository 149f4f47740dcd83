import { join, relative, sep } from 'node:path';
import type { UnreadableFile } from '@pageref/shared';
import { applyPatch, reversePatch, structuredPatch } from 'diff';
import { lineStarts, splitItems } from '../syntax/index.js';
import type { Item } from '../syntax/index.js';
import {
  decodeSource,
  differingPaths,
  exists,
  filesBelow,
  isSourceName,
  openRevision,
  readBlobs,
} from '../vfs/index.js';
import type { TreeFiles } from '../vfs/index.js';
import { CannotRun } from './options.js';
import type { ChangeSource } from './options.js';
import { readPatch } from './read-patch.js';
import type { FilePatch } from './read-patch.js';

/** A C file after the change; `before` is undefined where all of it is new. */
export interface ChangedFile {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
}

export interface Changes {
  readonly files: readonly ChangedFile[];
  /** Changed files that cannot be read as they are now. */
  readonly unreadable: readonly UnreadableFile[];
  /** The tree the changes belong to. */
  readonly tree: TreeFiles;
}

/** Works out the changes. Throws CannotRun where that cannot be done, with what to do about it. */
export function readChanges(root: string, source: ChangeSource): Changes {
  switch (source.kind) {
    case 'text': {
      const after = decodeSource(source.bytes);
      const path = relative(root, source.path).split(sep).join('/');
      return { files: [{ path, before: undefined, after }], unreadable: [], tree: filesBelow(root) };
    }
    case 'range':
      return rangeChanges(root, source.range);
    case 'patch': {
      const tree = source.at === undefined ? filesBelow(root) : revision(root, source.at).files;
      return { files: patchChanges(root, tree, source), unreadable: [], tree };
    }
  }
}

function revision(root: string, name: string): { readonly commit: string; readonly files: TreeFiles } {
  const found = openRevision(root, name);
  if ('why' in found) throw new CannotRun(`${name}: ${found.why}`);
  return found;
}

function rangeChanges(root: string, range: string): Changes {
  const [from = '', to] = range.split(/\.\.+/);
  const before = revision(root, from === '' ? 'HEAD' : from);
  const after = to === undefined ? undefined : revision(root, to === '' ? 'HEAD' : to);
  const paths = differingPaths(root, before.commit, after?.commit);
  if ('why' in paths) throw new CannotRun(`${range}: ${paths.why}`);
  const tree = after?.files ?? filesBelow(root);
  const unreadable: UnreadableFile[] = [];
  const files = paths.filter(isSource).flatMap((path) => {
    const [old, now] = [before.files.read(path), tree.read(path)];
    if ('why' in now) {
      // What git names and is not there has been deleted.
      if (to === undefined && exists(join(root, path))) unreadable.push({ path, why: now.why, named: true });
      return [];
    }
    const text = 'text' in old ? old.text : undefined;
    return text === now.text ? [] : [{ path, before: text, after: now.text }];
  });
  return { files, unreadable, tree };
}

function isSource(path: string): boolean {
  return isSourceName(path.slice(path.lastIndexOf('/') + 1));
}

function patchChanges(
  root: string,
  tree: TreeFiles,
  { bytes, name }: Extract<ChangeSource, { kind: 'patch' }>,
): readonly ChangedFile[] {
  const patches = readPatch(decodeSource(bytes), name);
  if (patches.every(({ isBinary }) => isBinary)) {
    throw new CannotRun(`${name}: it changes binary files only: nothing in it can be checked`);
  }
  const changed = new Map<string, ChangedFile>();
  for (const patch of patches) {
    const { from, to } = patch;
    if (to === undefined || !isSource(to)) {
      if (from !== undefined) changed.delete(from);
      continue;
    }
    if (patch.isBinary) throw new CannotRun(`${name}: it changes ${to} as a binary file: make the patch with --text`);
    const earlier = from === undefined ? undefined : changed.get(from);
    const result = applied(root, tree, patch, earlier?.after, name);
    if (from !== undefined && from !== to) changed.delete(from);
    changed.set(to, { path: to, before: earlier ? earlier.before : result.before, after: result.after });
  }
  return [...changed.values()].filter(({ before, after }) => before !== after);
}

interface Applied {
  readonly before: string | undefined;
  readonly after: string;
}

/**
 * The file before and after a patch. The text before is what earlier patches made of it, the blob git says the patch was made
 * from, or the file of the tree; a patch that the tree holds already is seen from the other side.
 */
function applied(root: string, tree: TreeFiles, patch: FilePatch, earlier: string | undefined, name: string): Applied {
  const structured = {
    oldFileName: 'a',
    newFileName: 'b',
    oldHeader: '',
    newHeader: '',
    hunks: [...patch.hunks],
  };
  const apply = (text: string): string | undefined => attempt(text, structured);
  if (patch.from === undefined) return { before: undefined, after: apply('') ?? fails(patch, name) };
  const inTree = tree.read(patch.from);
  const bases =
    earlier === undefined ? [...blobOf(root, patch), ...('text' in inTree ? [inTree.text] : [])] : [earlier];
  for (const before of bases) {
    const after = apply(before);
    if (after !== undefined) return { before, after };
  }
  const there = patch.to === undefined ? undefined : tree.read(patch.to);
  if (earlier === undefined && there && 'text' in there) {
    const before = attempt(there.text, reversePatch(structured));
    if (before !== undefined) return { before, after: there.text };
  }
  return 'why' in inTree && bases.length === 0
    ? fails(patch, name, `${patch.from} is not in the tree`)
    : fails(patch, name);
}

function attempt(text: string, patch: Parameters<typeof applyPatch>[1]): string | undefined {
  const result = applyPatch(text, patch, { fuzzFactor: 0, autoConvertLineEndings: false });
  return result === false ? undefined : result;
}

function blobOf(root: string, { blob, hunks }: FilePatch): readonly string[] {
  if (blob === undefined || hunks.length === 0) return [];
  const [text] = readBlobs(root, [blob]);
  return text === undefined ? [] : [text];
}

function fails({ from, to, hunks }: FilePatch, name: string, why?: string): never {
  const place = hunks[0] ? ` near line ${String(hunks[0].oldStart)}` : '';
  throw new CannotRun(
    `${name}: it does not apply to ${to ?? from ?? 'a file'}${why === undefined ? place : `: ${why}`}: ` +
      'check it against the revision it was made for, with --at REV',
  );
}

/** True for offsets in an item that a change touches; a change between two lines touches both. */
export function touchedBy({ before, after }: ChangedFile): (offset: number) => boolean {
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
