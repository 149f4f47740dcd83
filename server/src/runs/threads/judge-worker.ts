import { parentPort, workerData } from 'node:worker_threads';
import { NO_CONTRACTS } from '../../knowledge/definitions.js';
import { NOTHING_KNOWN } from '../../knowledge/elsewhere.js';
import { keyOfMacros } from '../../knowledge/header-macros.js';
import { archVerdict } from '../../kernel/arch.js';
import { OpenFiles } from '../../project/open-files.js';
import { openParser } from '../../project/open-parser.js';
import { treeOf } from '../../project/tree.js';
import { failureOf } from '../../project/unread.js';
import { NO_TREE_KNOWLEDGE } from '../../rules/rule.js';
import { activate } from '../check-file.js';
import { FileOfRun, isDoneAlone, Unreadable } from '../file-of-run.js';
import type { FileWorld, KeptOfFile } from '../file-of-run.js';
import { rulesOf, worldOf } from '../rule-world.js';
import type { JudgeAnswer, JudgedFile, JudgeItem, JudgeNote, JudgeSetup, JudgeTask } from './judge-protocol.js';

/** A thread of a run: it finds out of the files that it is given what the run would, and tells what the run would note of them. */

const { seed, openText, rules, arch, calls, standsAlone, isKept, macros, sites, imbalances } = workerData as JudgeSetup;
const tree = treeOf(seed, await openParser());
const world = worldOf(tree, {
  ...NO_TREE_KNOWLEDGE,
  macros,
  wrapperSites: (path) => sites.get(path) ?? [],
  imbalances: (path) => imbalances.get(path) ?? [],
});
const run: Omit<FileWorld, 'memory' | 'elsewhere'> = {
  tree,
  files: new OpenFiles(tree, { room: openText }),
  world,
  macrosKey: keyOfMacros(macros),
  rules: activate(rulesOf(rules), world),
  archOf: (path) => archVerdict(tree, path, arch),
  standsAlone,
  hasKernel: tree.kernel !== undefined,
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
    if (asked || isDoneAlone(file, world, calls)) file.result();
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
