import assert from 'node:assert/strict';
import test from 'node:test';
import { audit } from 'pageref/dist/runs/index.js';
import { kernelTree } from '../support/kernel-tree.js';
import { readTruth, score } from '../support/truth.js';

const data = (name: string): URL => new URL(`../../data/truth/${name}`, import.meta.url);

const tree612 = kernelTree('6.12');

test('the audit of 6.12 agrees with the expert', { skip: tree612.skip ?? false }, async (t) => {
  const report = await audit({ paths: [tree612.root ?? ''], jobs: 2 });
  const rows = readTruth(data('pagereserved-6.12.tsv'));
  const result = score(rows, report);
  const percent = ((100 * result.right) / result.rows).toFixed(1);
  t.diagnostic(
    `6.12: ${result.right} of ${result.rows} verdicts right (${percent} %), ${result.kindRight} kinds, ` +
      `${result.impactRight} of ${result.impactRows} impacts, ${result.unclear} unclear, ${result.dangerous.length} called safe that are not`,
  );
  for (const line of [...result.wrong, ...result.missing]) t.diagnostic(line);
  assert.deepEqual(result.dangerous, [], 'a place that needs care must never be called safe');
  assert.deepEqual(result.missing, []);
  assert.equal(result.kindRight, result.rows);
  assert.ok(result.right >= 0.95 * result.rows, `${percent} % of the verdicts are right`);
  assert.ok(result.unclear <= 3);
  assert.ok(result.impactRight >= 6);
  assert.equal(report.sites.length, rows.length, 'no mention that the expert does not have');
  assert.equal(report.summary.functions.notAnalysed.length, 0);
});

test('the writer that marks ZONE_DEVICE pages is named', { skip: tree612.skip ?? false }, async () => {
  const report = await audit({ paths: [tree612.root ?? ''], jobs: 2 });
  const marking = report.writers.filter((writer) => writer.marksZoneDevice);
  assert.deepEqual(
    marking.map(({ path, function: fn, name }) => `${path} ${fn} ${name}`),
    ['mm/mm_init.c __init_zone_device_page __SetPageReserved'],
  );
});
