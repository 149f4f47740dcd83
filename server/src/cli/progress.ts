import type { Progress } from '../project/options.js';
import type { Io } from './io.js';
import type { Options } from './types.js';

const ERASE_LINE = '\r\u001b[K';
const PHASES: Readonly<Record<Progress['phase'], string>> = {
  scan: 'reading files',
  analyse: 'analysing functions',
};

/** One line on standard error that is drawn over itself; nothing at all when that is not a terminal. */
export interface ProgressLine {
  readonly update: (progress: Progress) => void;
  /** Takes the line away; call it before anything else is printed. */
  readonly clear: () => void;
}

export function progressLine(io: Io, { quiet = false }: Options = {}): ProgressLine {
  if (quiet || !io.stderr.isTTY || io.env['TERM'] === 'dumb')
    return { update: () => undefined, clear: () => undefined };
  let shown = '';
  return {
    update: (progress) => {
      const text = lineOf(progress);
      if (text === shown) return;
      shown = text;
      io.stderr.write(`${ERASE_LINE}${text}`);
    },
    clear: () => {
      if (shown !== '') io.stderr.write(ERASE_LINE);
      shown = '';
    },
  };
}

/** Whole percents keep the number of redraws small; while the total is not known the count moves in hundreds. */
function lineOf({ phase, done, total, unit }: Progress): string {
  const amount =
    total > 0 ? `${Math.floor((100 * done) / total)} % of ${total} ${unit}` : `${done - (done % 100)} ${unit}`;
  return `pageref: ${PHASES[phase]}: ${amount}`;
}
