import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelEntry } from '@pageref/shared';
import { pageref, type Surroundings } from '../support/cli.js';
import { golden } from '../support/golden.js';

const OLD: ModelEntry = {
  name: 'demo_page',
  form: 'function',
  range: { since: '4.20', until: '5.10' },
  evidence: ['4.20:mm/demo.c:10#demo_page'],
  summary: 'Looks up the page of an address and takes a reference on it.',
  sources: [
    {
      role: 'filter',
      result: { at: 'result' },
      kinds: ['buddy', 'fs-dax'],
      kindsSince: { 'fs-dax': '6.15' },
      nullable: true,
    },
  ],
  effects: [
    {
      does: 'acquire',
      on: { at: 2, through: 'array' },
      unit: 'reference',
      count: '1 on head page',
      when: 'ret > 0',
      kinds: { no: ['zero-page'], otherwise: 'yes' },
    },
  ],
  counterparts: ['put_page'],
};

const NEW: ModelEntry = {
  ...OLD,
  range: { since: '5.12', sinceAfter: '5.10' },
  predicate: {
    class: 'zone-device',
    of: { at: 0, through: 'field', field: 'page' },
    answers: { yes: ['fs-dax'], maybe: ['hole'], otherwise: 'no' },
    trueWhen: 'zero',
  },
  conversion: { from: { at: 1, through: 'out' }, to: { at: 'result' }, origin: 'pte' },
  preconditions: [{ of: { at: 0 }, needs: 'held', text: 'the caller holds a reference' }],
  callback: { callback: 1, parameter: 0, kinds: ['buddy'] },
  attribute: { of: { at: 0 }, what: 'zone' },
  replacedBy: 'demo_folio',
  zoneDevice: 'answers yes',
  context: 'may sleep',
};

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
