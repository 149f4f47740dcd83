import { UnreadFiles } from '../project/unread.js';
import type { Tree } from '../project/tree.js';
import type { ScanResult } from '../search/scanner.js';
import { NOTHING_FOUND, openSearches } from '../search/tree-search.js';
import { firstFailure, WorkQueue } from '../search/work-queue.js';
import type { RunRequest, RunResult } from './run-request.js';

/**
 * The one way from a tree to what is said of it. Audit, check, fix, compare, baseline and contracts are runs of it, and
 * reports made of what it gives; nothing else searches a tree, opens its files, infers and calls rules.
 *
 * Throws CannotRun where nothing can be done, and what `signal` is aborted with.
 */
export async function run(request: RunRequest): Promise<RunResult> {
  const { targets, texts, names, signal } = request;
  signal?.throwIfAborted();
  const unread = new UnreadFiles(targets.root, targets.named);
  unread.add(targets.unreadable);
  const searches = request.stored?.searches ?? openSearches({ ...request, ...targets, texts });
  try {
    const queue = new WorkQueue<string>();
    const find = (some: readonly string[]): Promise<ScanResult> => {
      if (some.length === 0) return Promise.resolve(NOTHING_FOUND);
      const onMatch = ({ path }: { readonly path: string }): void => queue.push(path);
      return searches.search({ names: some, onMatch, ...(targets.files && { files: targets.files }) });
    };
    // The workers load, and read where they can, while this thread loads the program and opens the tree.
    const early = names && !request.inference ? find(names) : undefined;
    const opening = Promise.all([openTreeOf(request), import('./judge-files.js')]);
    const [tree, { judgeFiles }] = await (early ? firstFailure(early, opening) : opening);
    const result = await judgeFiles({ request, tree, searches, queue, find, early, unread });
    await searches.remember();
    return result;
  } finally {
    searches.close();
  }
}

async function openTreeOf(request: RunRequest): Promise<Tree> {
  const { targets, release, models, defines, treeFiles, stored, among, openTree: open } = request;
  if (open) return await open();
  const [{ openTree }, { openParser }] = await Promise.all([
    import('../project/tree.js'),
    import('../project/open-parser.js'),
  ]);
  const parser = await among?.files.parser(openParser);
  const given = { models, defines, kernel: targets.kernel, ...(stored && { isStored: true as const }) };
  return openTree(targets.root, release, parser, stored?.files ?? treeFiles, given);
}
