import { isNumber, isText, listOf, readShaped, record } from '@pageref/shared';
import type { HistoryReport } from '@pageref/shared';
import { join } from 'node:path';
import { CannotRun } from '../../project/options.js';
import { found, openRepository } from '../../project/stored.js';
import { isSourcePath, programHash, readGiven, Store, StoreTrouble, writeIntoFolder } from '../../vfs/index.js';
import type { Repository, WriteFile } from '../../vfs/index.js';
import { askedFor, columnOf, isRepository, keepFor, lookOptions, partsOf, reportOf, shelvesFor } from './history.js';
import type { HistoryOptions } from './history.js';
import { revisionShelf } from './shelves.js';
import { revisionsOf } from './revisions.js';
import type { Revision } from './revisions.js';
import { RevisionWalk } from './walk.js';

/** A history in parts: what each job looks at, so that others run them, on as many machines as they have. */

/** A file `plan.json` in the folder of a plan. */
interface Plan {
  readonly pageref: string;
  readonly version: number;
  /** The build that made it: another one may say something else. */
  readonly program: string;
  /** Absolute path of the repository. */
  readonly root: string;
  /** What was asked for, as one text. */
  readonly asked: string;
  readonly revisions: readonly Revision[];
  /** By job: index of its first revision, and of the first that is not its any more. */
  readonly jobs: readonly { readonly from: number; readonly to: number }[];
}

const PLAN = 'plan.json';
const JOBS = 'jobs.txt';
const RESULTS = 'results';
const VERSION = 1;

const isPlan = record<Plan>({
  pageref: isText,
  version: isNumber,
  program: isText,
  root: isText,
  asked: isText,
  revisions: listOf(
    record<Revision>({
      name: isText,
      id: isText,
      tree: isText,
      parents: listOf(isText),
      date: isText,
      subject: isText,
    }),
  ),
  jobs: listOf(record<Plan['jobs'][number]>({ from: isNumber, to: isNumber })),
});

export interface PlanOptions extends HistoryOptions {
  /** Absolute path of the folder of the plan. */
  readonly plan: string;
  /** Writes results; another one only in tests. */
  readonly write?: WriteFile;
}

/** What a plan came to, for a person. */
export interface Planned {
  readonly jobs: number;
  readonly revisions: number;
  /** Absolute path of the list, a command in each line. */
  readonly list: string;
}

/** Writes a plan: jobs of some revisions each, one behind the other, that have about as much to analyse. */
export async function planHistory(options: PlanOptions & { readonly shards: number }): Promise<Planned> {
  const { paths, choice, plan: folder } = options;
  const [root, ...more] = paths;
  if (root === undefined || more.length > 0 || !choice) {
    throw new CannotRun('--plan takes one repository and --revs: plan each by itself, and merge each by itself');
  }
  if (!isRepository(root)) throw new CannotRun(`--revs: ${root} is no git repository: name the top folder of one`);
  const repository = await openRepository(root, root, options.signal);
  try {
    const revisions = await revisionsOf(repository, choice);
    const jobs = jobsOf(await changesOf(repository, revisions), options.shards);
    const asked = askedFor(options);
    const plan: Plan = {
      pageref: 'history-plan',
      version: VERSION,
      program: programHash(),
      root,
      asked,
      revisions,
      jobs,
    };
    const lines = jobs.map(
      (_, at) => `pageref history --plan ${shellWord(folder)} --job ${at + 1}${optionsText(options)}\n`,
    );
    writeIntoFolder(folder, [
      [PLAN, `${JSON.stringify(plan)}\n`],
      [JOBS, lines.join('')],
    ]);
    return { jobs: jobs.length, revisions: revisions.length, list: join(folder, JOBS) };
  } catch (error) {
    throw asCannotRun(error);
  } finally {
    repository.close();
  }
}

/** A word as a shell reads it, whatever is in it. */
function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** What a job has to be asked as well, because the plan holds it as one text only. */
function optionsText({ rules, release, models = [], defines = {} }: PlanOptions): string {
  const words = [
    ...(rules ? ['--rule', rules.join()] : []),
    ...(release === undefined ? [] : ['--kernel', release]),
    ...models.flatMap((path) => ['--model', path]),
    ...Object.entries(defines).flatMap(([name, value]) => ['--define', `${name}=${value ? 1 : 0}`]),
  ];
  return words.map((word) => ` ${shellWord(word)}`).join('');
}

/** C files that differ from the revision before, and all of them for the first. */
async function changesOf(repository: Repository, revisions: readonly Revision[]): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const [at, { tree, name }] of revisions.entries()) {
    const before = revisions[at - 1];
    if (before) {
      const differing = found(await repository.differing(before.tree, tree), name);
      counts.push(differing.filter(({ path }) => isSourcePath(path)).length);
    } else counts.push([...found(await repository.idsAt(tree), name).ids.keys()].filter(isSourcePath).length);
  }
  return counts;
}

/**
 * Jobs of revisions one behind the other: what a job does is its first tree as a whole and what changes from there on. The largest
 * job is made as small as it can be with so many jobs.
 * @param changes files that differ from the revision before; all of its files for the first
 */
export function jobsOf(changes: readonly number[], shards: number): Plan['jobs'] {
  const [whole = 0] = changes;
  const most = Math.min(shards, changes.length);
  let [low, high] = [whole, whole + changes.reduce((sum, one) => sum + one + 1, 0)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (cut(changes, whole, middle).length <= most) high = middle;
    else low = middle + 1;
  }
  return parted(cut(changes, whole, low), most);
}

/** As many jobs as there may be: half of the longest is a job of its own, which makes none larger. */
function parted(jobs: readonly Plan['jobs'][number][], most: number): Plan['jobs'] {
  const found = [...jobs];
  while (found.length < most) {
    const sizes = found.map(({ from, to }) => to - from);
    const at = sizes.indexOf(Math.max(...sizes));
    const { from, to } = found[at] ?? { from: 0, to: 0 };
    const middle = (from + to) >> 1;
    found.splice(at, 1, { from, to: middle }, { from: middle, to });
  }
  return found;
}

function cut(changes: readonly number[], whole: number, most: number): { from: number; to: number }[] {
  const jobs: { from: number; to: number }[] = [];
  let sum = 0;
  changes.forEach((count, at) => {
    const job = jobs.at(-1);
    // A revision costs a look at each file even where none has changed.
    const cost = count + 1;
    if (job && sum + cost <= most) {
      job.to = at + 1;
      sum += cost;
    } else {
      jobs.push({ from: at, to: at + 1 });
      sum = whole;
    }
  });
  return jobs;
}

function readPlan({ plan: folder, ...options }: PlanOptions): Plan {
  const source = readGiven(join(folder, PLAN));
  if ('why' in source) throw new CannotRun(`--plan: there is no plan in ${folder}: ${source.why}`);
  const plan = readShaped(source.text, isPlan);
  if (plan?.pageref !== 'history-plan' || plan.version !== VERSION) {
    throw new CannotRun(`--plan: ${join(folder, PLAN)} is no plan of this version: make it anew`);
  }
  if (plan.program !== programHash()) {
    throw new CannotRun(`--plan: another build of pageref made the plan in ${folder}: run all of it with one build`);
  }
  if (plan.asked !== askedFor(options)) {
    throw new CannotRun(
      `--plan: the plan in ${folder} was made with other options: give --rule, --kernel and --model as there`,
    );
  }
  return plan;
}

/** Runs one job of a plan. What an earlier run of it has finished is not done again. Gives how many revisions it looked at. */
export async function runJob(options: PlanOptions & { readonly job: number }): Promise<number> {
  const plan = readPlan(options);
  const job = plan.jobs[options.job - 1];
  if (!job) throw new CannotRun(`--job: the plan has the jobs 1 to ${plan.jobs.length}`);
  const root = rootOf(plan, options);
  const store = new Store(join(options.plan, RESULTS), options.write);
  const shelf = revisionShelf(store, plan.asked);
  const open = plan.revisions.slice(job.from, job.to).filter(({ tree }) => shelf.load(tree) === undefined);
  if (open.length === 0) return 0;
  const repository = await openRepository(root, root, options.signal);
  const shelves = shelvesFor(options);
  const walk = new RevisionWalk(repository, root, lookOptions(options), shelves);
  try {
    shelves?.know(walk.source);
    for (const revision of open) shelf.save(revision.tree, await walk.look(revision));
    await keepFor(options, shelves, walk);
    return open.length;
  } catch (error) {
    throw asCannotRun(error);
  } finally {
    walk.close();
    repository.close();
  }
}

/** A repository may lie elsewhere on another machine. */
function rootOf({ root }: Plan, { paths }: PlanOptions): string {
  const [given] = paths;
  return given !== undefined && isRepository(given) ? given : root;
}

function asCannotRun(error: unknown): unknown {
  return error instanceof StoreTrouble ? new CannotRun(error.message) : error;
}

/** The report of a plan whose jobs are done: the same as that of a run without one. Throws CannotRun where some are not. */
export async function mergeJobs(options: PlanOptions): Promise<HistoryReport> {
  const plan = readPlan(options);
  const store = new Store(join(options.plan, RESULTS));
  const shelf = revisionShelf(store, plan.asked);
  const results = plan.revisions.map(({ tree }) => shelf.load(tree));
  const missing = plan.jobs.flatMap(({ from, to }, at) =>
    results.slice(from, to).every((result) => result !== undefined) ? [] : [at + 1],
  );
  if (missing.length > 0) {
    const many = missing.length === 1 ? 'job' : 'jobs';
    const others = plan.revisions.some(({ tree }) => store.isOfAnotherBuild('revision', `${plan.asked}\n${tree}`));
    const why = others ? ': another build of pageref has written results there' : '';
    throw new CannotRun(
      `--merge: ${many} ${missing.join(', ')} of ${options.plan} left no whole result${why}: run ${missing.length === 1 ? 'it' : 'them'} again`,
    );
  }
  const root = rootOf(plan, options);
  const repository = await openRepository(root, root, options.signal);
  try {
    const looked = plan.revisions.flatMap((revision, at) => {
      const result = results[at];
      return result ? [{ revision, result, column: columnOf(plan.root, revision, result) }] : [];
    });
    return reportOf(await partsOf(repository, looked, 0), undefined);
  } finally {
    repository.close();
  }
}
