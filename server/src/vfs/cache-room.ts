/** Which files of a cache have to go: those of trees that were used longest ago. Plain data in, names out. */

export interface StoredFile {
  readonly name: string;
  /** Stands for the tree it is about; what belongs to one tree is kept or thrown away together. */
  readonly tree: string;
  /** It is about some files of the tree only. */
  readonly isPart: boolean;
  /** When it was written or read last. Milliseconds since 1970. */
  readonly usedAt: number;
  readonly bytes: number;
}

export interface Room {
  readonly trees: number;
  /** All trees together. Bytes. */
  readonly bytes: number;
  /** Files of one tree that are about the whole of it, and those about some of its files. */
  readonly whole: number;
  readonly parts: number;
}

/** A matrix of a dozen releases fits, with what all commands keep of them: some 6 MB for a whole kernel. */
export const ROOM: Room = { trees: 32, bytes: 512 * 1024 * 1024, whole: 64, parts: 16 };

/** The files that do not fit. Those of the tree in use stay, unless it alone has more than one tree may. */
export function filesToDrop(files: readonly StoredFile[], treeInUse: string, room = ROOM): string[] {
  const trees = [...treesOf(files)].sort(([a, one], [b, other]) => {
    return Number(b === treeInUse) - Number(a === treeInUse) || lastUse(other) - lastUse(one);
  });
  const dropped: StoredFile[] = [];
  let bytes = 0;
  trees.forEach(([tree, mine], at) => {
    const kept = [...youngest(mine, false, room.whole), ...youngest(mine, true, room.parts)];
    bytes += kept.reduce((sum, file) => sum + file.bytes, 0);
    const fits = tree === treeInUse || (at < room.trees && bytes <= room.bytes);
    dropped.push(...mine.filter((file) => !fits || !kept.includes(file)));
  });
  return dropped.map(({ name }) => name);
}

function treesOf(files: readonly StoredFile[]): Map<string, StoredFile[]> {
  const trees = new Map<string, StoredFile[]>();
  for (const file of files) {
    const mine = trees.get(file.tree);
    if (mine) mine.push(file);
    else trees.set(file.tree, [file]);
  }
  return trees;
}

function lastUse(files: readonly StoredFile[]): number {
  return files.reduce((last, { usedAt }) => Math.max(last, usedAt), 0);
}

function youngest(files: readonly StoredFile[], isPart: boolean, count: number): StoredFile[] {
  const mine = files.filter((file) => file.isPart === isPart);
  return mine.sort((a, b) => b.usedAt - a.usedAt || (a.name < b.name ? -1 : 1)).slice(0, count);
}
