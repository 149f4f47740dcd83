import type { RuleId, UnreadableFile, VersionArmCounts } from '@pageref/shared';
import type { OpenText } from '../contracts/open-text.js';
import type { CallOfTest } from '../knowledge/call-sites.js';
import type { HeaderMacros } from '../knowledge/header-macros.js';
import type { TreeContracts } from '../knowledge/inference.js';
import type { TreeOptions } from '../project/options.js';
import type { Texts } from '../search/held-text.js';
import type { StoredTree } from '../project/stored-tree.js';
import type { Targets } from '../project/targets.js';
import type { Tree } from '../project/tree.js';
import type { CacheFile } from '../vfs/cache.js';
import type { TreeFiles } from '../vfs/index.js';
import type { FileResult } from './check-file.js';
import type { FileOfRun } from './file-of-run.js';

/** What a run is asked for. */
export interface RunRequest extends Omit<TreeOptions, 'paths'> {
  readonly targets: Targets;
  /** Tells apart runs that keep nothing for one another, a word or more. */
  readonly kind: string;
  /** Rules to run. The verdicts on mentions of the reserved bit are there in any case. */
  readonly rules: readonly RuleId[];
  /** Names that make a file take part, where they are known before the tree is; those of the rules when left out. */
  readonly names?: readonly string[];
  /** Judge as if only this arch were built. */
  readonly arch?: string | undefined;
  /** Texts that stand for files. */
  readonly texts?: Texts | undefined;
  /** What says what the tree is: the files on disk when left out. */
  readonly treeFiles?: TreeFiles;
  /** The tree is not on disk: its files, who searches them, and what was found out of them before. */
  readonly stored?: StoredTree;
  /** Files with one of these take part as well, and what the rules look for is looked for as ever. */
  readonly alsoNames?: readonly string[];
  /** Keeps what was searched for in the tree for the next run, for those who go on; else a cache folder may. */
  readonly kept?: CacheFile;
  /** Gives the tree, for those who have it open; it is opened from its files when left out. */
  readonly openTree?: () => Promise<Tree>;
  /** Find the calls of functions that pass the answer of a test on, too. */
  readonly calls?: true;
  /** Infer what the functions of the tree do with pages, whatever the rules. */
  readonly inference?: true;
  /** Something else that is read off the files that hold some names. */
  readonly inventory?: (tree: Tree, contracts: TreeContracts | undefined) => Inventory;
  /** Told of each file as it is done, in no particular order, with the calls that are known to ask for its tests. */
  readonly onFile?: ((file: FileResult, calls: readonly CallOfTest[]) => void) | undefined;
}

/** What is read off files beside what is judged. */
export interface Inventory {
  readonly names: readonly string[];
  /** Names that macros of a module's headers are looked for that lead to them: files that hold such a macro count as well. */
  readonly standIns?: readonly string[];
  /** Told of each file of the run that holds one of the names or macros, in no particular order. */
  readonly take: (file: OpenText, names: readonly string[], macros: HeaderMacros) => void;
}

/** What a run has looked at. */
export interface Coverage {
  readonly filesRead: number;
  /** Files that hold one of the names. */
  readonly matched: number;
  /** Files that were not read, or on which the analysis failed, with the reason: nothing is said of them. Sorted by path. */
  readonly unreadable: readonly UnreadableFile[];
  /** Of the files that were opened, together. */
  readonly versionArms: VersionArmCounts;
}

/** What a run comes to. */
export interface RunResult {
  readonly tree: Tree;
  /** Sorted by path. */
  readonly files: readonly FileResult[];
  /** The calls of functions that pass the answer of a test on, where they were asked for. */
  readonly calls: readonly CallOfTest[];
  readonly coverage: Coverage;
  /** What was inferred from the files of the run together, where something rests on that. */
  readonly contracts: TreeContracts | undefined;
  /** A file that took part, to go on with. */
  readonly fileAt: (path: string) => FileOfRun | undefined;
}
