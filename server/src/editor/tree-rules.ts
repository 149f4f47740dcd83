import type { HeaderMacros } from '../knowledge/header-macros.js';
import type { Tree } from '../project/tree.js';
import { STANDING_RULES } from '../rules/index.js';
import { NO_TREE_KNOWLEDGE } from '../rules/rule.js';
import type { RuleWorld } from '../rules/rule.js';
import { activate } from '../runs/check-item.js';
import type { ActiveRule } from '../runs/check-item.js';
import { worldOf } from '../runs/rule-world.js';

export interface TreeRules {
  readonly world: RuleWorld;
  readonly rules: readonly ActiveRule[];
}

const known = new WeakMap<Tree, WeakMap<HeaderMacros, TreeRules>>();

/** The rules with their names in a tree, and what they see of it: macros of its headers, and nothing of other C files. */
export function rulesIn(tree: Tree, macros: HeaderMacros): TreeRules {
  const ofTree = known.get(tree) ?? new WeakMap<HeaderMacros, TreeRules>();
  known.set(tree, ofTree);
  let found = ofTree.get(macros);
  if (!found) {
    const world = worldOf(tree, { ...NO_TREE_KNOWLEDGE, macros });
    ofTree.set(macros, (found = { world, rules: activate(STANDING_RULES, world) }));
  }
  return found;
}
