import { EXIT } from '../io.js';
import type { RunCommand } from '../types.js';
import { runOverTrees } from './tree-run.js';
import { exitCode } from './unread.js';

export const run: RunCommand = async (io, _first, options, paths) => {
  const name = options.function;
  const reports = await runOverTrees(io, paths, options, 'contracts', (engine, common) =>
    engine.contracts({ ...common, ...(name === undefined ? {} : { function: name }) }),
  );
  const unreadable = reports.flatMap(({ summary }) => summary.read.unreadable);
  return exitCode(io, unreadable, options, EXIT.clean);
};
