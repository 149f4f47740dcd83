import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * No signal has a handler while pageref works: the system ends the process at once, whatever it is busy with, and a shell tells
 * ctrl-C as exit code 130. A handler would have to wait for its turn, which a long step of the analysis does not give.
 * Only files that are being written are finished first.
 */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Writes files so that none is left half done: the first signal that comes meanwhile ends the process afterwards, the second at once. */
export async function unbroken<T>(write: () => T | Promise<T>): Promise<T> {
  let caught: NodeJS.Signals | undefined;
  const take = (signal: NodeJS.Signals): void => {
    if (caught !== undefined) end(signal);
    caught = signal;
  };
  const end = (signal: NodeJS.Signals): void => {
    for (const one of SIGNALS) process.removeListener(one, take);
    process.kill(process.pid, signal);
  };
  for (const one of SIGNALS) process.on(one, take);
  try {
    return await write();
  } finally {
    // A signal that came while the writing held this thread is told in the next turn; the first wait may end in this one.
    await nextTurn();
    await nextTurn();
    for (const one of SIGNALS) process.removeListener(one, take);
    if (caught !== undefined) end(caught);
  }
}
