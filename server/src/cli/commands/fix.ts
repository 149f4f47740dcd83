import { isOpen } from '../../runs/fix/fault.js';
import type { FixPlan } from '../../runs/fix/plan.js';
import type { FixOptions, TreeOptions } from '../../project/options.js';
import { EXIT, UsageError } from '../io.js';
import type { Engine, Io } from '../io.js';
import { openOutput, writeNewFiles } from '../output.js';
import type { Output } from '../output.js';
import { printReport } from '../print-report.js';
import type { FixReport } from '../../print/fix/report.js';
import { absolute } from '../readers.js';
import { unbroken } from '../signals.js';
import type { Options, RunCommand } from '../types.js';
import { withProgress } from './tree-run.js';
import { exitCode } from './unread.js';

export const run: RunCommand = async (io, _first, options, paths) => {
  onlyOneWay(options);
  const output = await openOutput(io, options.output);
  const engine = await io.loadEngine();
  const plan = await withProgress(io, paths, options, (_engine, common) =>
    engine.planFixes({ ...common, ...fixOptions(options) }),
  );
  const ofFindings = plan.files.some(({ left }) => left.some((one) => isOpen(one))) ? EXIT.findings : EXIT.clean;
  const code = exitCode(io, plan.unreadable, options, ofFindings);
  // Half of what was asked for is neither written nor made a patch.
  if (code !== EXIT.cannotRun || isList(options)) await carryOut(io, engine, plan, options, output);
  return code;
};

function isList({ format, inPlace, series }: Options): boolean {
  return format !== 'diff' && inPlace === undefined && series === undefined;
}

/** A patch of what has been written already would only fail to apply. */
function onlyOneWay({ format, inPlace, series }: Options): void {
  if ([format === 'diff', inPlace === true, series !== undefined].filter((way) => way).length > 1) {
    throw new UsageError(
      '--format diff, --in-place and --series exclude one another',
      'Give one of them, or none to see what is offered.',
    );
  }
}

function fixOptions({ rule, verdict, impact, needsLook }: Options): Omit<FixOptions, keyof TreeOptions | 'paths'> {
  return {
    ...(rule && { rules: rule }),
    ...(verdict && { verdicts: verdict }),
    ...(impact && { impacts: impact }),
    ...(needsLook !== undefined && { needsLook }),
  };
}

async function carryOut(io: Io, engine: Engine, plan: FixPlan, options: Options, output: Output): Promise<void> {
  const { done, wrote } = await written(io, engine, plan, options);
  await output.write(await printReport(io, 'fix', { plan, done, wrote }, options));
}

async function written(
  io: Io,
  engine: Engine,
  plan: FixPlan,
  { inPlace, series }: Options,
): Promise<Pick<FixReport, 'done' | 'wrote'>> {
  if (inPlace) {
    const changed = await unbroken(() => engine.applyPlan(plan));
    return { done: 'written', wrote: changed.map((path) => `changed ${path}`) };
  }
  if (series === undefined) return { done: 'listed', wrote: [] };
  const patches = engine.planSeries(plan);
  if (patches.length > 0) await writeNewFiles(absolute(io.cwd, series), patches);
  return { done: 'patched', wrote: patches.map(({ name, subsystem }) => `wrote ${name}: ${subsystem}`) };
}
