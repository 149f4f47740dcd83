import { resolve } from 'node:path';
import type { UnreadableFile } from '@pageref/shared';
import { OpenFiles } from '../project/open-files.js';
import type { TreeOptions } from '../project/options.js';
import { openResultCache } from '../project/result-cache.js';
import { openTree } from '../project/tree.js';
import type { Tree } from '../project/tree.js';
import { NO_TEXTS } from '../search/held-text.js';
import { openSearches } from '../search/tree-search.js';
import { slashed } from '../vfs/index.js';
import type { Contract } from '../flow/contract.js';
import type { Shape } from '@pageref/shared';
import type { Contracts } from './definitions.js';
import { Elsewhere } from './elsewhere.js';
import type { Answer, Asking } from './elsewhere.js';

/** What the kernel that a module is built for says of the functions that the module calls. */
export interface KernelKnowledge {
  contractsIn(path: string, callees: readonly string[]): Contracts;
  readonly unreadable: readonly UnreadableFile[];
  /** Keeps what was found out for the next run. Never throws. */
  remember(): Promise<void>;
}

export interface KernelSetup extends Pick<TreeOptions, 'cache' | 'among' | 'signal'> {
  readonly jobs: number;
  readonly shape: Shape<Answer>;
}

/**
 * Asks the kernel for the functions that the files of a module call, in one search of its tree; none is made where nothing is asked.
 * @param tree that of the module, and `kernel` the absolute path of the kernel
 */
export async function askKernel(
  tree: Tree,
  kernel: string,
  asking: readonly Asking[],
  { cache, among, signal, jobs, shape }: KernelSetup,
): Promise<KernelKnowledge> {
  const callees = asking.map(({ path, callees: some }): Asking => ({ path, callees: some, callers: [] }));
  if (callees.every((one) => one.callees.length === 0)) return NOTHING_ASKED;
  const { userModel } = tree;
  const opened = { ...(await openTree(kernel, tree.release)), userModel };
  const control = signal ? { signal } : {};
  const searches = openSearches({ root: kernel, jobs, ...control, ...(cache !== undefined && { cache }) });
  try {
    const files = new OpenFiles(opened, { shared: among?.files });
    const memory = openResultCache(opened, searches.stamps, {
      cache,
      kind: 'files',
      about: `beside ${resolve(tree.root)}`,
      shape,
    });
    const { search } = searches;
    const isLeftOut = (): boolean => false;
    const elsewhere = new Elsewhere({ tree: opened, files, texts: NO_TEXTS, search, memory, control, isLeftOut });
    await elsewhere.answer(callees, []);
    const way = slashed(tree.root, kernel);
    return {
      contractsIn: (path, some) => seenFrom(way, elsewhere.contractsIn(path, some)),
      get unreadable() {
        return elsewhere.unreadable.map((file) => ({ ...file, path: `${way}/${file.path}` }));
      },
      remember: async () => {
        await memory.remember();
        await searches.remember();
      },
    };
  } finally {
    searches.close();
  }
}

const NOTHING_ASKED: KernelKnowledge = {
  contractsIn: () => new Map(),
  unreadable: [],
  remember: () => Promise.resolve(),
};

/** The kernel's files are called by the way to them from the module. */
function seenFrom(way: string, contracts: Contracts): Contracts {
  const moved = ({ from, ...contract }: Contract): Contract => ({
    ...contract,
    from: typeof from === 'object' ? { ...from, path: `${way}/${from.path}` } : from,
  });
  return new Map([...contracts].map(([name, contract]) => [name, moved(contract)]));
}
