import { explained } from '../../print/explain/explained.js';
import { EXIT } from '../io.js';
import { openOutput } from '../output.js';
import { printReport } from '../print-report.js';
import { readExplained } from '../readers.js';
import type { RunCommand } from '../types.js';

export const run: RunCommand = async (io, name, options) => {
  const report = explained(readExplained(name));
  const output = await openOutput(io, options.output);
  await output.write(await printReport(io, 'explain', report, options));
  return EXIT.clean;
};
