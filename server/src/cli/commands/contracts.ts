import { EXIT } from '../io.js';
import type { Run } from '../types.js';
import { runOverTree } from './tree-run.js';
import { exitCode } from './unread.js';

export const run: Run = async (io, _first, options, paths) => {
  const name = options.function;
  const report = await runOverTree(io, paths, options, 'contracts', (engine, common) =>
    engine.contracts({ ...common, ...(name === undefined ? {} : { function: name }) }),
  );
  return exitCode(io, report.summary.read.unreadable, options, EXIT.clean);
};
