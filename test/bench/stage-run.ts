import { audit, check, contracts } from 'pageref/dist/runs/index.js';
import { onWork } from 'pageref/dist/syntax/counters.js';
import type { Work } from 'pageref/dist/syntax/counters.js';

/**
 * One run over a tree in this process, for the stage table: `stage-run.js COMMAND TREE [CACHE]`. Prints how often each kind of
 * work was done, what the process computed and its peak memory, as JSON.
 */
export interface StageRun {
  readonly works: Readonly<Partial<Record<Work, number>>>;
  /** CPU milliseconds of the process, all its threads together. */
  readonly milliseconds: number;
  /** Megabytes (2^20 bytes). */
  readonly megabytes: number;
}

const RUNS = { audit, check, contracts };

const [, , command, root, cache] = process.argv;
if (root === undefined || (command !== 'audit' && command !== 'check' && command !== 'contracts')) {
  throw new Error('usage: stage-run.js audit|check|contracts TREE [CACHE]');
}
const works: Partial<Record<Work, number>> = {};
onWork((work) => {
  works[work] = (works[work] ?? 0) + 1;
});
await RUNS[command]({ paths: [root], jobs: 1, ...(cache !== undefined && { cache }) });
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const told: StageRun = { works, milliseconds: (userCPUTime + systemCPUTime) / 1000, megabytes: maxRSS / 1024 };
process.stdout.write(JSON.stringify(told));
