import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { program } from '../support/references/generate.js';
import { look } from '../support/references/look.js';

const RUNS = Number(process.env['PAGEREF_RANDOM_RUNS'] ?? 2500);

test('references: what is reported of a random program happens on one of its ways', async () => {
  await fc.assert(
    fc.asyncProperty(program, async (made) => {
      const seen = await look(made);
      assert.deepEqual(seen?.wrong ?? [], [], seen?.text);
    }),
    { numRuns: RUNS, seed: 23, includeErrorInReport: true },
  );
});

test('references: random programs leak, and some of them are told so', async () => {
  let [leaking, reported] = [0, 0];
  for (const made of fc.sample(program, { numRuns: 300, seed: 24 })) {
    const seen = await look(made);
    if (!seen?.leaks) continue;
    leaking++;
    if (seen.reported) reported++;
  }
  assert.ok(leaking >= 60, `only ${String(leaking)} programs leak`);
  assert.ok(reported >= leaking / 4, `${String(reported)} of ${String(leaking)} leaking programs are reported`);
});
