import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AuditReport, CheckReport, ContractsReport, UsesReport } from '@pageref/shared';
import type { Engine, Io } from 'pageref/dist/cli/io.js';
import { main } from 'pageref/dist/cli/run.js';
import type { Baseline } from 'pageref/dist/runs/suppressions/baseline.js';
import type { AuditOptions, CheckOptions, ContractsOptions, UsesOptions } from 'pageref/dist/project/options.js';
import { fullContractsReport } from './contracts-report.js';
import { fullHistoryReport } from './history-report.js';
import { REPOSITORY } from './golden.js';
import { fullAuditReport, fullCheckReport, fullCompareReport, fullOwnersReport, fullUsesReport } from './reports.js';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a test can change of the surroundings; everything else is quiet, colourless and empty. */
export interface Surroundings {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** Standard output and standard error are a terminal. */
  readonly terminal?: boolean;
  readonly engine?: Partial<Engine>;
  readonly stdin?: string | Uint8Array;
}

/** Runs one command line inside this process, with an engine that answers from a table unless another is given. */
export async function pageref(line: string | readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  const argv = typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line;
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr'): Io['stdout'] => ({
    write: (text) => void (written[name] += typeof text === 'string' ? text : Buffer.from(text).toString()),
    isTTY: surroundings.terminal ?? false,
  });
  const code = await main(argv, {
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    env: surroundings.env ?? {},
    cwd: surroundings.cwd ?? '/work-folder',
    cores: 2,
    readStdin: () => Promise.resolve(Buffer.from(surroundings.stdin ?? '')),
    loadEngine: () => Promise.resolve({ ...cannedEngine, ...surroundings.engine }),
    serve: () => Promise.resolve(),
  });
  return { code, ...written };
}

function rootOf({ paths: [first = ''] }: { readonly paths: readonly string[] }): string {
  return first;
}

/** Answers with the full sample reports; knows the names get_page and put_page. */
export const cannedEngine: Engine = {
  audit: (options: AuditOptions): Promise<AuditReport> =>
    Promise.resolve({ ...fullAuditReport(), root: rootOf(options) }),
  auditReleases: (_releases, _options, _ask) => Promise.resolve(fullAuditReport()),
  history: () => Promise.resolve(fullHistoryReport()),
  planHistory: ({ plan, shards }) => Promise.resolve({ jobs: shards, revisions: 9, list: `${plan}/jobs.txt` }),
  runJob: () => Promise.resolve(1),
  mergeJobs: () => Promise.resolve(fullHistoryReport()),
  pruneStore: () => ({ removed: { files: 0, bytes: 0 }, left: { files: 0, bytes: 0 } }),
  compare: () => Promise.resolve(fullCompareReport()),
  planFixes: () => Promise.resolve({ root: '/work-folder/linux', release: '6.12', files: [], unreadable: [] }),
  planSeries: () => [],
  applyPlan: () => [],
  checkChanges: (): Promise<CheckReport> => Promise.resolve(fullCheckReport()),
  check: (_options: CheckOptions): Promise<CheckReport> => Promise.resolve(fullCheckReport()),
  checkReleases: (_releases, _options, _ask) => Promise.resolve(fullCheckReport()),
  baseline: () => Promise.resolve(noBaseline()),
  owners: () => Promise.resolve(fullOwnersReport()),
  uses: (options: UsesOptions): Promise<UsesReport> => Promise.resolve({ ...fullUsesReport(), root: rootOf(options) }),
  contracts: (options: ContractsOptions): Promise<ContractsReport> =>
    Promise.resolve({ ...fullContractsReport(), root: rootOf(options) }),
  treesOf: (paths) => [paths],
  kernelAt: (path) => ({ root: path, release: '6.12' }),
  findTargets: (paths) => Promise.resolve({ root: rootOf({ paths }) }),
  userModelOf: () => Promise.resolve({ entries: [] }),
  cacheTrouble: () => undefined,
  describeApi: (name) =>
    ['get_page', 'put_page'].includes(name)
      ? { known: true, name, entries: [], ranges: [] }
      : { known: false, name, near: name === 'put_pge' ? ['put_page'] : [] },
};

/** Of a run in which no rule failed. */
function noBaseline(): Baseline {
  const report = fullCheckReport();
  return {
    text: '',
    added: 0,
    kept: 0,
    pruned: 0,
    report: { ...report, summary: { ...report.summary, failures: [] } },
  };
}

/** Path of the built program. */
export const PROGRAM = join(REPOSITORY, 'server', 'dist', 'cli', 'main.js');

/** Path of the bundle that `npm start` and `npm run bench` make. */
export const BUNDLED_PROGRAM = join(REPOSITORY, 'dist', 'run', 'server', 'main.js');

/**
 * Runs the built program as a process of its own.
 * @param through a command that is given the program with its arguments, and runs it
 */
export function spawnPageref(
  argv: readonly string[],
  env: Record<string, string> = {},
  through: readonly string[] = [],
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const [command = process.execPath, ...args] = [...through, process.execPath, PROGRAM, ...argv];
    const child = spawn(command, args, { env: { ...process.env, NO_COLOR: '1', ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

/** Module of the built program that runs a process; a test script imports it to hand in its own engine. */
export const PROCESS_MODULE = pathToFileURL(join(dirname(PROGRAM), 'process.js')).href;

/** Source of a script that runs the command line with an engine; `engine` is the text of a JavaScript object. */
export function scriptWith(engine: string): string {
  return `import { runProcess } from '${PROCESS_MODULE}'; await runProcess(() => Promise.resolve(${engine}));`;
}
