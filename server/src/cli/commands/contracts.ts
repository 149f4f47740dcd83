import type { ContractsReport } from '@pageref/shared';
import { EXIT, type Io } from '../io.js';
import { chooseColors } from '../paint.js';
import type { Options, Run } from '../table.js';
import { runOverTree } from './tree-run.js';

export const run: Run = async (io, tree, options) => {
  const name = options.function;
  await runOverTree(
    io,
    tree,
    options,
    (engine, common) => engine.contracts({ ...common, ...(name === undefined ? {} : { function: name }) }),
    (report) => print(io, report, options),
  );
  return EXIT.clean;
};

async function print(io: Io, report: ContractsReport, options: Options): Promise<string> {
  if (options.format === 'json') return (await import('../../print/contracts/json.js')).contractsJson(report);
  const { contractsText } = await import('../../print/contracts/text.js');
  return contractsText(report, {
    verbose: options.verbose ?? false,
    paint: chooseColors(io, options.color, options.output),
  });
}
