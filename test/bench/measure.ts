import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One run of a program: wall time and the peak of its resident set. */
export interface Run {
  readonly milliseconds: number;
  /** Megabytes (2^20 bytes); NaN when GNU time is not installed. */
  readonly megabytes: number;
}

export interface Command {
  readonly label: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that mean the work was done. */
  readonly good: readonly number[];
}

const GNU_TIME = '/usr/bin/time';

export function runOnce({ label, program, args, env, good }: Command): Run {
  const folder = mkdtempSync(join(tmpdir(), 'pageref-bench-'));
  const memory = join(folder, 'memory');
  const measured = existsSync(GNU_TIME);
  const [name, ...words] = measured ? [GNU_TIME, '-f', '%M', '-o', memory, program, ...args] : [program, ...args];
  const begin = process.hrtime.bigint();
  const { status, stderr } = spawnSync(name, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const milliseconds = Number(process.hrtime.bigint() - begin) / 1e6;
  const megabytes = measured ? kilobytesIn(memory) / 1024 : NaN;
  rmSync(folder, { recursive: true });
  if (status === null || !good.includes(status)) throw new Error(`${label}: exit code ${status ?? 'none'}: ${stderr}`);
  return { milliseconds, megabytes };
}

/** GNU time puts a remark before the figure when the exit code is not 0. */
function kilobytesIn(file: string): number {
  return Number(readFileSync(file, 'utf8').trim().split('\n').at(-1));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Runs two programs in turns, so that a busy minute of the machine hits both, and prints median times, peak memory and
 * the median of the ratios of neighbouring runs. One run of each before that fills the page cache and is not counted.
 */
export function compare(ours: Command, theirs: Command, aim: string): void {
  const runs = Number(process.env['BENCH_RUNS'] ?? 7);
  const pairs = Array.from({ length: runs + 1 }, () => [runOnce(theirs), runOnce(ours)] as const).slice(1);
  print(
    ours.label,
    pairs.map(([, run]) => run),
  );
  print(
    theirs.label,
    pairs.map(([run]) => run),
  );
  const ratios = pairs.map(([theirRun, ourRun]) => ourRun.milliseconds / theirRun.milliseconds);
  const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  console.log(`  ratio: median ${median(ratios).toFixed(2)} of ${runs} runs (${spread}); ${aim}`);
}

/** One run of each, for what takes too long to be run in turns. */
export function once(ours: Command, theirs: Command, aim: string): void {
  const [theirRun, ourRun] = [runOnce(theirs), runOnce(ours)];
  print(ours.label, [ourRun]);
  print(theirs.label, [theirRun]);
  console.log(`  ratio: ${(ourRun.milliseconds / theirRun.milliseconds).toFixed(2)} of one run; ${aim}`);
}

export function print(label: string, runs: readonly Run[]): void {
  const time = median(runs.map(({ milliseconds }) => milliseconds));
  const memory = Math.max(...runs.map(({ megabytes }) => megabytes));
  console.log(`  ${label.padEnd(22)} ${time.toFixed(0).padStart(6)} ms  peak ${memory.toFixed(0).padStart(4)} MB`);
}
