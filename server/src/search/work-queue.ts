import type { RunControl } from './run-control.js';
import type { ScanResult } from './scanner.js';

/** The second promise's value; a failure of either ends the wait, and none is left unhandled. */
export async function firstFailure<T>(scanning: Promise<unknown>, opening: Promise<T>): Promise<T> {
  const failed = new Promise<never>((_resolve, reject) => {
    scanning.catch(reject);
  });
  failed.catch(() => undefined);
  return Promise.race([opening, failed]);
}

/** Others who work off the same files. */
export interface QueueHelper<File> {
  /** Takes those of the waiting files that it has time for, and puts back those that it could not do. */
  deal(waiting: File[]): void;
  /** Files that it has done, and those that it has taken and not done or put back. */
  readonly done: number;
  readonly underWay: number;
  /** Called when it has something to take or to put back, or is done. */
  onChange: () => void;
}

/** Work on the files of a tree while the workers still look for them. */
export class WorkQueue<File> {
  readonly #files: File[] = [];
  #wake: () => void = () => undefined;

  readonly push = (file: File): void => {
    this.#files.push(file);
    this.#wake();
  };

  /** Sorts the files as they come, until the scan that finds them has ended. */
  async pour(scanning: Promise<ScanResult>, sort: (file: File) => void): Promise<ScanResult> {
    const scan = watched(scanning);
    for (;;) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      for (const file of this.#files.splice(0)) sort(file);
      if (scan.result) return scan.result;
      await Promise.race([scan.ended, woken]);
    }
  }

  /**
   * Works off the files until the scan that finds them has ended. Files do not depend on one another, so the order they
   * arrive in does not show in the result; between two files the event loop gets its turn, for messages of the workers and
   * ctrl-C.
   */
  async drain(
    scanning: Promise<ScanResult>,
    work: (file: File) => void,
    control: RunControl,
    helper?: QueueHelper<File>,
  ): Promise<ScanResult> {
    const scan = watched(scanning);
    if (helper) helper.onChange = () => this.#wake();
    const helped = helper?.done ?? 0;
    for (let done = 0; ;) {
      control.signal?.throwIfAborted();
      // What happens from here on wakes: nothing is missed between the look and the wait.
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      helper?.deal(this.#files);
      // Taking from the end costs the same however many are waiting.
      const file = this.#files.pop();
      if (file !== undefined) {
        work(file);
        done++;
        if (scan.result) {
          const all = done + (helper?.done ?? 0) - helped;
          const total = all + (helper?.underWay ?? 0) + this.#files.length;
          control.onProgress?.({ phase: 'analyse', done: all, total, unit: 'files' });
        }
        await new Promise((resolve) => setImmediate(resolve));
      } else if (scan.result && !helper?.underWay) {
        return scan.result;
      } else {
        await (scan.result ? woken : Promise.race([scan.ended, woken]));
      }
    }
  }
}

/** A scan whose result is there for who looks. */
interface Watched {
  readonly ended: Promise<void>;
  readonly result: ScanResult | undefined;
}

function watched(scanning: Promise<ScanResult>): Watched {
  const known: { result: ScanResult | undefined } = { result: undefined };
  const ended = scanning.then((scan) => {
    known.result = scan;
  });
  // Where the work ends it all, nobody waits for the scan any more.
  ended.catch(() => undefined);
  return Object.assign(known, { ended });
}
