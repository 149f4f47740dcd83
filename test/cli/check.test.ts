import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FindingSeverity } from '@pageref/shared';
import type { CheckOptions } from 'pageref/dist/project/options.js';
import { pageref } from '../support/cli.js';
import { golden } from '../support/golden.js';
import { fullCheckReport } from '../support/reports.js';

for (const [format, name] of [
  ['text', 'check.txt'],
  ['text --verbose', 'check-verbose.txt'],
  ['text --all --quiet', 'check-all.txt'],
  ['concise', 'check-concise.txt'],
  ['github', 'check-github.txt'],
  ['gitlab', 'check-gitlab.json'],
  ['gcc', 'check.gcc'],
  ['json', 'check.json'],
  ['sarif', 'check.sarif'],
] as const) {
  test(`check --format ${format}`, async () => {
    const { code, stdout, stderr } = await pageref(`check linux --format ${format}`);
    assert.deepEqual([code, stderr], [1, '']);
    golden(`cli/golden/${name}`, stdout);
  });
}

test('--fail-on says which severity makes exit code 1', async () => {
  const codeOf = async (failOn: string, ...severities: FindingSeverity[]): Promise<number> => {
    const full = fullCheckReport();
    const bySeverity = { error: 0, warning: 0, information: 0 };
    for (const severity of severities) bySeverity[severity]++;
    const report = { ...full, summary: { ...full.summary, bySeverity } };
    return (await pageref(`check linux ${failOn}`, { engine: { check: () => Promise.resolve(report) } })).code;
  };
  assert.equal(await codeOf(''), 0);
  assert.equal(await codeOf('', 'information'), 0);
  assert.equal(await codeOf('', 'warning'), 1);
  assert.equal(await codeOf('--fail-on warning', 'error'), 1);
  assert.equal(await codeOf('--fail-on error', 'warning', 'information'), 0);
  assert.equal(await codeOf('--fail-on error', 'error'), 1);
  assert.equal(await codeOf('--fail-on none', 'error', 'warning'), 0);
});

test('paths and options reach the engine', async () => {
  const seen: CheckOptions[] = [];
  const rules = 'reserved-conflates-zone-device,reserved-conflates-zone-device';
  await pageref(`check a.c ../b/c.h --rule ${rules} --kernel 6.1 --jobs 3`, {
    engine: { check: (options) => (seen.push(options), Promise.resolve(fullCheckReport())) },
  });
  const { onProgress, ...options } = seen[0]!;
  assert.equal(typeof onProgress, 'function');
  assert.deepEqual(options, {
    paths: ['/work-folder/a.c', '/b/c.h'],
    jobs: 3,
    release: '6.1',
    rules: ['reserved-conflates-zone-device'],
  });
});

test('a rule that is named shows its notes, and so does --all; machines are given all', async () => {
  const notes = async (line: string): Promise<number> =>
    (await pageref(`check linux ${line}`)).stdout.split('\n').filter((text) => /: (?:note|information)\b/.test(text))
      .length;
  assert.deepEqual([await notes(''), await notes('--all')], [1, 2]);
  assert.equal(await notes('--rule reserved-conflates-zone-device'), 2);
  const { stdout } = await pageref('check linux --format json');
  assert.equal((JSON.parse(stdout) as { findings: unknown[] }).findings.length, fullCheckReport().findings.length);
});

test('the short options are those of their long names, and the current folder is the default', async () => {
  const seen: CheckOptions[] = [];
  const engine = { check: (options: CheckOptions) => (seen.push(options), Promise.resolve(fullCheckReport())) };
  const long = await pageref('check . --jobs 3 --verbose --output - --quiet', { engine });
  const short = await pageref('check -j 3 -v -o - -q', { engine });
  assert.deepEqual(short, long);
  assert.deepEqual(
    seen.map(({ paths, jobs }) => [paths, jobs]),
    [
      [['/work-folder'], 3],
      [['/work-folder'], 3],
    ],
  );
});

test('no progress with --quiet', async () => {
  const engine = {
    check: ({ onProgress }: CheckOptions) => {
      onProgress?.({ phase: 'scan', done: 1, total: 2, unit: 'files' });
      return Promise.resolve(fullCheckReport());
    },
  };
  assert.match((await pageref('check linux', { engine, terminal: true })).stderr, /reading files/);
  assert.equal((await pageref('check linux -q', { engine, terminal: true })).stderr, '');
});
