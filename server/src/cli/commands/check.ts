import { FINDING_SEVERITIES } from '@pageref/shared';
import type { CheckReport } from '@pageref/shared';
import { EXIT } from '../io.js';
import type { Io } from '../io.js';
import { chooseColors } from '../paint.js';
import { absolute } from '../readers.js';
import type { Options, Run } from '../table.js';
import { runOverTree } from './tree-run.js';

export const run: Run = async (io, tree, options, paths) => {
  const report = await runOverTree(
    io,
    tree,
    options,
    (engine, { root: _root, ...common }) =>
      engine.check({
        ...common,
        paths: paths.map((path) => absolute(io.cwd, path)),
        ...(options.rule && { rules: options.rule }),
      }),
    (done) => print(io, done, options),
  );
  return fails(report, options) ? EXIT.findings : EXIT.clean;
};

function fails({ summary: { bySeverity } }: CheckReport, { failOn = 'warning' }: Options): boolean {
  if (failOn === 'none') return false;
  return FINDING_SEVERITIES.slice(0, FINDING_SEVERITIES.indexOf(failOn) + 1).some((level) => bySeverity[level] > 0);
}

/** Only the chosen printer is loaded. */
async function print(io: Io, report: CheckReport, options: Options): Promise<string> {
  switch (options.format) {
    case 'json':
      return (await import('../../print/check-json.js')).checkJson(report);
    case 'sarif':
      return (await import('../../print/check-sarif.js')).checkSarif(report);
    case 'gcc':
      return (await import('../../print/check-gcc.js')).checkGcc(report, {
        cwd: io.cwd,
        verbose: options.verbose ?? false,
      });
    default: {
      const { checkText } = await import('../../print/check-text.js');
      return checkText(report, {
        verbose: options.verbose ?? false,
        paint: chooseColors(io, options.color, options.output),
      });
    }
  }
}
