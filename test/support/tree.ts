import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A small tree on disk; `remove` deletes it again. */
export interface Tree {
  readonly root: string;
  /** Adds or replaces a file; for what a fixture string can't hold, such as bytes that are no text. */
  readonly write: (path: string, content: string | Uint8Array) => void;
  remove(): void;
}

/**
 * Writes the files of a fixture into a fresh temporary folder. A line `//- path` begins a file; what follows it on the
 * line after the path is a remark. Lines before the first marker must be blank.
 */
export function makeTree(fixture: string): Tree {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pageref-tree-')));
  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  for (const [path, text] of splitFixture(fixture)) write(path, text);
  return { root, write, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Runs `body` on the tree and removes the tree afterwards, also when the body fails. */
export async function withTree<Result>(
  fixture: string,
  body: (tree: Tree) => Result | Promise<Result>,
): Promise<Result> {
  const tree = makeTree(fixture);
  try {
    return await body(tree);
  } finally {
    tree.remove();
  }
}

/** Paths and texts of a multi-file fixture, in order. */
export function splitFixture(fixture: string): [path: string, text: string][] {
  const files: [string, string[]][] = [];
  for (const line of fixture.split('\n')) {
    const path = /^\/\/- (\S+)/.exec(line)?.[1];
    const last = files.at(-1);
    if (path !== undefined) files.push([path, []]);
    else if (last) last[1].push(line);
    else if (line.trim() !== '') throw new Error(`a fixture begins with a "//- path" line, not with ${line}`);
  }
  return files.map(([path, lines]) => [path, lines.join('\n')]);
}
