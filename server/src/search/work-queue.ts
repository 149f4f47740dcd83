import type { ScanResult } from './scanner.js';
import type { RunControl } from './run-control.js';

/** Work on the files of a tree while the workers still look for them. */

/** The second promise's value; a failure of either ends the wait, and none is left unhandled. */
export async function firstFailure<T>(scanning: Promise<unknown>, opening: Promise<T>): Promise<T> {
  const failed = new Promise<never>((_resolve, reject) => {
    scanning.catch(reject);
  });
  failed.catch(() => undefined);
  return Promise.race([opening, failed]);
}

/** Others who work off the same files. */
export interface Aside<File> {
  /** Takes those of the waiting files that it has time for. Throws when it can go on no more. */
  deal(waiting: File[]): void;
  isBusy(): boolean;
}

/**
 * Works off the files the scan finds until it ends. Files do not depend on one another, so the order they arrive in
 * does not show in the result; between two files the event loop gets its turn, for messages of the workers and ctrl-C.
 */
export async function drain<File>(
  found: File[],
  scanning: Promise<ScanResult>,
  work: (file: File) => void,
  options: RunControl,
  aside?: Aside<File>,
): Promise<ScanResult> {
  let result: ScanResult | undefined;
  const ended = scanning.then((scan) => {
    result = scan;
  });
  // Where the work ends it all, nobody waits for the scan any more.
  ended.catch(() => undefined);
  for (let done = 0; ;) {
    options.signal?.throwIfAborted();
    aside?.deal(found);
    // Taking from the end costs the same however many are waiting.
    const file = found.pop();
    if (file !== undefined) {
      work(file);
      done++;
      if (result) options.onProgress?.({ phase: 'analyse', done, total: done + found.length, unit: 'files' });
      await new Promise((resolve) => setImmediate(resolve));
    } else if (result && !aside?.isBusy()) {
      return result;
    } else {
      const pause = new Promise((resolve) => setTimeout(resolve, 5));
      await (result ? pause : Promise.race([ended, pause]));
    }
  }
}
