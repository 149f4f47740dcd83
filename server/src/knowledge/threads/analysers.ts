import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { FileMatch } from '../../search/scanner.js';
import type { Aside } from '../../search/work-queue.js';
import type { FileResult } from '../inference.js';
import type { InferAnswer, InferSetup, InferTask } from './infer-protocol.js';
import { seedOf } from '../../project/tree.js';
import type { Tree } from '../../project/tree.js';

/** More threads than this would load the program longer than they analyse. */
const MAX_THREADS = 3;
/** Files that must be waiting for a thread to be started. */
const WORTH_STARTING = 6;
/** Files a thread is given at a time, and how many times ahead. */
const BATCH = 2;
const AHEAD = 2;
/** Waiting files that are looked through for one whose text a thread has. */
const LOOKED_AT = 256;

interface Hand {
  readonly worker: Worker;
  /** Tasks that are not answered yet. */
  open: number;
  /** Files it has the text of. */
  readonly paths: Set<string>;
}

/** Threads that analyse files beside this one; they are started when there is more to do than one thread soon has done. */
export class Analysers implements Aside<FileMatch> {
  onResults: (results: readonly FileResult[]) => void = () => undefined;
  readonly #setup: InferSetup;
  readonly #threads: number;
  readonly #hands: Hand[] = [];
  readonly #rounds: (readonly FileResult[])[] = [];
  #failure: Error | undefined;

  constructor(tree: Tree, { judging, threads }: { readonly judging: boolean; readonly threads: number }) {
    this.#setup = { seed: seedOf(tree), judging };
    this.#threads = Math.max(0, Math.min(threads, MAX_THREADS));
  }

  /** Takes what the threads have time for; throws when one of them has stopped. */
  deal(waiting: FileMatch[]): void {
    if (this.#failure) throw this.#failure;
    if (this.#hands.length < this.#threads && waiting.length >= WORTH_STARTING * (this.#hands.length + 1))
      this.#start();
    for (const hand of this.#hands) {
      while (hand.open < AHEAD && waiting.length > 0) this.#give(hand, takeFor(hand, waiting));
    }
  }

  isBusy(): boolean {
    return this.#hands.some(({ open }) => open > 0);
  }

  /** Tells the threads what all of them found in a round. */
  take(results: readonly FileResult[]): void {
    this.#rounds.push(results);
    for (const { worker } of this.#hands) post(worker, { results });
  }

  close(): void {
    for (const { worker } of this.#hands.splice(0)) void worker.terminate();
  }

  #start(): void {
    const worker = new Worker(new URL('./infer-worker.js', import.meta.url), {
      workerData: this.#setup,
      execArgv: [],
      env: SHARE_ENV,
    });
    const hand: Hand = { worker, open: 0, paths: new Set() };
    worker.on('message', ({ results }: InferAnswer) => {
      hand.open--;
      this.onResults(results);
    });
    worker.on('error', (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#failure ??= new Error(`an analysis thread stopped: ${why}`);
    });
    for (const results of this.#rounds) post(worker, { results });
    this.#hands.push(hand);
  }

  #give(hand: Hand, matches: readonly FileMatch[]): void {
    hand.open++;
    for (const { path } of matches) hand.paths.add(path);
    post(hand.worker, { matches });
  }
}

function post(worker: Worker, task: InferTask): void {
  worker.postMessage(task);
}

/** Files whose text the thread has before others, as far as some are found among those that are taken next. */
function takeFor({ paths }: Hand, waiting: FileMatch[]): FileMatch[] {
  const taken: FileMatch[] = [];
  const last = Math.max(0, waiting.length - LOOKED_AT);
  for (let at = waiting.length - 1; at >= last && taken.length < BATCH; at--) {
    if (paths.has(waiting[at]?.path ?? '')) taken.push(...waiting.splice(at, 1));
  }
  if (taken.length < BATCH) taken.push(...waiting.splice(taken.length - BATCH));
  return taken;
}
