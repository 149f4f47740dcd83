import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { FileMatch } from '../../search/scanner.js';
import type { QueueHelper } from '../../search/work-queue.js';
import type { RoundResult } from '../inference.js';
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

const DEFAULT_WORKER = new URL('./infer-worker.js', import.meta.url);

interface WorkerSlot {
  readonly worker: Worker;
  /** Tasks that are not answered yet, in the order in which they are done. */
  readonly tasks: (readonly FileMatch[])[];
  /** Files it has the text of. */
  readonly paths: Set<string>;
}

/** Threads that analyse files beside this one; they are started when there is more to do than one thread soon has done. */
export class Analysers implements QueueHelper<FileMatch> {
  onResults: (results: readonly RoundResult[]) => void = () => undefined;
  onChange: () => void = () => undefined;
  readonly #setup: InferSetup;
  readonly #module: URL;
  readonly #hands: WorkerSlot[] = [];
  readonly #rounds: (readonly RoundResult[])[] = [];
  /** Threads that may still be started. */
  #left: number;
  /** Files of threads that have ended, to be done by somebody else; a second thread that ends on one of them is its fault. */
  readonly #returned: FileMatch[] = [];
  readonly #suspects = new Set<string>();

  /** @param module of the worker; another one only in tests */
  constructor(tree: Tree, threads: number, module = DEFAULT_WORKER) {
    this.#setup = { seed: seedOf(tree) };
    this.#module = module;
    this.#left = Math.max(0, Math.min(threads, MAX_THREADS));
  }

  deal(waiting: FileMatch[]): void {
    waiting.push(...this.#returned.splice(0));
    if (this.#left > 0 && waiting.length >= WORTH_STARTING * (this.#hands.length + 1)) this.#start();
    for (const slot of this.#hands) {
      while (slot.tasks.length < AHEAD && waiting.length > 0) this.#give(slot, takeFor(slot, waiting));
    }
  }

  isBusy(): boolean {
    return this.#returned.length > 0 || this.#hands.some(({ tasks }) => tasks.length > 0);
  }

  /** Tells the threads what all of them found in a round. */
  take(results: readonly RoundResult[]): void {
    this.#rounds.push(results);
    for (const { worker } of this.#hands) post(worker, { results });
  }

  close(): void {
    for (const { worker } of this.#hands.splice(0)) void worker.terminate();
  }

  #start(): void {
    this.#left--;
    const worker = new Worker(this.#module, { workerData: this.#setup, execArgv: [], env: SHARE_ENV });
    const slot: WorkerSlot = { worker, tasks: [], paths: new Set() };
    let reason = 'it ended';
    worker.on('message', ({ results }: InferAnswer) => {
      slot.tasks.shift();
      this.onResults(results);
      this.onChange();
    });
    worker.on('error', (error: unknown) => (reason = error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => this.#lose(slot, reason));
    for (const results of this.#rounds) post(worker, { results });
    this.#hands.push(slot);
  }

  /** A thread is gone. The task it was at is done by somebody else, and counts as failed when that one goes as well. */
  #lose(slot: WorkerSlot, reason: string): void {
    const at = this.#hands.indexOf(slot);
    if (at < 0) return;
    this.#hands.splice(at, 1);
    const [current = [], ...others] = slot.tasks;
    const failed: RoundResult[] = [];
    for (const match of current) {
      if (this.#suspects.has(match.path)) {
        failed.push({ path: match.path, why: `an analysis thread stopped on it: ${reason}` });
      } else this.#returned.push(match);
      this.#suspects.add(match.path);
    }
    this.#returned.push(...others.flat());
    this.onResults(failed);
    this.onChange();
  }

  #give(slot: WorkerSlot, matches: readonly FileMatch[]): void {
    slot.tasks.push(matches);
    for (const { path } of matches) slot.paths.add(path);
    post(slot.worker, { matches });
  }
}

function post(worker: Worker, task: InferTask): void {
  worker.postMessage(task);
}

/** Files whose text the thread has before others, as far as some are found among those that are taken next. */
function takeFor({ paths }: WorkerSlot, waiting: FileMatch[]): FileMatch[] {
  const taken: FileMatch[] = [];
  const last = Math.max(0, waiting.length - LOOKED_AT);
  for (let at = waiting.length - 1; at >= last && taken.length < BATCH; at--) {
    if (paths.has(waiting[at]?.path ?? '')) taken.push(...waiting.splice(at, 1));
  }
  if (taken.length < BATCH) taken.push(...waiting.splice(taken.length - BATCH));
  return taken;
}
