import { pathInside } from '../../vfs/index.js';
import type { KnownTree } from '../trees.js';

/** What is found out of a tree as a whole, for as long as a document is open in it. */
export interface TreeLook {
  /** A document has this text. */
  note(path: string, text: string): void;
  /** A document was closed. */
  forget(path: string): void;
  /** Files on disk have changed. */
  changed(): void;
  /** True where it serves the tree in another state as well, which it does from then on. */
  follow(known: KnownTree): boolean;
  close(): void;
}

export interface TreeLooksSetup<Look extends TreeLook> {
  /** Undefined for a tree that is not looked at. */
  readonly start: (known: KnownTree) => Look | undefined;
  /** True for a file, by its path in the tree, whose change on disk counts. */
  readonly isAbout: (path: string) => boolean;
}

/** The trees that are looked at as a whole in an editor session: those with an open document. */
export class TreeLooks<Look extends TreeLook> {
  /** By root and release: one for each, as the tree is now. */
  private readonly looks = new Map<string, { of: KnownTree; readonly look: Look }>();

  constructor(private readonly setup: TreeLooksSetup<Look>) {}

  /**
   * What is known of a tree as a whole; undefined for one that is not looked at. Another state of the tree, such as another branch
   * or user model, is another tree, unless what is known holds for it too.
   * @param open texts of the documents that stand for files of the tree, by path
   */
  of(known: KnownTree, open: Iterable<readonly [path: string, text: string]>): Look | undefined {
    const before = this.known(known);
    if (before) return before;
    this.looks.get(keyOf(known))?.look.close();
    const look = this.setup.start(known);
    if (!look) return undefined;
    this.looks.set(keyOf(known), { of: known, look });
    for (const [path, text] of open) look.note(path, text);
    return look;
  }

  /** The same for a tree that is looked at already. */
  known(tree: KnownTree): Look | undefined {
    const found = this.looks.get(keyOf(tree));
    if (!found || (found.of !== tree && !found.look.follow(tree))) return undefined;
    found.of = tree;
    return found.look;
  }

  /** Notes files that changed on disk, absolute paths; undefined where they were too many to be told of. */
  changed(paths: readonly string[] | undefined): void {
    for (const { of, look } of this.looks.values()) {
      const { root } = of;
      const isIn = (path: string): boolean => root !== undefined && this.setup.isAbout(pathInside(root, path) ?? '');
      if (paths === undefined || paths.some(isIn)) look.changed();
    }
  }

  /** A document has another text; undefined for one that is not open any more. */
  note(root: string, path: string, text: string | undefined): void {
    for (const { of, look } of this.looks.values()) {
      if (of.root !== root) continue;
      if (text === undefined) look.forget(path);
      else look.note(path, text);
    }
  }

  close(): void {
    for (const { look } of this.looks.values()) look.close();
    this.looks.clear();
  }
}

function keyOf({ root, tree }: KnownTree): string {
  return `${root ?? ''}\0${tree.model.release}`;
}
