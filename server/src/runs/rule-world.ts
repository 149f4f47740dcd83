import type { RuleId } from '@pageref/shared';
import type { Tree } from '../project/tree.js';
import { ALL_RULES } from '../rules/index.js';
import { NO_TREE_KNOWLEDGE } from '../rules/rule.js';
import type { Rule, RuleWorld, TreeKnowledge } from '../rules/rule.js';

/** What is the same for all files of a run; without knowledge of the tree rules see one file at a time. */
export function worldOf(tree: Tree, knowledge: TreeKnowledge = NO_TREE_KNOWLEDGE): RuleWorld {
  return { model: tree.model, facts: tree.facts, deviceKinds: tree.deviceKinds, tree: knowledge };
}

export function rulesOf(ids: readonly RuleId[]): readonly Rule[] {
  return ALL_RULES.filter(({ meta }) => ids.includes(meta.id));
}
