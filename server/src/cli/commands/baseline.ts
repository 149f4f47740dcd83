import type { Baseline } from '../../runs/suppressions/baseline.js';
import { countOf } from '../../print/common.js';
import { EXIT, UsageError } from '../io.js';
import type { Io } from '../io.js';
import { openOutput } from '../output.js';
import { absolute, quoted } from '../readers.js';
import type { Options, RunCommand } from '../types.js';
import { withProgress } from './tree-run.js';
import { exitCode } from './unread.js';
import { tell } from '../tell.js';

export const run: RunCommand = async (io, _first, options, paths) => {
  const { rule, output: given, prune = false } = options;
  const reason = reasonOf(options);
  const file = given === '-' ? undefined : given;
  const output = await openOutput(io, file);
  const done = await withProgress(io, paths, options, (engine, common) =>
    engine.baseline({
      ...common,
      reason,
      prune,
      ...(rule && { rules: rule }),
      ...(file !== undefined && { file: absolute(io.cwd, file) }),
    }),
  );
  // What was not read has not been judged: a file that says otherwise is not written.
  const code = exitCode(io, done.report.summary.files.unreadable, options, EXIT.clean);
  if (code !== EXIT.clean) return code;
  await output.write(done.text);
  if (file !== undefined) io.stdout.write(`${told(file, done)}\n`);
  tellFailures(io, done);
  return EXIT.clean;
};

function reasonOf({ reason = '' }: Options): string {
  if (reason.trim() !== '') return reason.trim();
  throw new UsageError(
    'baseline: --reason is missing',
    'Say why the findings are let be, for whoever looks next: --reason "before we used pageref".',
  );
}

function told(file: string, { added, kept, pruned }: Baseline): string {
  const parts = [`${countOf(added, 'finding')} judged`, `${countOf(kept, 'line')} kept`];
  if (pruned > 0) parts.push(`${countOf(pruned, 'line')} left out`);
  return `${quoted(file)}: ${parts.join(', ')}`;
}

/** What a rule would have found where it failed is not in the file. */
function tellFailures(io: Io, { report }: Baseline): void {
  for (const { rule, path, why } of report.summary.failures)
    tell(io, `${rule} failed on ${quoted(path)}, its findings there are missing: ${why}`);
}
