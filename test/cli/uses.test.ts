import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UsesOptions } from 'pageref/dist/project/options.js';
import { pageref } from '../support/cli.js';
import { golden } from '../support/golden.js';
import { fullUsesReport } from '../support/reports.js';

for (const [format, name] of [
  ['text', 'uses.txt'],
  ['json', 'uses.json'],
  ['markdown', 'uses.md'],
] as const) {
  test(`uses --format ${format}`, async () => {
    const { code, stdout, stderr } = await pageref(`uses linux --format ${format}`);
    assert.deepEqual([code, stderr], [0, '']);
    golden(`cli/golden/${name}`, stdout);
  });
}

test('--api reaches the engine as a list without doubles', async () => {
  const seen: UsesOptions[] = [];
  await pageref('uses linux --api get_page,put_page,get_page', {
    engine: { uses: (options) => (seen.push(options), Promise.resolve(fullUsesReport())) },
  });
  assert.deepEqual(seen[0]?.apis, ['get_page', 'put_page']);
});
