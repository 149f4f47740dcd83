import { parentPort, workerData } from 'node:worker_threads';
import { openParser } from '../../project/open-parser.js';
import { treeOf } from '../../project/tree.js';
import { TreeJudge } from '../../runs/tree-judge.js';
import { lowerPriority } from '../../vfs/priority.js';
import type { TextOfTree, TreeAnswer, TreeTask, TreeWorkerSetup } from './tree-protocol.js';

/**
 * The thread that knows the whole tree. Whatever comes in while it is busy is one piece of work: the files on disk are looked at
 * once, and of the documents only the last state counts.
 */

/** Milliseconds between two reports of progress. */
const PROGRESS_MS = 200;

const { seed, cache } = workerData as TreeWorkerSetup;
lowerPriority();

let judge: TreeJudge | undefined;
let isDiskNew = false;
let texts: readonly TextOfTree[] | undefined;
/** What was answered last of each document. */
const told = new Map<string, string>();
let busy: Promise<void> | undefined;

function say(answer: TreeAnswer): void {
  parentPort?.postMessage(answer);
}

async function lookAtDisk(): Promise<void> {
  let last = 0;
  judge = await TreeJudge.open(treeOf(seed, await openParser()), {
    jobs: 1,
    ...(cache !== undefined && { cache }),
    onProgress: (progress) => {
      if (Date.now() - last < PROGRESS_MS) return;
      last = Date.now();
      say({ kind: 'progress', progress });
    },
  });
  told.clear();
  say({ kind: 'disk', findings: [...judge.findings()], trouble: judge.trouble });
}

function lookAtTexts(known: TreeJudge, open: readonly TextOfTree[]): void {
  const judged = known.judge(new Map(open.map(({ path, text }) => [path, text])));
  for (const { path, version } of open) {
    const findings = judged.get(path) ?? [];
    const answer = JSON.stringify([version, findings]);
    if (told.get(path) === answer) continue;
    told.set(path, answer);
    say({ kind: 'text', path, version, findings });
  }
}

async function work(): Promise<void> {
  while (isDiskNew || (judge && texts)) {
    try {
      if (isDiskNew) {
        isDiskNew = false;
        await lookAtDisk();
      } else if (judge && texts) {
        const open = texts;
        texts = undefined;
        lookAtTexts(judge, open);
      }
    } catch (error) {
      say({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
    }
    // What has come in meanwhile is heard before the next piece of work.
    await new Promise((resolve) => setImmediate(resolve));
  }
  busy = undefined;
}

parentPort?.on('message', (task: TreeTask) => {
  if (task.kind === 'disk') isDiskNew = true;
  else texts = task.texts;
  busy ??= work();
});
