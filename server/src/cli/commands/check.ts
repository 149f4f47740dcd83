import { FINDING_SEVERITIES } from '@pageref/shared';
import type { CheckReport } from '@pageref/shared';
import type { ChangeSource, CheckOptions } from '../../project/options.js';
import { EXIT, UsageError } from '../io.js';
import type { Engine, Io } from '../io.js';
import { readInput } from '../read-input.js';
import { absolute, quoted } from '../readers.js';
import type { Options, RunCommand } from '../types.js';
import { ownersOf, silencePlace } from './owners.js';
import { byReleases, releasesOf, runOverTrees } from './tree-run.js';
import { exitCode } from './unread.js';

/** A build is told of problems and goes on. */
const IN_A_BUILD: Options = { format: 'gcc', failOn: 'none', quiet: true };

export const run: RunCommand = async (io, _first, given, paths) => {
  const options: Options = given.cc ? { ...IN_A_BUILD, ...given } : given;
  if (options.explainSilence !== undefined)
    return ownersOf(io, silencePlace(options.explainSilence), { ...options, format: 'text' });
  const changes = await changesOf(io, options);
  if (changes !== undefined && paths.length > 1) {
    throw new UsageError('check: a change belongs to one tree', 'Give its top folder, or nothing where you are in it.');
  }
  const reports = await runOverTrees(io, paths, options, 'check', (engine, common) =>
    byReleases(
      releasesOf(io, engine, options),
      common,
      (...all) => engine.checkReleases(...all),
      (one) => checked(io, engine, changes, { ...one, ...checkOptions(io, options) }),
    ),
  );
  const unreadable = reports.flatMap(({ summary }) => summary.files.unreadable);
  const failing = reports.some((report) => fails(report, options));
  return exitCode(io, unreadable, options, failing ? EXIT.findings : EXIT.clean);
};

function checkOptions(io: Io, { rule, baseline }: Options): Pick<CheckOptions, 'rules' | 'baseline'> {
  return {
    ...(rule && { rules: rule }),
    ...(baseline !== undefined && { baseline: absolute(io.cwd, baseline) }),
  };
}

function checked(
  io: Io,
  engine: Engine,
  changes: ChangeSource | undefined,
  { paths, ...options }: CheckOptions,
): Promise<CheckReport> {
  if (!changes) return engine.check({ ...options, paths });
  return engine.checkChanges({ ...options, path: paths[0] ?? io.cwd, changes });
}

/** The change the options speak of; undefined for a check of files as they are. */
async function changesOf(io: Io, options: Options): Promise<ChangeSource | undefined> {
  const { diff, patch, at, stdin, stdinFilename } = options;
  if ([diff, patch, stdin].filter((way) => way !== undefined).length > 1) {
    throw new UsageError('--diff, --patch and --stdin exclude one another', 'Give one of them.');
  }
  if (at !== undefined && patch === undefined)
    throw new UsageError('--at goes with --patch', 'Use --diff for a revision.');
  if ((stdin === true) !== (stdinFilename !== undefined)) {
    throw new UsageError(
      '--stdin and --stdin-filename go together',
      'Say with both where the text on standard input belongs.',
    );
  }
  if (diff !== undefined) return { kind: 'range', range: diff };
  if (patch !== undefined)
    return { kind: 'patch', at, name: patch === '-' ? 'standard input' : patch, bytes: await patchBytes(io, patch) };
  if (stdinFilename === undefined) return undefined;
  return {
    kind: 'text',
    path: absolute(io.cwd, stdinFilename),
    bytes: await io.readStdin(),
  };
}

async function patchBytes(io: Io, patch: string): Promise<Uint8Array> {
  if (patch === '-') return io.readStdin();
  try {
    return await readInput(absolute(io.cwd, patch));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `--patch: cannot read ${quoted(patch)}: ${why}`,
      'Give a patch file, or - for standard input.',
    );
  }
}

function fails({ summary: { bySeverity, config } }: CheckReport, options: Options): boolean {
  const failOn = options.failOn ?? config?.failOn ?? 'warning';
  if (failOn === 'none') return false;
  return FINDING_SEVERITIES.slice(0, FINDING_SEVERITIES.indexOf(failOn) + 1).some((level) => bySeverity[level] > 0);
}
