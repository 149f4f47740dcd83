import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { RoundResult } from 'pageref/dist/knowledge/inference.js';
import { analysersOf } from 'pageref/dist/knowledge/threads/analysers.js';
import type { Analysers } from 'pageref/dist/knowledge/threads/analysers.js';
import { openTree } from 'pageref/dist/project/tree.js';
import type { FileMatch } from 'pageref/dist/search/scanner.js';
import { NOTHING_FOUND } from 'pageref/dist/search/tree-search.js';
import { WorkQueue } from 'pageref/dist/search/work-queue.js';
import { withTree } from '../support/tree.js';

/** Threads of the inference that end without an error, as after process.exit() or a crash of the platform. */

const MAKEFILE = '//- Makefile\nVERSION = 6\nPATCHLEVEL = 12\n';

/** Threads that end when they are given one of `deadly`, and find nothing in any other file. */
async function withThreads(
  deadly: readonly string[],
  threads: number,
  use: (analysers: Analysers) => Promise<void>,
): Promise<void> {
  await withTree(MAKEFILE, async ({ root, write }) => {
    write(
      'worker.mjs',
      `import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ items }) => {
  if (items.some(({ path }) => ${JSON.stringify(deadly)}.includes(path))) process.exit(3);
  parentPort.postMessage({ results: items.map(({ path }) => ({ path, why: 'by a thread' })) });
});
`,
    );
    const analysers = analysersOf(await openTree(root, undefined), threads, pathToFileURL(join(root, 'worker.mjs')));
    try {
      await use(analysers);
    } finally {
      analysers.close();
    }
  });
}

function files(count: number): FileMatch[] {
  return Array.from({ length: count }, (_, at) => ({ path: `mm/${String(at)}.c`, names: ['put_page'] }));
}

test('a thread that ends gives back what it was given, and the work comes to its end', async () => {
  const all = files(20);
  await withThreads(
    all.map(({ path }) => path),
    1,
    async (analysers) => {
      const results: RoundResult[] = [];
      analysers.onResults = (more) => results.push(...more);
      const queue = new WorkQueue<FileMatch>();
      for (const one of all) queue.push(one);
      const done: string[] = [];
      await queue.drain(Promise.resolve(NOTHING_FOUND), ({ path }) => done.push(path), {}, analysers);
      assert.deepEqual(done.toSorted(), all.map(({ path }) => path).toSorted());
      assert.deepEqual(results, []);
    },
  );
});

test('a file on which a second thread ends is told as failed, and every other one is done or given back', async () => {
  const waiting = [...files(30), { path: 'mm/mate.c', names: ['put_page'] }, { path: 'mm/bad.c', names: ['put_page'] }];
  const all = waiting.map(({ path }) => path);
  await withThreads(['mm/bad.c'], 2, async (analysers) => {
    const results: RoundResult[] = [];
    analysers.onResults = (more) => results.push(...more);
    await new Promise<void>((resolve) => {
      analysers.onChange = () => {
        analysers.deal(waiting);
        if (analysers.underWay === 0) resolve();
      };
      analysers.deal(waiting);
    });
    const failed = results.flatMap((one) => ('why' in one && one.why !== 'by a thread' ? [[one.path, one.why]] : []));
    const why = 'an analysis thread stopped on it: it ended';
    assert.deepEqual(failed, [
      ['mm/mate.c', why],
      ['mm/bad.c', why],
    ]);
    const accounted = [...results, ...waiting].map(({ path }) => path);
    assert.deepEqual(accounted.toSorted(), all.toSorted());
  });
});
