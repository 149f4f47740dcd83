import { applyPatch, reversePatch } from 'diff';
import type { StructuredPatch } from 'diff';
import { decodeSource, filesBelow, isSourcePath, Repository } from '../vfs/index.js';
import type { TreeFiles } from '../vfs/index.js';
import type { ChangedFile, ChangedFiles } from './changed-file.js';
import { CannotRun } from './options.js';
import type { ChangeSource } from './options.js';
import { pathsInside } from './paths-inside.js';
import { readPatch } from './read-patch.js';
import type { FilePatch } from './read-patch.js';
import { commitOf, openRepository, orCannotRun, treeAt } from './stored.js';

type PatchSource = Extract<ChangeSource, { kind: 'patch' }>;

/** What a patch makes of the files on disk, or of those of a revision. */
export async function patchChanges(root: string, source: PatchSource, signal?: AbortSignal): Promise<ChangedFiles> {
  const { bytes, name, at } = source;
  const patches = namedInside(readPatch(decodeSource(bytes), name), pathsInside(root, name));
  if (patches.length > 0 && patches.every(({ isBinary }) => isBinary)) {
    throw new CannotRun(`${name}: it changes binary files only: nothing in it can be checked`);
  }
  const base = await openBase(root, at, patches, signal);
  try {
    const files = await applyAll(base, patches, name, signal);
    return { files, unreadable: [], tree: base.tree, close: base.close };
  } catch (error) {
    base.close();
    throw error;
  }
}

function namedInside(patches: readonly FilePatch[], inside: (path: string) => string): FilePatch[] {
  const path = (one: string | undefined): string | undefined => (one === undefined ? undefined : inside(one));
  return patches.map(({ from, to, ...patch }) => ({ ...patch, from: path(from), to: path(to) }));
}

/** What patches are applied to. */
interface Base {
  readonly tree: TreeFiles;
  /** The blob git says a patch was made from, by the beginning of its id. */
  readonly blob: (id: string) => Promise<string | undefined>;
  readonly close: () => void;
}

async function openBase(
  root: string,
  at: string | undefined,
  patches: readonly FilePatch[],
  signal?: AbortSignal,
): Promise<Base> {
  // A folder without git can be told a patch as well.
  const opened = at === undefined ? await Repository.open(root, signal) : await openRepository(root, at, signal);
  if ('why' in opened)
    return { tree: filesBelow(root), blob: () => Promise.resolve(undefined), close: () => undefined };
  const rest = { blob: (id: string) => opened.find(id), close: () => opened.close() };
  if (at === undefined) return { tree: filesBelow(root), ...rest };
  try {
    const tree = await treeAt(opened, await commitOf(opened, at), at);
    const wanted = new Set(patches.flatMap(({ from, to }) => [from, to]));
    await orCannotRun(
      at,
      tree.load((path) => wanted.has(path)),
    );
    return { tree, ...rest };
  } catch (error) {
    opened.close();
    throw error;
  }
}

/** A changed file with its text before at hand. */
interface Patched {
  readonly before: string | undefined;
  readonly after: string;
}

async function applyAll(
  base: Base,
  patches: readonly FilePatch[],
  name: string,
  signal?: AbortSignal,
): Promise<ChangedFile[]> {
  const changed = new Map<string, Patched>();
  for (const patch of patches) {
    signal?.throwIfAborted();
    const { from, to } = patch;
    if (to === undefined || !isSourcePath(to)) {
      if (from !== undefined) changed.delete(from);
      continue;
    }
    if (patch.isBinary) throw new CannotRun(`${name}: it changes ${to} as a binary file: make the patch with --text`);
    const earlier = from === undefined ? undefined : changed.get(from);
    const result = await applied(base, patch, earlier?.after, name);
    if (from !== undefined && from !== to) changed.delete(from);
    changed.set(to, { before: earlier ? earlier.before : result.before, after: result.after });
  }
  return [...changed]
    .filter(([, { before, after }]) => before !== after)
    .map(([path, { before, after }]) => ({
      path,
      bytes: Buffer.from(after),
      text: () => after,
      before: () => Promise.resolve(before),
    }));
}

/**
 * The file before and after a patch. The text before is what earlier patches made of it, the blob git says the patch was made
 * from, or the file of the tree; a patch that the tree holds already is seen from the other side.
 */
async function applied(base: Base, patch: FilePatch, earlier: string | undefined, name: string): Promise<Patched> {
  const structured = {
    oldFileName: 'a',
    newFileName: 'b',
    oldHeader: '',
    newHeader: '',
    hunks: [...patch.hunks],
  };
  const apply = (text: string): string | undefined => attempt(text, structured);
  if (patch.from === undefined) return { before: undefined, after: apply('') ?? fails(patch, name) };
  const inTree = base.tree.read(patch.from);
  const bases =
    earlier === undefined ? [...(await blobOf(base, patch)), ...('text' in inTree ? [inTree.text] : [])] : [earlier];
  for (const before of bases) {
    const after = apply(before);
    if (after !== undefined) return { before, after };
  }
  const there = patch.to === undefined ? undefined : base.tree.read(patch.to);
  if (earlier === undefined && there && 'text' in there) {
    const before = attempt(there.text, reversePatch(structured));
    if (before !== undefined) return { before, after: there.text };
  }
  return 'why' in inTree && bases.length === 0
    ? fails(patch, name, `${patch.from} is not in the tree`)
    : fails(patch, name);
}

function attempt(text: string, patch: StructuredPatch): string | undefined {
  const placed = placedIn(text, patch);
  const result = placed && applyPatch(text, placed, { fuzzFactor: 0, autoConvertLineEndings: false });
  return result === false ? undefined : result;
}

/**
 * A patch whose hunks begin inside of a text: the package looks for a place line by line from where a hunk says it begins, however
 * far away that is. Undefined where a hunk adds lines behind the end and names none that it can be told by.
 */
function placedIn(text: string, patch: StructuredPatch): StructuredPatch | undefined {
  const end = text.split('\n').length;
  if (patch.hunks.some(({ oldStart, oldLines }) => oldLines === 0 && oldStart > end)) return undefined;
  return { ...patch, hunks: patch.hunks.map((hunk) => ({ ...hunk, oldStart: Math.min(hunk.oldStart, end) })) };
}

async function blobOf(base: Base, { blob, hunks }: FilePatch): Promise<readonly string[]> {
  const text = blob === undefined || hunks.length === 0 ? undefined : await base.blob(blob);
  return text === undefined ? [] : [text];
}

function fails({ from, to, hunks }: FilePatch, name: string, why?: string): never {
  const place = hunks[0] ? ` near line ${String(hunks[0].oldStart)}` : '';
  throw new CannotRun(
    `${name}: it does not apply to ${to ?? from ?? 'a file'}${why === undefined ? place : `: ${why}`}: ` +
      'check it against the revision it was made for, with --at REV',
  );
}
