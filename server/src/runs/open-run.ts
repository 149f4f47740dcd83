import type { Tree } from '../project/tree.js';
import type { UnreadFiles } from '../project/unread.js';
import { NO_TEXTS } from '../search/held-text.js';
import type { ScanResult } from '../search/scanner.js';
import type { Searches } from '../search/tree-search.js';
import type { WorkQueue } from '../search/work-queue.js';
import type { RunRequest } from './run-request.js';

/** A run with its tree open. */
export interface OpenRun {
  readonly request: Pick<
    RunRequest,
    | 'targets'
    | 'kind'
    | 'rules'
    | 'names'
    | 'alsoNames'
    | 'stored'
    | 'among'
    | 'arch'
    | 'texts'
    | 'calls'
    | 'inference'
    | 'inventory'
    | 'onFile'
  > &
    Partial<Pick<RunRequest, 'cache' | 'jobs' | 'openText' | 'signal' | 'onProgress'>>;
  readonly tree: Tree;
  readonly searches: Searches;
  /** Paths of files that take part. */
  readonly queue: WorkQueue<string>;
  /** Puts the files of the run that hold one of the names into the queue. */
  readonly find: (names: readonly string[]) => Promise<ScanResult>;
  /** Such a search that is under way already. */
  readonly early: Promise<ScanResult> | undefined;
  readonly unread: UnreadFiles;
}

/** Threads beside this one. They read the files on disk, and share no texts. */
export function threadsOf({ jobs = 1, texts = NO_TEXTS, stored, among }: OpenRun['request']): number {
  return texts.size > 0 || stored || among ? 0 : jobs - 1;
}
