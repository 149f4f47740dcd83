import { EXIT, UsageError } from '../io.js';
import { openOutput } from '../output.js';
import { printReport } from '../print-report.js';
import { quoted } from '../readers.js';
import type { RunCommand } from '../types.js';
import { modelFiles } from './tree-run.js';

export const run: RunCommand = async (io, name, options) => {
  const output = await openOutput(io, options.output);
  const engine = await io.loadEngine();
  const { entries } = await engine.userModelOf(io.cwd, modelFiles(io, options));
  const found = engine.describeApi(name, options.kernel?.[0], entries);
  if (found.known) {
    await output.write(await printReport(io, 'api', found, options));
    return EXIT.clean;
  }
  throw new UsageError(
    `the model knows no ${quoted(name)}`,
    found.near.length > 0
      ? `Did you mean ${found.near.join(' or ')}?`
      : 'It holds names that acquire, release, test or convert page references; give one such as put_page.',
  );
};
