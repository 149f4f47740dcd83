import type { Tree } from '../project/tree.js';
import { NO_TREE_KNOWLEDGE } from '../rules/rule.js';
import type { RuleWorld, TreeKnowledge } from '../rules/rule.js';

/** What is the same for all files of a run; without knowledge of the tree rules see one file at a time. */
export function worldOf(tree: Tree, knowledge: TreeKnowledge = NO_TREE_KNOWLEDGE): RuleWorld {
  return { model: tree.model, facts: tree.facts, deviceKinds: tree.deviceKinds, tree: knowledge };
}
