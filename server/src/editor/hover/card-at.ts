import type { SourceFile } from '../../contracts/source-file.js';
import type { Tree } from '../../project/tree.js';
import type { RuleWorld } from '../../rules/rule.js';
import { modelCard } from './api.js';
import type { Content } from './api.js';
import { inferredCard } from './function.js';
import { headerMacroCard } from './header-macro.js';
import { variableCard } from './variable.js';

/** What is known of a word at an offset: as a name of this file, as a page, as an API, or as a macro of a header. */
export function cardAt(
  { tree, file, world }: { readonly tree: Tree; readonly file: SourceFile; readonly world: RuleWorld },
  offset: number,
  word: string,
): Content | undefined {
  return (
    inferredCard(tree, file, word) ??
    variableCard(file, tree.model, offset, word) ??
    modelCard(word, tree.model) ??
    headerMacroCard(word, world)
  );
}
