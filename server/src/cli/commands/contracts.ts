import { EXIT } from '../io.js';
import type { Run } from '../types.js';
import { runOverTree } from './tree-run.js';

export const run: Run = async (io, tree, options) => {
  const name = options.function;
  await runOverTree(io, tree, options, 'contracts', (engine, common) =>
    engine.contracts({ ...common, ...(name === undefined ? {} : { function: name }) }),
  );
  return EXIT.clean;
};
