import { join } from 'node:path';
import type { HistoryReport } from '@pageref/shared';
import type { HistoryOptions } from '../../runs/history/history.js';
import { cacheFolder } from '../cache-folder.js';
import { EXIT, UsageError } from '../io.js';
import type { Io } from '../io.js';
import { absolute, quoted } from '../readers.js';
import { tell } from '../tell.js';
import type { Options, RunCommand } from '../types.js';
import { runOverTree, withProgress } from './tree-run.js';
import { exitCode } from './unread.js';

export const run: RunCommand = async (io, _first, options, paths) => {
  refuseOdd(options);
  const { plan, job, merge = false, prune = false } = options;
  if (prune) return await pruneOnly(io, options);
  // A plan knows its repository; here it lies elsewhere only where somebody says so.
  const given = paths.join() === '.' ? [] : paths;
  if (plan !== undefined && job !== undefined)
    return await runJob(io, given, options, { plan: absolute(io.cwd, plan), job });
  if (plan !== undefined && !merge) return await makePlan(io, paths, options, absolute(io.cwd, plan));
  const asked = askedFor(io, options);
  const report = await runOverTree(
    io,
    plan === undefined ? paths : given,
    options,
    'history',
    (engine, { kernel: _kernel, ...common }) =>
      plan === undefined
        ? engine.history({ ...common, ...asked })
        : engine.mergeJobs({ ...common, ...asked, plan: absolute(io.cwd, plan) }),
  );
  return codeOf(io, report, options);
};

/** Something needs care in the last revision. */
function codeOf(io: Io, { columns }: HistoryReport, options: Options): number {
  const last = columns.at(-1);
  const needed = last !== undefined && last.counts.care + last.counts.problems > 0;
  const unreadable = columns.flatMap(({ files }) => files.unreadable);
  return exitCode(io, unreadable, options, needed ? EXIT.findings : EXIT.clean);
}

async function makePlan(io: Io, paths: readonly string[], options: Options, plan: string): Promise<number> {
  const { jobs, revisions, list } = await withProgress(io, paths, options, (engine, { kernel: _kernel, ...common }) =>
    engine.planHistory({ ...common, ...askedFor(io, options), plan, shards: options.shards ?? 1 }),
  );
  io.stdout.write(`${jobs} ${jobs === 1 ? 'job' : 'jobs'} for ${revisions} revisions: ${quoted(list)}\n`);
  return EXIT.clean;
}

async function runJob(
  io: Io,
  paths: readonly string[],
  options: Options,
  given: { readonly plan: string; readonly job: number },
): Promise<number> {
  await withProgress(io, paths, options, (engine, { kernel: _kernel, ...common }) =>
    engine.runJob({ ...common, ...askedFor(io, options), ...given }),
  );
  return EXIT.clean;
}

async function pruneOnly(io: Io, options: Options): Promise<number> {
  const folder = storeFolder(io, options);
  if (folder === undefined) throw new UsageError('--prune: nothing is kept here', 'Name the store with --store DIR.');
  const { removed, left } = (await io.loadEngine()).pruneStore(folder, roomOf(options));
  const text = ({ files, bytes }: typeof left): string => `${files} files, ${Math.ceil(bytes / MEGABYTE)} MB`;
  io.stdout.write(`${quoted(folder)}: ${text(removed)} thrown out, ${text(left)} left\n`);
  return EXIT.clean;
}

const MEGABYTE = 1024 * 1024;
const DAY = 86_400_000;

function storeFolder(io: Io, options: Options): string | undefined {
  const { store } = options;
  if (store !== undefined) return absolute(io.cwd, store);
  const cache = cacheFolder(io, options);
  return cache === undefined ? undefined : join(cache, '..', 'pageref-history');
}

function roomOf({ maxAge, maxSize }: Options): Partial<NonNullable<HistoryOptions['room']>> {
  return {
    ...(maxAge !== undefined && { age: maxAge * DAY }),
    ...(maxSize !== undefined && { bytes: maxSize * MEGABYTE }),
  };
}

function refuseOdd({ revs, plan, job, shards, merge, bisect, firstParent, every }: Options): void {
  const isOld = plan !== undefined && (job !== undefined || merge === true);
  if (revs === undefined && (firstParent === true || every !== undefined)) {
    throw new UsageError('--first-parent and --every go with --revs', 'Say with it which range they are for.');
  }
  if (plan === undefined && (job !== undefined || merge === true || shards !== undefined)) {
    throw new UsageError('--shards, --job and --merge go with --plan', 'Name the folder of the plan.');
  }
  if (isOld && (revs !== undefined || shards !== undefined || (job !== undefined && merge === true))) {
    throw new UsageError(
      '--job and --merge take what the plan says',
      'Give --revs and --shards when the plan is made.',
    );
  }
  if (plan !== undefined && bisect !== undefined) {
    throw new UsageError(
      '--bisect and --plan do not go together',
      'Bisect with --revs; a store spares what jobs have done.',
    );
  }
}

function askedFor(
  io: Io,
  options: Options,
): Pick<HistoryOptions, 'choice' | 'bisect' | 'rules' | 'store' | 'room' | 'onTrouble'> {
  const { revs, firstParent = false, every, bisect, rule } = options;
  const store = storeFolder(io, options);
  return {
    ...(revs && { choice: { revs, chain: firstParent ? 'first-parent' : 'all', every: every ?? 1 } }),
    ...(bisect && { bisect }),
    ...(rule && { rules: rule }),
    ...(store !== undefined && { store, room: { age: 365 * DAY, bytes: 4096 * MEGABYTE, ...roomOf(options) } }),
    onTrouble: (why) => tell(io, `the store does not keep everything: ${why}`),
  };
}
