import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelEntry } from '@pageref/shared';
import { pageref, type Surroundings } from '../support/cli.js';
import { golden } from '../support/golden.js';
import { fullModelEntries } from '../support/model-entries.js';

const [OLD, NEW] = fullModelEntries();

function knowing(entries: readonly ModelEntry[]): Surroundings {
  return {
    engine: {
      describeApi: (name, release) => ({
        known: true,
        name,
        entries,
        ranges: [OLD, NEW],
        ...(release === undefined ? {} : { release }),
      }),
    },
  };
}

test('api: everything the model can say of a name', async () => {
  const { code, stdout, stderr } = await pageref('api demo_page', knowing([OLD, NEW]));
  assert.deepEqual([code, stderr], [0, '']);
  golden('cli/golden/api.txt', stdout);
});

test('api --format json: entries as they stand in .pageref.json', async () => {
  const { code, stdout } = await pageref('api demo_page --kernel 6.12 --format json', knowing([NEW]));
  assert.equal(code, 0);
  const { release, entries, ranges } = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual({ release, entries, ranges }, { release: '6.12', entries: [NEW], ranges: [OLD, NEW] });
});

test('api: a name that is not in the release', async () => {
  const { code, stdout } = await pageref('api demo_page --kernel 5.11', knowing([]));
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^demo_page is not in 5\.11\n\nIn the model:\n {2}4\.20 until before 5\.10: [^]*5\.12 \(first seen there, not in 5\.10\) and later: /,
  );
});

test('api: the real model answers, by release and by likeness', async () => {
  const { describeApi } = await import('pageref/dist/runs/api/describe.js');
  const engine = { describeApi };
  const { stdout } = await pageref('api vm_normal_page --kernel 6.12', { engine });
  assert.match(stdout, /^vm_normal_page \(function\), [^]*ZONE_DEVICE [^]*In the model:[^]*6\.15/);
  assert.match((await pageref('api vm_nromal_page', { engine })).stderr, /Did you mean vm_normal_page/);
});
