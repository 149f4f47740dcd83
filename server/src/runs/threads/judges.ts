import { seedOf } from '../../project/tree.js';
import type { Tree } from '../../project/tree.js';
import type { RunMemory } from '../../project/result-cache.js';
import { ThreadPool } from '../../search/thread-pool.js';
import type { KeptOfFile } from '../file-world.js';
import type { JudgedFile, JudgeItem, JudgeNote, JudgeSetup } from './judge-protocol.js';

/** Each thread has the program and a tree's model to itself, some 90 MB: with more the memory is gone before the time is. */
const MAX_THREADS = 3;
/** Files that must be waiting for a thread to be started: it loads as long as this thread judges so many. */
const WORTH_STARTING = 40;

/** How much text stays open in the run and in each thread, in UTF-16 units: together little more than in a run without threads. */
export const TEXT_BESIDE_THREADS = 1_000_000;
export const TEXT_OF_THREAD = 500_000;

const WORKER = new URL('./judge-worker.js', import.meta.url);

/** Threads that judge files of a run beside the one that has it. */
export type Judges = ThreadPool<JudgeItem, JudgedFile>;

/** @param module of the worker; another one only in tests */
export function judgesOf(
  tree: Tree,
  setup: Omit<JudgeSetup, 'seed'>,
  threads: number,
  { module = WORKER, worthStarting = WORTH_STARTING }: { readonly module?: URL; readonly worthStarting?: number } = {},
): Judges {
  const workerData: JudgeSetup = { seed: seedOf(tree), ...setup };
  return new ThreadPool<JudgeItem, JudgedFile>({
    module,
    workerData,
    threads: Math.min(threads, MAX_THREADS),
    worthStarting,
    failed: ({ path }, why) => ({ path, why }),
  });
}

/** A memory that also holds what threads have found out in this run. */
export interface SharedMemory<Kept extends KeptOfFile> extends RunMemory<Kept> {
  readonly take: (path: string, notes: readonly JudgeNote[]) => void;
}

export function sharedMemory<Kept extends KeptOfFile>(memory: RunMemory<Kept>): SharedMemory<Kept> {
  const handed = new Map<string, Kept>();
  const idOf = (path: string, key: string): string => `${path}\n${key}`;
  return {
    isOn: memory.isOn,
    find: (path, key = '') => handed.get(idOf(path, key)) ?? memory.find(path, key),
    note: (...what) => memory.note(...what),
    remember: () => memory.remember(),
    take: (path, notes) => {
      for (const { result, key, restsOnFarCode } of notes) {
        handed.set(idOf(path, key), result as Kept);
        memory.note(path, result as Kept, key, restsOnFarCode);
      }
    },
  };
}
