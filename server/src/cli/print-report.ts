import { printerOf } from '../print/formats.js';
import type { ReportName, Reports } from '../print/formats.js';
import type { Io } from './io.js';
import { chooseColors } from './paint.js';
import type { Options } from './types.js';

/** A report in the format that was asked for; only that printer is loaded. */
export async function printReport<Name extends ReportName>(
  io: Io,
  name: Name,
  report: Reports[Name],
  { format, verbose = false, color, output, ...options }: Options,
): Promise<string | Uint8Array> {
  const print = await printerOf(name, format);
  const { all = false, quiet = false, statistics = false, rule } = options;
  const { columns } = io.stdout;
  return print(report, {
    verbose,
    paint: chooseColors(io, color, output),
    cwd: io.cwd,
    // Who names a rule wants to see what it says.
    shown: all || rule !== undefined ? 'all' : 'problems',
    summary: statistics || verbose ? 'full' : quiet ? 'none' : 'short',
    ...(columns !== undefined && (output ?? '-') === '-' && { width: columns }),
  });
}
