import type { TreeKnowledge } from '../rules/rule.js';
import { comparePaths } from '../vfs/index.js';
import { imbalancesOf } from './imbalances.js';
import type { TreeContracts } from './inference.js';
import type { Tree } from '../project/tree.js';

/**
 * What rules are told of the inference over a tree.
 * @param verdictOn what was made of the test behind a wrapper
 */
export function treeKnowledge(
  tree: Tree,
  contracts: TreeContracts,
  verdictOn: TreeKnowledge['verdictOn'],
): Omit<TreeKnowledge, 'macros'> {
  const imbalances = imbalancesOf(tree, contracts);
  const sites = byPath(contracts.sites, ({ path }) => path);
  const drops = byPath(imbalances, ({ at }) => at.path);
  return {
    wrapperSites: (path) => sites.get(path) ?? [],
    imbalances: (path) => drops.get(path) ?? [],
    verdictOn,
    paths: [...new Set([...sites.keys(), ...drops.keys()])].sort(comparePaths),
  };
}

function byPath<T>(all: readonly T[], pathOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) {
    const known = found.get(pathOf(one));
    if (known) known.push(one);
    else found.set(pathOf(one), [one]);
  }
  return found;
}
