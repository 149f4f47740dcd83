import { parentPort, workerData } from 'node:worker_threads';
import { Inference } from '../inference.js';
import type { InferAnswer, InferSetup, InferTask } from './infer-protocol.js';
import { OpenFiles } from '../../project/open-files.js';
import { openParser } from '../../project/open-parser.js';
import { treeOf } from '../../project/tree.js';

/** A thread of the whole-tree inference: it is told what every round came to and analyses the files it is given. */

const { seed } = workerData as InferSetup;
const tree = treeOf(seed, await openParser());
const inference = new Inference(tree, new OpenFiles(tree));
let analyse = inference.analyser();

parentPort?.on('message', (task: InferTask) => {
  if ('note' in task) {
    inference.take(task.note);
    analyse = inference.analyser();
  } else {
    const answer: InferAnswer = { results: task.items.flatMap((match) => analyse(match) ?? []) };
    parentPort?.postMessage(answer);
  }
});
