import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { QueueHelper } from './work-queue.js';

/** Threads that work off the files of a queue beside the one that has it. */

/** What a thread is sent: files to work off, or something that all threads have to know before the next ones. */
export type PoolTask<Item, Note> = { readonly items: readonly Item[] } | { readonly note: Note };

/** One answer for each task with files, in their order. */
export interface PoolAnswer<Result> {
  readonly results: readonly Result[];
}

export interface PoolSetup<Item, Result> {
  /** The module of the thread, and what it is told at its start: plain data. */
  readonly module: URL;
  readonly workerData: unknown;
  /** How many may be started. */
  readonly threads: number;
  /** Files that must be waiting for one to be started. */
  readonly worthStarting: number;
  /** What becomes of a file on which two threads have ended. */
  readonly failed: (item: Item, why: string) => Result;
}

/** Files a thread is given at a time, and how many times ahead. */
const BATCH = 2;
const AHEAD = 2;
/** Waiting files that are looked through for one whose text a thread has. */
const LOOKED_AT = 256;

/** V8's young generation in a thread, in MB: a third of the usual one costs no CPU that could be measured. */
const YOUNG = 16;

interface WorkerSlot<Item> {
  readonly worker: Worker;
  /** Tasks that are not answered yet, in the order in which they are done. */
  readonly tasks: (readonly Item[])[];
  /** Files it has the text of. */
  readonly paths: Set<string>;
}

/** Threads are started when there is more to do than one thread soon has done. */
export class ThreadPool<Item extends { readonly path: string }, Result, Note = never> implements QueueHelper<Item> {
  onResults: (results: readonly Result[]) => void = () => undefined;
  onChange: () => void = () => undefined;
  done = 0;
  readonly #setup: PoolSetup<Item, Result>;
  readonly #hands: WorkerSlot<Item>[] = [];
  readonly #notes: Note[] = [];
  /** Threads that may still be started. */
  #left: number;
  /** Files of threads that have ended, to be done by somebody else; a second thread that ends on one of them is its fault. */
  readonly #returned: Item[] = [];
  readonly #suspects = new Set<string>();

  constructor(setup: PoolSetup<Item, Result>) {
    this.#setup = setup;
    this.#left = Math.max(0, setup.threads);
  }

  get underWay(): number {
    return this.#hands.reduce((sum, { tasks }) => sum + tasks.flat().length, this.#returned.length);
  }

  deal(waiting: Item[]): void {
    waiting.push(...this.#returned.splice(0));
    if (this.#left > 0 && waiting.length >= this.#setup.worthStarting * (this.#hands.length + 1)) this.#start();
    for (const slot of this.#hands) {
      while (slot.tasks.length < AHEAD && waiting.length > 0) this.#give(slot, takeFor(slot, waiting));
    }
  }

  /** Tells the threads something that holds for all files from now on. */
  tell(note: Note): void {
    this.#notes.push(note);
    for (const { worker } of this.#hands) post<Item, Note>(worker, { note });
  }

  close(): void {
    for (const { worker } of this.#hands.splice(0)) void worker.terminate();
  }

  #start(): void {
    this.#left--;
    const { module, workerData } = this.#setup;
    const worker = new Worker(module, {
      workerData,
      execArgv: [],
      env: SHARE_ENV,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG },
    });
    const slot: WorkerSlot<Item> = { worker, tasks: [], paths: new Set() };
    let reason = 'it ended';
    worker.on('message', ({ results }: PoolAnswer<Result>) => {
      this.done += slot.tasks.shift()?.length ?? 0;
      this.onResults(results);
      this.onChange();
    });
    worker.on('error', (error: unknown) => (reason = error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => this.#lose(slot, reason));
    for (const note of this.#notes) post<Item, Note>(worker, { note });
    this.#hands.push(slot);
  }

  /** A thread is gone. The task it was at is done by somebody else, and counts as failed when that one goes as well. */
  #lose(slot: WorkerSlot<Item>, reason: string): void {
    const at = this.#hands.indexOf(slot);
    if (at < 0) return;
    this.#hands.splice(at, 1);
    const [current = [], ...others] = slot.tasks;
    const failed: Result[] = [];
    for (const item of current) {
      if (this.#suspects.has(item.path)) {
        failed.push(this.#setup.failed(item, `an analysis thread stopped on it: ${reason}`));
      } else this.#returned.push(item);
      this.#suspects.add(item.path);
    }
    this.#returned.push(...others.flat());
    this.onResults(failed);
    this.onChange();
  }

  #give(slot: WorkerSlot<Item>, items: readonly Item[]): void {
    slot.tasks.push(items);
    for (const { path } of items) slot.paths.add(path);
    post<Item, Note>(slot.worker, { items });
  }
}

function post<Item, Note>(worker: Worker, task: PoolTask<Item, Note>): void {
  worker.postMessage(task);
}

/** Files whose text the thread has before others, as far as some are found among those that are taken next. */
function takeFor<Item extends { readonly path: string }>({ paths }: WorkerSlot<Item>, waiting: Item[]): Item[] {
  const taken: Item[] = [];
  const last = Math.max(0, waiting.length - LOOKED_AT);
  for (let at = waiting.length - 1; at >= last && taken.length < BATCH; at--) {
    if (paths.has(waiting[at]?.path ?? '')) taken.push(...waiting.splice(at, 1));
  }
  if (taken.length < BATCH) taken.push(...waiting.splice(taken.length - BATCH));
  return taken;
}
