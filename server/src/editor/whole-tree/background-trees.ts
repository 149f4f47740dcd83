import { pathInside, isSourceName } from '../../vfs/index.js';
import { BackgroundTree } from './background-tree.js';
import type { BackgroundEvents } from './background-tree.js';
import type { KnownTree } from '../trees.js';

/** The kernel trees that are looked at as a whole in an editor session: those with an open document. */
export class BackgroundTrees {
  /** By root and release: one for each, as the tree is now. */
  private readonly trees = new Map<string, { readonly of: KnownTree; readonly background: BackgroundTree }>();

  /** @param cache absolute path of the folder that keeps what was found out */
  constructor(
    private readonly cache: string | undefined,
    private readonly events: BackgroundEvents,
  ) {}

  /**
   * What is known of a tree as a whole; undefined for a folder that is no kernel's, which can be anything.
   * Another state of the tree, such as another branch or user model, is another tree.
   * @param open texts of the documents that stand for files of the tree, by path
   */
  of(known: KnownTree, open: Iterable<readonly [path: string, text: string]>): BackgroundTree | undefined {
    const { root, tree } = known;
    if (root === undefined || !tree.isKernel) return undefined;
    const key = `${root}\0${tree.model.release}`;
    const before = this.trees.get(key);
    if (before?.of === known) return before.background;
    before?.background.close();
    const background = new BackgroundTree({ tree, cache: this.cache, events: this.events });
    this.trees.set(key, { of: known, background });
    for (const [path, text] of open) background.note(path, text);
    return background;
  }

  /** The same for a tree that is looked at already. */
  known(tree: KnownTree): BackgroundTree | undefined {
    return [...this.trees.values()].find(({ of }) => of === tree)?.background;
  }

  /** Notes files that changed on disk, absolute paths; undefined where they were too many to be told of. */
  changed(paths: readonly string[] | undefined): void {
    for (const { of, background } of this.trees.values()) {
      const { root } = of;
      const isIn = (path: string): boolean => root !== undefined && isSourceName(pathInside(root, path) ?? '');
      if (paths === undefined || paths.some(isIn)) background.changed();
    }
  }

  /** A document has another text; undefined for one that is not open any more. */
  note(root: string, path: string, text: string | undefined): void {
    for (const { of, background } of this.trees.values()) {
      if (of.root !== root) continue;
      if (text === undefined) background.forget(path);
      else background.note(path, text);
    }
  }

  close(): void {
    for (const { background } of this.trees.values()) background.close();
    this.trees.clear();
  }
}
