import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Site } from '@pageref/shared';
import { reachedTests } from '../support/interpreter.js';
import { auditText } from '../support/memory-tree.js';
import { print, program } from '../support/random-programs.js';
import type { Program } from '../support/random-programs.js';

const RUNS = Number(process.env['PAGEREF_RANDOM_RUNS'] ?? 300);
const RELEASE = '6.12';

/** True where the verdict says that no device page comes to the test, whatever is done there. */
function excludes({ verdict, reason }: Site): boolean {
  return (
    verdict === 'guarded' ||
    verdict === 'never-zone-device' ||
    (verdict === 'handled' && reason.text.includes('ruled out'))
  );
}

interface Seen {
  readonly text: string;
  /** Tests judged safe although a device page reaches them: line and verdict. */
  readonly wrong: readonly string[];
  /** Tests that only other pages reach, and those of them that were judged so. */
  readonly safe: number;
  readonly proven: number;
}

async function look(made: Program): Promise<Seen> {
  const { text, testLines } = print(made);
  const reached = reachedTests(made);
  const { sites } = await auditText(RELEASE, 'random.c', text, undefined);
  assert.equal(sites.length, testLines.size, text);
  const wrong: string[] = [];
  let [safe, proven] = [0, 0];
  for (const site of sites) {
    const statement = testLines.get(site.line);
    assert.ok(statement, text);
    if (!reached.byAny.has(statement)) continue;
    if (!reached.byDevice.has(statement)) {
      safe++;
      if (excludes(site)) proven++;
    } else if (excludes(site)) {
      wrong.push(`line ${String(site.line)}: ${site.verdict}: ${site.reason.contract}`);
    }
  }
  return { text, wrong, safe, proven };
}

test('semantics: no verdict of safety for a test that a device page reaches', async () => {
  await fc.assert(
    fc.asyncProperty(program, async (made) => {
      const { text, wrong } = await look(made);
      assert.deepEqual(wrong, [], text);
    }),
    { numRuns: RUNS, seed: 20, includeErrorInReport: true },
  );
});

test('semantics: the random programs hold tests that are safe, and some are proven so', async () => {
  let [safe, proven] = [0, 0];
  for (const made of fc.sample(program, { numRuns: 200, seed: 21 })) {
    const seen = await look(made);
    safe += seen.safe;
    proven += seen.proven;
  }
  assert.ok(safe >= 40, `only ${String(safe)} safe tests were made`);
  assert.ok(proven >= safe / 3, `${String(proven)} of ${String(safe)} safe tests were proven`);
});
