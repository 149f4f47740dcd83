import type { ShownLook } from '../editor/workspace.js';
import type { Log } from './log.js';
import type { ProgressReporter, RunningWork } from './progress.js';

/** A look that takes no longer than this is not shown. Milliseconds. */
const SHOWN_AFTER_MS = 1000;

interface LookTools {
  readonly progress: ProgressReporter;
  readonly log: Log;
}

/** Shows a look at a whole tree that takes a while, with a button that ends it; the log has all of them with their time. */
export function showLook({ progress, log }: LookTools, root: string, stop: () => void): ShownLook {
  const began = Date.now();
  let work: RunningWork | undefined;
  let ended = false;
  const timer = setTimeout(() => {
    void progress.begin('Looking at the whole tree', undefined, stop).then((begun) => {
      if (ended) begun.end('');
      else work = begun;
    });
  }, SHOWN_AFTER_MS);
  return {
    report: ({ phase, done, total }) => {
      const counts = total > 0 ? `${done} of ${total} files` : '';
      work?.report(`${phase === 'scan' ? 'reading' : 'following functions'} ${counts}`, undefined);
    },
    end: (why) => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      work?.end(why === 'done' ? 'done' : why);
      log.info(`${root}: looked at the whole tree: ${why} after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    },
  };
}
