import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import type { FindingSeverity } from '@pageref/shared';
import type { Engine } from 'pageref/dist/cli/io.js';
import type { CheckOptions } from 'pageref/dist/project/options.js';
import { pageref } from '../support/cli.js';
import { golden } from '../support/golden.js';
import { fullCheckReport, fullReleasesReport } from '../support/reports.js';

for (const [format, name] of [
  ['text', 'check.txt'],
  ['text --verbose', 'check-verbose.txt'],
  ['text --all --quiet', 'check-all.txt'],
  ['concise', 'check-concise.txt'],
  ['github', 'check-github.txt'],
  ['gitlab', 'check-gitlab.json'],
  ['gcc', 'check.gcc'],
  ['gcc --verbose', 'check-verbose.gcc'],
  ['json', 'check.json'],
  ['sarif', 'check.sarif'],
] as const) {
  test(`check --format ${format}`, async () => {
    const { code, stdout, stderr } = await pageref(`check linux --format ${format}`);
    assert.deepEqual([code, stderr], [1, '']);
    golden(`cli/golden/${name}`, stdout);
  });
}

for (const [format, name] of [
  ['text', 'check-releases.txt'],
  ['text --statistics', 'check-releases-statistics.txt'],
  ['concise', 'check-releases-concise.txt'],
  ['json', 'check-releases.json'],
  ['sarif', 'check-releases.sarif'],
] as const) {
  test(`check --kernel 5.4,6.12 --format ${format}`, async () => {
    const engine = { checkReleases: () => Promise.resolve(fullReleasesReport()) };
    const { code, stdout } = await pageref(`check linux --kernel 5.4,6.12 --format ${format}`, { engine });
    assert.equal(code, 1);
    golden(`cli/golden/${name}`, stdout);
  });
}

test('--kernel takes lists and ranges of releases', async () => {
  const releasesOf = async (kernel: string): Promise<readonly string[]> => {
    let seen: readonly string[] = [];
    const checkReleases: Engine['checkReleases'] = (releases) => {
      seen = releases;
      return Promise.resolve(fullReleasesReport());
    };
    const check: Engine['check'] = ({ release = 'none' }) => {
      seen = [release];
      return Promise.resolve(fullCheckReport());
    };
    await pageref(`check linux --kernel ${kernel}`, { engine: { check, checkReleases } });
    return seen;
  };
  assert.deepEqual(await releasesOf('6.12,5.4,6.12'), ['5.4', '6.12']);
  assert.deepEqual(await releasesOf('5.6..6.1'), ['5.6', '5.10', '5.15', '6.1']);
  assert.deepEqual(await releasesOf('5.4..5.10,6.12.3'), ['5.4', '5.10', '6.12']);
  assert.deepEqual(await releasesOf('6.1..6.1'), ['6.1']);
});

test('releases that are none, and ranges that run backwards, are refused', async () => {
  for (const [command, line] of [
    [
      'check linux --kernel 6.12..5.4',
      'pageref: --kernel: "6.12..5.4" is no range from an older release to a newer one',
    ],
    ['check linux --kernel 5.4,9.9', 'pageref: --kernel: "9.9" is no release the model knows'],
    ['check linux --kernel 5.4..', 'pageref: --kernel: "5.4.." is no range: it has no end'],
    ['check linux --kernel ..6.1', 'pageref: --kernel: "..6.1" is no range: it has no beginning'],
    ['audit linux --kernel 5.4,9.9', 'pageref: --kernel: "9.9" is no release the model knows'],
    [
      'audit linux --kernel 6.12..5.4',
      'pageref: --kernel: "6.12..5.4" is no range from an older release to a newer one',
    ],
    ['check linux --kernel 5.21', 'pageref: --kernel: "5.21" is no release the model knows'],
    [
      'check linux --kernel 5.4..6.1..6.12',
      'pageref: --kernel: "5.4..6.1..6.12" is no range from an older release to a newer one',
    ],
    ['check linux --kernel ,', 'pageref: --kernel: the list is empty'],
    ['uses linux --kernel 5.4,6.1', 'pageref: --kernel: "5.4,6.1" is more than one release'],
  ] as const) {
    const { code, stderr } = await pageref(command);
    assert.deepEqual([code, stderr.split('\n')[0]], [2, line]);
  }
});

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

test('places and rules are links where a person looks at a terminal, and only there', async () => {
  const linked = async (line: string, env: Record<string, string> = {}, terminal = true): Promise<boolean> =>
    (await pageref(`check linux ${line}`, { terminal, env: { FORCE_COLOR: '0', ...env } })).stdout.includes(
      '\u001b]8;;',
    );
  assert.equal(await linked(''), true);
  assert.equal(await linked('', {}, false), false);
  assert.equal(await linked('', { NO_COLOR: '1' }), false);
  assert.equal(await linked('', { CI: 'true' }), false);
  assert.equal(await linked('', { TERM: 'dumb' }), false);
  assert.equal(await linked('--color never'), false);
  for (const format of ['concise', 'gcc', 'json', 'sarif', 'github']) {
    assert.equal(await linked(`--format ${format}`), false, format);
  }
});

test('a link leads to the file and to the page of the rule; the text is the same without', async () => {
  const plain = (await pageref('check linux')).stdout;
  const { stdout } = await pageref('check linux', { terminal: true, env: { FORCE_COLOR: '0' } });
  const links = [...stdout.matchAll(/\u001b\]8;;([^\u001b]+)\u001b\\([^\u001b]*)\u001b\]8;;\u001b\\/g)];
  const [[, file = '', place = ''] = [], [, page = '', rule = ''] = []] = links;
  assert.deepEqual([file, place], ['file:///work-folder/linux/mm/b.c', 'mm/b.c:40:6']);
  assert.match(page, /\/docs\/rules\/reserved-conflates-zone-device\.md$/);
  assert.ok(existsSync(new URL(page)));
  assert.equal(rule, 'reserved-conflates-zone-device');
  assert.equal(
    links.reduce((text, [whole, , shown = '']) => text.replace(whole, shown), stdout),
    plain,
  );
});

test('in the folder of the tree a terminal finds places by itself, with their lines', async () => {
  const { stdout } = await pageref('check linux', {
    terminal: true,
    env: { FORCE_COLOR: '0' },
    cwd: '/work-folder/linux',
  });
  assert.match(stdout, /^mm\/b\.c:40:6: error/m);
});

test('--cc takes the C files of a compiler line, and checks them as a build wants it', async () => {
  const seen: CheckOptions[] = [];
  const engine = { check: (options: CheckOptions) => (seen.push(options), Promise.resolve(fullCheckReport())) };
  const words = '-D__linux__ -I ./a.c -include ./gen.c -Wp,-MMD,mm/.gup.o.d -o mm/out.c -O2 mm/gup.c --param x.c=1 -c';
  const { code, stdout } = await pageref(`check --rule get-without-put --cc ${words}`, { engine });
  assert.deepEqual(seen[0]?.paths, ['/work-folder/mm/gup.c']);
  assert.equal(code, 0);
  assert.match(stdout, /^linux\/mm\/b\.c:40:6: error: /m);
  const problems = (await pageref('check --cc -c mm/gup.c', { engine })).stdout;
  assert.match(problems, / warning: /);
  assert.doesNotMatch(problems, / note: (?!.*rule-failed)/);
  assert.equal((await pageref('check --fail-on warning --format concise --cc -c mm/gup.c', { engine })).code, 1);
});

test('--cc without a C file says what is missing', async () => {
  const { code, stderr } = await pageref('check --cc -D__linux__ -o x.c arch/x86/entry.S');
  assert.equal(code, 2);
  assert.match(stderr, /^pageref: check --cc: no C file among the words behind it\n/);
});
