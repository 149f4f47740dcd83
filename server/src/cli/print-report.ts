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
  { format, verbose = false, color, output }: Options,
): Promise<string | Uint8Array> {
  const print = await printerOf(name, format);
  return print(report, { verbose, paint: chooseColors(io, color, output), cwd: io.cwd });
}
