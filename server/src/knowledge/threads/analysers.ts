import type { FileMatch } from '../../search/scanner.js';
import { ThreadPool } from '../../search/thread-pool.js';
import type { RoundResult } from '../inference.js';
import type { InferSetup } from './infer-protocol.js';
import { seedOf } from '../../project/tree.js';
import type { Tree } from '../../project/tree.js';

/** More threads than this would load the program longer than they analyse. */
const MAX_THREADS = 3;
/** Files that must be waiting for a thread to be started. */
const WORTH_STARTING = 6;

const DEFAULT_WORKER = new URL('./infer-worker.js', import.meta.url);

/** Threads that analyse files of a round; they are told what all of them found in the rounds before. */
export type Analysers = ThreadPool<FileMatch, RoundResult, readonly RoundResult[]>;

/** @param module of the worker; another one only in tests */
export function analysersOf(tree: Tree, threads: number, module = DEFAULT_WORKER): Analysers {
  const workerData: InferSetup = { seed: seedOf(tree) };
  return new ThreadPool<FileMatch, RoundResult, readonly RoundResult[]>({
    module,
    workerData,
    threads: Math.min(threads, MAX_THREADS),
    worthStarting: WORTH_STARTING,
    failed: ({ path }, why) => ({ path, why }),
  });
}
