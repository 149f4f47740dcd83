import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import test from 'node:test';
import { audit, check, contracts } from 'pageref/dist/runs/index.js';
import { keptIn, withFolder } from '../support/cache.js';
import { golden } from '../support/golden.js';
import { kernelTree } from '../support/kernel-tree.js';

const tree612 = kernelTree('6.12');
const tree61 = kernelTree('6.1');

async function digest(root: string, jobs: number): Promise<string> {
  const report = await audit({ paths: [root], jobs, whatIf: 'no-reserved-zone-device' });
  return createHash('sha256').update(JSON.stringify(report)).digest('hex');
}

test('the same bytes for any number of workers, and twice in a row', { skip: tree612.skip ?? false }, async () => {
  const root = tree612.root ?? '';
  const first = await digest(root, 2);
  assert.equal(await digest(root, 2), first);
  assert.equal(await digest(root, 1), first);
  assert.equal(await digest(root, 3), first);
});

function kindsIn(folder: string): string[] {
  return keptIn(folder).map((path) => basename(path).split('-')[0] ?? '');
}

test('the same bytes with what an earlier run has kept', { skip: tree612.skip ?? false }, () =>
  withFolder(async (folder) => {
    const root = tree612.root ?? '';
    const both = async (kept?: string): Promise<string[]> => {
      const options = { paths: [root], jobs: 2, ...(kept !== undefined && { cache: kept }) };
      const reports = [await audit(options), await contracts(options), await check(options)];
      return reports.map((report) => JSON.stringify(report));
    };
    const plain = await both();
    assert.deepEqual(await both(folder), plain);
    assert.deepEqual(kindsIn(folder), ['files', 'files', 'files', 'rounds', 'searches']);
    assert.deepEqual(await both(folder), plain);
  }),
);

test('the verdicts on 6.1 are those that were read and found right', { skip: tree61.skip ?? false }, async () => {
  const report = await audit({ paths: [tree61.root ?? ''], jobs: 2 });
  const lines = report.sites.map(({ path, function: fn, form, kind, verdict, impact, reason }) =>
    [path, fn, form, kind, verdict, impact ?? '-', reason.contract].join('\t'),
  );
  golden('data/truth/verdicts-6.1.tsv', `${lines.join('\n')}\n`);
});
