import { parentPort, workerData } from 'node:worker_threads';
import { NO_CONTRACTS } from '../../knowledge/definitions.js';
import { NOTHING_KNOWN } from '../../knowledge/elsewhere.js';
import { OpenFiles } from '../../project/open-files.js';
import { openParser } from '../../project/open-parser.js';
import { treeOf } from '../../project/tree.js';
import { failureOf } from '../../project/unread.js';
import { NO_TREE_KNOWLEDGE } from '../../rules/rule.js';
import type { TreeKnowledge } from '../../rules/rule.js';
import { FileOfRun, isDoneAlone, Unreadable } from '../file-of-run.js';
import { sharedWorld } from '../file-world.js';
import type { FileWorld, KeptOfFile } from '../file-world.js';
import type { JudgeAnswer, JudgedFile, JudgeItem, JudgeNote, JudgeSetup, JudgeTask } from './judge-protocol.js';

/** A thread of a run: it finds out of the files that it is given what the run would, and tells what the run would note of them. */

const { seed, openText, rules, arch, calls, standsAlone, isKept, macros, sites, imbalances } = workerData as JudgeSetup;
const tree = treeOf(seed, await openParser());
const knowledge: TreeKnowledge = {
  ...NO_TREE_KNOWLEDGE,
  macros,
  wrapperSites: (path) => sites.get(path) ?? [],
  imbalances: (path) => imbalances.get(path) ?? [],
};
const run: Omit<FileWorld, 'memory' | 'elsewhere'> = {
  ...sharedWorld(tree, knowledge, { rules, arch, standsAlone }),
  files: new OpenFiles(tree, { room: openText }),
};

/** What was noted so far, and who listens: nothing else is remembered from file to file. */
function listening(notes: JudgeNote[], before: KeptOfFile): FileWorld['memory'] {
  return {
    isOn: isKept,
    find: () => before,
    note: (_path, result, key = '', restsOnFarCode = false) => void notes.push({ result, key, restsOnFarCode }),
  };
}

function judge({ path, asked }: JudgeItem): JudgedFile {
  const notes: JudgeNote[] = [];
  const elsewhere = {
    knownIn: () => asked?.known ?? NOTHING_KNOWN,
    contractsIn: () => asked?.contracts ?? NO_CONTRACTS,
  };
  const file = new FileOfRun({ ...run, elsewhere, memory: listening(notes, asked?.before ?? {}) }, path);
  try {
    if (asked || isDoneAlone(file, run.world, calls)) file.result();
    file.letGo();
    return { path, notes };
  } catch (error) {
    return error instanceof Unreadable ? error.file : { path, why: failureOf(error) };
  }
}

parentPort?.on('message', (task: JudgeTask) => {
  const answer: JudgeAnswer = { results: 'items' in task ? task.items.map(judge) : [] };
  parentPort?.postMessage(answer);
});
