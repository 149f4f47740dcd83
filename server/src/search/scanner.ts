import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { UnreadableFile } from '@pageref/shared';
import { comparePaths } from '../vfs/path.js';
import { aborted } from './abort.js';
import { CURRENT_BYTES, FILES_PER_UNIT } from './scan-protocol.js';
import type { Batch, BatchResult, FileStamp, FileBatch, WorkerSetup } from './scan-protocol.js';
import { UnitQueue } from './unit-queue.js';

/** A file and the names it holds, in the order the names were asked for. */
export interface FileMatch {
  readonly path: string;
  readonly names: readonly string[];
}

export interface ScanResult {
  /** Sorted by path. */
  readonly matches: readonly FileMatch[];
  /** Files and folders that could not be read, sorted by path. */
  readonly unreadable: readonly UnreadableFile[];
  readonly filesRead: number;
  readonly bytesRead: number;
}

/** All C files of a tree by path, each with its stamp, and folders that could not be read; in no particular order. */
export interface TreeStamps {
  readonly files: ReadonlyMap<string, string>;
  readonly unreadable: readonly UnreadableFile[];
}

export interface ScanRequest {
  /** C identifiers to look for. */
  readonly names: readonly string[];
  /** Paths relative to the root. Without them the whole tree is walked and scanned in one go, as `walkTree` would list it. */
  readonly files?: readonly string[];
  /** Called with each match as it arrives, in no particular order, so that the caller can parse meanwhile. */
  readonly onMatch?: ((match: FileMatch) => void) | undefined;
  /** Files read so far, and known so far where the tree is still being walked. */
  readonly onProgress?: ((progress: ScanProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ScanProgress {
  readonly phase: 'scan';
  readonly done: number;
  readonly total: number;
  readonly unit: 'files';
}

export interface ScannerOptions {
  /** Absolute path of the tree's root. */
  readonly root: string;
  /** Worker threads, 1 or more. */
  readonly jobs: number;
  /** Module of the worker; another one only in tests. */
  readonly worker?: URL;
}

/** One scan with its own workers; see `Scanner.scan`. */
export async function scanTree(request: ScanRequest & ScannerOptions): Promise<ScanResult> {
  const scanner = new Scanner(request);
  try {
    return await scanner.scan(request);
  } finally {
    scanner.close();
  }
}

/** Batches a worker is given ahead, so that it never waits for the answer to the last one. */
const AHEAD = 2;
const MAX_UNITS = 32;
const DEFAULT_WORKER = new URL('./scan-worker.js', import.meta.url);

interface DealtFiles {
  readonly worker: Worker;
  readonly current: SharedArrayBuffer;
  readonly batches: Map<number, Batch>;
  /** The run whose names the worker has. */
  names: readonly string[] | undefined;
}

interface ScanRun {
  readonly request: ScanRequest & { readonly stampBefore?: number };
  readonly stamps: FileStamp[];
  readonly queue: UnitQueue;
  readonly skip: string[];
  readonly matches: FileMatch[];
  readonly unreadable: UnreadableFile[];
  filesRead: number;
  bytesRead: number;
  readonly fail: (error: Error) => void;
  readonly finish: () => void;
}

/**
 * Worker threads that search a tree for names. They stay between scans, because a second round (names of wrappers found in
 * the first) would pay their start again. One scan at a time. Reading happens in the workers only: the calling thread stays
 * free to parse and to handle a signal.
 */
export class Scanner {
  readonly #root: string;
  readonly #jobs: number;
  readonly #module: URL;
  readonly #hands: DealtFiles[] = [];
  #run: ScanRun | undefined;
  #nextId = 1;
  #closed = false;

  /** Starts the workers at once, so that they load while the caller prepares the names. */
  constructor({ root, jobs, worker }: ScannerOptions) {
    this.#root = resolve(root).replace(/\/?$/, '/');
    this.#jobs = Math.max(1, Math.min(Math.floor(jobs) || 1, Math.max(16, availableParallelism())));
    this.#module = worker ?? DEFAULT_WORKER;
    for (let index = 0; index < this.#jobs; index++) this.#start();
  }

  /**
   * Finds the files that hold any of `names` as a whole identifier. The result does not depend on the number of workers.
   * An unreadable file is noted and the rest goes on. Rejects with an AbortError when the signal fires (the scanner is then
   * closed), and with an ordinary Error when a worker dies a second time.
   */
  async scan(request: ScanRequest): Promise<ScanResult> {
    return resultOf(await this.#enter(request));
  }

  /** The stamps of all C files of the tree, or of some of its files, see `stampOf`. Rejects as `scan` does. */
  async stamps(before: number, files?: readonly string[]): Promise<TreeStamps> {
    const run = await this.#enter({ names: [], stampBefore: before, ...(files && { files }) });
    return { files: new Map(run.stamps), unreadable: run.unreadable };
  }

  async #enter(request: ScanRun['request']): Promise<ScanRun> {
    if (this.#closed) throw new Error('the scanner is closed');
    if (this.#run) throw new Error('a scan is running');
    if (request.signal?.aborted) {
      this.close();
      throw aborted();
    }
    return await this.#begin(request);
  }

  /** Stops the workers; a running scan is rejected as stopped. */
  close(): void {
    this.#closed = true;
    for (const hand of this.#hands.splice(0)) void hand.worker.terminate();
    this.#run?.fail(aborted());
  }

  #end(run: ScanRun, error: Error): void {
    run.fail(error);
    this.close();
  }

  #begin(request: ScanRun['request']): Promise<ScanRun> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => this.close();
      const end = (): void => {
        request.signal?.removeEventListener('abort', onAbort);
        this.#run = undefined;
        for (const { worker } of this.#hands) worker.unref();
      };
      const run: ScanRun = {
        request,
        stamps: [],
        queue: new UnitQueue(),
        skip: [],
        matches: [],
        unreadable: [],
        filesRead: 0,
        bytesRead: 0,
        fail: (error) => {
          end();
          reject(error);
        },
        finish: () => {
          end();
          resolve(run);
        },
      };
      run.queue.add(firstUnits(request.files));
      this.#run = run;
      request.signal?.addEventListener('abort', onAbort, { once: true });
      while (this.#hands.length < this.#jobs) this.#start();
      for (const { worker } of this.#hands) worker.ref();
      this.#deal(run);
      this.#finishIfDone(run);
    });
  }

  #start(): void {
    const current = new SharedArrayBuffer(CURRENT_BYTES);
    const setup: WorkerSetup = { root: this.#root, current };
    const worker = new Worker(this.#module, {
      workerData: setup,
      execArgv: [],
      env: SHARE_ENV,
      trackUnmanagedFds: false,
    });
    const hand: DealtFiles = { worker, current, batches: new Map(), names: undefined };
    let reason = 'it ended';
    worker.on('message', (result: BatchResult) => this.#take(hand, result));
    worker.on('error', (error: unknown) => (reason = error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => this.#lose(hand, reason));
    // Idle workers must not keep the process alive; a running scan holds them.
    if (!this.#run) worker.unref();
    this.#hands.push(hand);
  }

  #deal(run: ScanRun): void {
    for (let depth = 0; depth < AHEAD; depth++) {
      for (const hand of this.#hands) if (hand.batches.size <= depth) this.#give(hand, run);
    }
  }

  #give(hand: DealtFiles, run: ScanRun): void {
    if (run.queue.length === 0) return;
    const share = Math.ceil(run.queue.length / (AHEAD * this.#jobs));
    const units = run.queue.take(Math.min(MAX_UNITS, share));
    const { names, stampBefore } = run.request;
    const batch: Batch = {
      id: this.#nextId++,
      units,
      skip: run.skip,
      ...(hand.names === names ? {} : { names }),
      ...(stampBefore !== undefined && { stampBefore }),
    };
    hand.names = names;
    hand.batches.set(batch.id, batch);
    hand.worker.postMessage(batch);
  }

  #take(hand: DealtFiles, result: BatchResult): void {
    const run = this.#run;
    if (!run || !hand.batches.delete(result.id)) return;
    run.queue.add(result.rest);
    run.unreadable.push(...result.unreadable);
    run.stamps.push(...result.stamps);
    run.filesRead += result.filesRead;
    run.bytesRead += result.bytesRead;
    // The next batch goes out before the caller's own work on these matches.
    this.#deal(run);
    try {
      for (const match of result.matches) this.#report(run, match);
      run.request.onProgress?.({ phase: 'scan', done: run.filesRead, total: totalOf(run), unit: 'files' });
    } catch (error) {
      this.#end(run, error instanceof Error ? error : new Error(String(error)));
    }
    this.#finishIfDone(run);
  }

  #finishIfDone(run: ScanRun): void {
    if (this.#hands.every(({ batches }) => batches.size === 0)) run.finish();
  }

  #report(run: ScanRun, { path, names }: BatchResult['matches'][number]): void {
    const match = { path, names: names.toSorted((a, b) => a - b).map((index) => run.request.names[index] ?? '') };
    run.matches.push(match);
    run.request.onMatch?.(match);
  }

  /** A worker is gone. Its batches are dealt again without the file it died on; a second death ends the run. */
  #lose(hand: DealtFiles, reason: string): void {
    const at = this.#hands.indexOf(hand);
    if (at < 0) return;
    this.#hands.splice(at, 1);
    const run = this.#run;
    if (!run) return;
    const path = currentPath(hand.current);
    if (run.skip.length > 0 || path === '') {
      this.#end(run, new Error(`a scan worker stopped${path === '' ? '' : ` while reading ${path}`}: ${reason}`));
      return;
    }
    run.skip.push(path);
    run.unreadable.push({ path, why: `a scan worker stopped while reading it: ${reason}` });
    for (const { units } of hand.batches.values()) run.queue.add(units);
    this.#start();
    this.#deal(run);
  }
}

function firstUnits(files: readonly string[] | undefined): FileBatch[] {
  if (!files) return [{ folder: '' }];
  const units: FileBatch[] = [];
  for (let at = 0; at < files.length; at += FILES_PER_UNIT) {
    units.push({ folder: '', files: files.slice(at, at + FILES_PER_UNIT) });
  }
  return units;
}

function totalOf({ request, filesRead, unreadable, queue }: ScanRun): number {
  if (request.files) return request.files.length;
  return filesRead + unreadable.length + queue.files;
}

function resultOf({ matches, unreadable, filesRead, bytesRead }: ScanRun): ScanResult {
  const byPath = (a: { path: string }, b: { path: string }): number => comparePaths(a.path, b.path);
  return { matches: matches.sort(byPath), unreadable: unreadable.sort(byPath), filesRead, bytesRead };
}

function currentPath(shared: SharedArrayBuffer): string {
  const length = new Int32Array(shared, 0, 1)[0] ?? 0;
  return Buffer.from(shared, 4, length).toString('utf8');
}
