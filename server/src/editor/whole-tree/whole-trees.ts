import { isHeader } from '../../knowledge/header-macros.js';
import { isSourcePath, pathBelow } from '../../vfs/index.js';
import type { KnownTree } from '../trees.js';
import { BackgroundTree } from './background-tree.js';
import type { BackgroundEvents } from './background-tree.js';
import { NO_KNOWN_MACROS } from './from-tree.js';
import type { FromTree } from './from-tree.js';
import { ModuleMacros } from './module-macros.js';
import { TreeLooks } from './tree-looks.js';

export interface WholeTreesSetup {
  /** Absolute path of the folder that keeps what was found out. */
  readonly cache: string | undefined;
  readonly jobs: number;
  /** The tree that a file belongs to, absolute paths. */
  readonly rootOf: (path: string) => string | undefined;
  readonly events: BackgroundEvents;
}

/** What is found out in the background of trees with an open document: of a kernel as a whole, of a module in its headers. */
export class WholeTrees {
  private readonly kernels: TreeLooks<BackgroundTree>;
  private readonly modules: TreeLooks<ModuleMacros>;

  constructor({ cache, jobs, rootOf, events }: WholeTreesSetup) {
    this.kernels = new TreeLooks({
      start: ({ root, tree }) =>
        root === undefined || !tree.isKernel ? undefined : new BackgroundTree({ tree, cache, events }),
      isAbout: isSourcePath,
    });
    this.modules = new TreeLooks({
      start: ({ root, tree }) => {
        if (root === undefined || tree.isKernel) return undefined;
        const isOwn = (path: string): boolean => rootOf(pathBelow(root, path)) === root;
        return new ModuleMacros({ tree, jobs, isOwn, events });
      },
      isAbout: (path) => isSourcePath(path) && isHeader(path),
    });
  }

  /**
   * What is known of a document with the text it has now; the first one of a tree starts the look at it.
   * @param open texts of the documents that stand for files of the tree, by path
   */
  ofOpen(
    known: KnownTree,
    path: string,
    text: string,
    open: Iterable<readonly [path: string, text: string]>,
  ): FromTree {
    const kernel = this.kernels.of(known, open);
    kernel?.note(path, text);
    return fromBoth(kernel?.findingsOf(path, text), this.modules.of(known, open));
  }

  /** The same of a file that is not open. */
  ofClosed(known: KnownTree, path: string, text: string): FromTree {
    return fromBoth(this.kernels.known(known)?.findingsOf(path, text), this.modules.known(known));
  }

  /** Files on disk in which the whole tree makes findings. */
  pathsIn(known: KnownTree): readonly string[] {
    return this.kernels.known(known)?.paths ?? [];
  }

  /** Notes files that changed on disk, absolute paths; undefined where they were too many to be told of. */
  changed(paths: readonly string[] | undefined): void {
    this.kernels.changed(paths);
    this.modules.changed(paths);
  }

  /** A document has another text; undefined for one that is not open any more. */
  note(root: string, path: string, text: string | undefined): void {
    this.kernels.note(root, path, text);
    this.modules.note(root, path, text);
  }

  close(): void {
    this.kernels.close();
    this.modules.close();
  }
}

function fromBoth(findings: FromTree['findings'] = [], module: ModuleMacros | undefined): FromTree {
  return { findings, macros: module?.known ?? NO_KNOWN_MACROS };
}
