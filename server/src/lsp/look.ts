import type { LookedAt, ShownLook } from '../editor/workspace.js';
import type { Log } from './log.js';
import type { ProgressReporter, RunningWork } from './progress.js';

/** A look that takes no longer than this is not shown. Milliseconds. */
const SHOWN_AFTER_MS = 1000;

interface LookTools {
  readonly progress: ProgressReporter;
  readonly log: Log;
}

/** What a person is told that a look is, and what it was. */
const TITLES: Readonly<Record<LookedAt, readonly [title: string, done: string]>> = {
  tree: ['Looking at the whole tree', 'looked at the whole tree'],
  headers: ['Looking for macros of headers', 'looked for macros of headers'],
};

/** Shows a look at a tree that takes a while, with a button that ends it; the log has all of them with their time. */
export function showLook({ progress, log }: LookTools, root: string, stop: () => void, what: LookedAt): ShownLook {
  const [title, done] = TITLES[what];
  const began = Date.now();
  let work: RunningWork | undefined;
  let ended = false;
  const timer = setTimeout(() => {
    void progress.begin(title, undefined, stop).then((begun) => {
      if (ended) begun.end('');
      else work = begun;
    });
  }, SHOWN_AFTER_MS);
  return {
    report: ({ phase, done: seen, total }) => {
      const counts = total > 0 ? `${seen} of ${total} files` : '';
      work?.report(`${phase === 'scan' ? 'reading' : 'following functions'} ${counts}`, undefined);
    },
    end: (why) => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      work?.end(why === 'done' ? 'done' : why);
      log.info(`${root}: ${done}: ${why} after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    },
  };
}
