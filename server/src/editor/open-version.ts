import { openText } from '../contracts/open-text.js';
import { viewSource } from '../contracts/view-source.js';
import type { OpenText } from '../contracts/open-text.js';
import type { SourceFile } from '../contracts/source-file.js';
import type { RuleWorld } from '../rules/rule.js';
import { TextFixes } from './fixes.js';
import { rulesIn } from './tree-rules.js';
import type { KnownTree } from './trees.js';
import type { KnownMacros } from './whole-tree/from-tree.js';

/** One version of a document in one state of its tree and of its headers. What is made of it is made when somebody first asks, and once. */
export class OpenVersion {
  #open: OpenText | undefined;
  #view: SourceFile | undefined;
  #fixes: TextFixes | undefined;

  constructor(
    readonly version: number,
    readonly tree: KnownTree,
    readonly macros: KnownMacros,
    private readonly path: string,
    private readonly text: string,
  ) {}

  /** The text, cut; its functions are read once for all who look at it. */
  open(): OpenText {
    return (this.#open ??= openText(this.path, this.text, this.tree.tree.tools));
  }

  /** The text as reports see it: places are lines. */
  view(): SourceFile {
    return (this.#view ??= viewSource(this.open()));
  }

  /** What rules see of the tree in which the text is. */
  world(): RuleWorld {
    return rulesIn(this.tree.tree, this.macros.macros).world;
  }

  fixes(): TextFixes {
    return (this.#fixes ??= new TextFixes(this.tree, this.view(), this.world()));
  }
}
