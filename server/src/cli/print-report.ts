import { printerOf } from '../print/formats.js';
import type { ReportName, Reports } from '../print/formats.js';
import type { PrintOptions } from '../print/options.js';
import type { Io } from './io.js';
import { chooseLinks } from './links.js';
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
  const { all = false, quiet = false, statistics = false, cc = false, rule } = options;
  const { columns } = io.stdout;
  const links = chooseLinks(io, color, output);
  return print(report, {
    verbose,
    paint: chooseColors(io, color, output),
    cwd: io.cwd,
    ...shownOf(all || rule !== undefined, cc),
    summary: statistics || verbose ? 'full' : quiet ? 'none' : 'short',
    ...(links && { links }),
    ...(columns !== undefined && (output ?? '-') === '-' && { width: columns }),
  });
}

/** Who names a rule wants to see what it says, and a build is told of problems alone; else the format knows best. */
function shownOf(isAllWanted: boolean, isBuild: boolean): Pick<PrintOptions, 'shown'> {
  if (isAllWanted) return { shown: 'all' };
  return isBuild ? { shown: 'problems' } : {};
}
