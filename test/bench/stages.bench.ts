import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kernelTree } from '../support/kernel-tree.js';
import { STAGES, stagesOf } from './profile.js';
import type { CpuProfile } from './profile.js';
import type { StageRun } from './stage-run.js';

/**
 * Where the CPU goes: milliseconds of each stage of an audit, an inference and a check of a whole kernel, cold and again, with how
 * much work was done, what a visit of the flow costs, and the peak of memory. One run each, by one thread beside the scanner.
 * BENCH_KERNEL sets the release (default 6.12).
 */
const RUN = fileURLToPath(new URL('stage-run.js', import.meta.url));
const tree = kernelTree(process.env['BENCH_KERNEL'] === '6.1' ? '6.1' : '6.12');
if (tree.skip !== undefined) console.log(`stages skipped: ${tree.skip}`);
else benchStages(tree.root);

function benchStages(root: string): void {
  console.log(`CPU milliseconds by stage${['', ...STAGES].map((stage) => stage.padStart(10)).join('')}`);
  for (const command of ['audit', 'contracts', 'check']) {
    const folder = mkdtempSync(join(tmpdir(), 'pageref-stages-'));
    try {
      printRun(`${command}, cold`, folder, [command, root]);
      runOf(folder, [command, root, join(folder, 'cache')]);
      printRun(`${command}, again`, folder, [command, root, join(folder, 'cache')]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

function printRun(label: string, folder: string, args: readonly string[]): void {
  const { told, profile } = runOf(folder, args);
  const stages = stagesOf(profile);
  const { cut = 0, read = 0, graph = 0, flow = 0, visit = 0, judge = 0 } = told.works;
  console.log(
    `  ${label.padEnd(23)}${STAGES.map((stage) => (stages.get(stage) ?? 0).toFixed(0).padStart(10)).join('')}`,
  );
  const perVisit = visit === 0 ? '' : `, ${((1000 * (stages.get('flow') ?? 0)) / visit).toFixed(0)} µs a visit`;
  console.log(
    `    ${String(cut)} files cut, ${String(read)} functions read, ${String(graph)} graphs, ${String(flow)} flows, ` +
      `${String(visit)} visits${perVisit}, ${String(judge)} tests judged; ` +
      `${told.milliseconds.toFixed(0)} ms in all threads, peak ${told.megabytes.toFixed(0)} MB`,
  );
}

/** Runs in a process of its own, whose profile is that of its main thread. */
function runOf(folder: string, args: readonly string[]): { readonly told: StageRun; readonly profile: CpuProfile } {
  const profiles = mkdtempSync(join(folder, 'profile-'));
  const words = ['--cpu-prof', `--cpu-prof-dir=${profiles}`, RUN, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    encoding: 'utf8',
    env: { ...process.env, PAGEREF_CACHE_DIR: 'off' },
  });
  if (status !== 0) throw new Error(`${args.join(' ')}: exit code ${String(status)}: ${stderr}`);
  const told = JSON.parse(stdout) as StageRun;
  const read = readdirSync(profiles).map(
    (name) => JSON.parse(readFileSync(join(profiles, name), 'utf8')) as CpuProfile,
  );
  const [profile] = read.sort((a, b) => b.samples.length - a.samples.length);
  if (!profile) throw new Error('no profile was written');
  return { told, profile };
}
