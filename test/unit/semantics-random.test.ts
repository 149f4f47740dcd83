import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { program } from '../support/random/generate.js';
import { look } from '../support/random/look.js';

const RUNS = Number(process.env['PAGEREF_RANDOM_RUNS'] ?? 2500);

test('semantics: no verdict of safety for a test that a device page reaches', async () => {
  await fc.assert(
    fc.asyncProperty(program, async (made) => {
      const { text, wrong } = await look(made);
      assert.deepEqual(wrong, [], text);
    }),
    { numRuns: RUNS, seed: 21, includeErrorInReport: true },
  );
});

test('semantics: the random programs hold tests that are safe, and some are proven so', async () => {
  let [safe, proven] = [0, 0];
  for (const made of fc.sample(program, { numRuns: 300, seed: 22 })) {
    const seen = await look(made);
    safe += seen.safe;
    proven += seen.proven;
  }
  assert.ok(safe >= 40, `only ${String(safe)} safe tests were made`);
  assert.ok(proven >= safe / 3, `${String(proven)} of ${String(safe)} safe tests were proven`);
});
