import { needsCare } from '@pageref/shared';
import type { AuditOptions } from '../../project/options.js';
import { unreadOfBoth } from '../../print/compare/common.js';
import { formatsOf } from '../../print/formats.js';
import { EXIT, UsageError } from '../io.js';
import type { Io } from '../io.js';
import { absolute } from '../readers.js';
import type { Options, RunCommand } from '../types.js';
import { byReleases, releasesOf, runOverTree, runOverTrees } from './tree-run.js';
import type { AskedReleases } from './tree-run.js';
import { exitCode } from './unread.js';

export const run: RunCommand = async (io, _first, options, paths) => {
  if (options.compare !== undefined) return runComparison(io, paths, options, options.compare);
  const reports = await runOverTrees(io, paths, options, 'audit', (engine, common) =>
    byReleases(
      refuseWithReleases(releasesOf(io, engine, options), options),
      common,
      (...all) => engine.auditReleases(...all),
      (one) => engine.audit({ ...one, ...auditOptions(options) }),
    ),
  );
  const unreadable = reports.flatMap(({ summary }) => summary.files.unreadable);
  const needed = reports.some(({ sites }) => sites.some(needsCare));
  return exitCode(io, unreadable, options, needed ? EXIT.findings : EXIT.clean);
};

/** Formats that tell what a mention is in each of several releases. */
const OF_RELEASES: readonly (string | undefined)[] = ['text', 'json', 'gcc', 'sarif', undefined];

function refuseWithReleases(asked: AskedReleases, { format, whatIf }: Options): AskedReleases {
  if (asked.releases.length < 2) return asked;
  if (!OF_RELEASES.includes(format))
    throw new UsageError(
      `--kernel: there is no ${format ?? ''} of several releases`,
      'Give --format text, json, gcc or sarif.',
    );
  if (whatIf !== undefined)
    throw new UsageError('--what-if is about one release', 'Run the audit of each release with --what-if.');
  return asked;
}

/** Only what got worse makes a difference to the exit code: what was known before is no news. */
async function runComparison(io: Io, paths: readonly string[], options: Options, other: string): Promise<number> {
  refuseWithCompare(options);
  const report = await runOverTree(io, paths, options, 'compare', (engine, common) =>
    engine.compare({ ...common, ...auditOptions(options), other: absolute(io.cwd, other) }),
  );
  const unreadable = unreadOfBoth(report);
  return exitCode(io, unreadable, options, report.summary.worse > 0 ? EXIT.findings : EXIT.clean);
}

function refuseWithCompare({ format, whatIf, kernel = [], tree = [] }: Options): void {
  if (kernel.length > 1 || tree.length > 1)
    throw new UsageError('--compare is about one release of each tree', 'Give --kernel one release, or none.');
  const formats = formatsOf('compare');
  if (format !== undefined && !formats.includes(format))
    throw new UsageError(`--compare: there is no ${format} of a comparison`, `Give --format ${oneOf(formats)}.`);
  if (whatIf !== undefined)
    throw new UsageError('--compare and --what-if do not go together', 'Run the audit of each tree with --what-if.');
}

function oneOf(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

function auditOptions({ arch, whatIf, verdict }: Options): Pick<AuditOptions, 'arch' | 'whatIf' | 'verdicts'> {
  return {
    ...(arch === undefined ? {} : { arch }),
    ...(whatIf === undefined ? {} : { whatIf }),
    ...(verdict === undefined ? {} : { verdicts: verdict }),
  };
}
