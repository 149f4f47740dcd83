import { EXIT } from '../io.js';
import type { Run } from '../types.js';
import { runOverTree } from './tree-run.js';
import { exitCode } from './unread.js';

export const run: Run = async (io, tree, options) => {
  const name = options.function;
  const report = await runOverTree(io, tree, options, 'contracts', (engine, common) =>
    engine.contracts({ ...common, ...(name === undefined ? {} : { function: name }) }),
  );
  return exitCode(io, report.summary.read.unreadable, options, EXIT.clean);
};
