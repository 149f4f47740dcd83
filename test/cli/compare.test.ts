import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { CompareReport } from '@pageref/shared';
import * as engine from 'pageref/dist/runs/index.js';
import type { CompareOptions } from 'pageref/dist/runs/index.js';
import { pageref, type Outcome } from '../support/cli.js';
import { golden, REPOSITORY } from '../support/golden.js';
import { fullCompareReport } from '../support/reports.js';

const SAMPLE = join(REPOSITORY, 'sample', 'linux');
const folder = mkdtempSync(join(tmpdir(), 'pageref-compare-'));
after(() => rmSync(folder, { recursive: true }));

for (const [format, name] of [
  ['text', 'compare.txt'],
  ['text --verbose', 'compare-verbose.txt'],
  ['json', 'compare.json'],
  ['markdown', 'compare.md'],
] as const) {
  test(`audit --compare --format ${format}`, async () => {
    const { code, stdout, stderr } = await pageref(`audit linux --compare newer --format ${format}`);
    assert.deepEqual([code, stderr], [1, '']);
    golden(`cli/golden/${name}`, stdout);
  });
}

test('options reach the engine', async () => {
  const seen: CompareOptions[] = [];
  const compare = (options: CompareOptions): Promise<CompareReport> => (
    seen.push(options),
    Promise.resolve(fullCompareReport())
  );
  await pageref('audit linux --compare ../newer --kernel 6.1 --arch x86 --verdict unclear --jobs 3', {
    engine: { compare },
  });
  const [{ onProgress: _, ...options } = {}] = seen;
  assert.deepEqual(options, {
    paths: ['/work-folder/linux'],
    other: '/newer',
    jobs: 3,
    release: '6.1',
    arch: 'x86',
    verdicts: ['unclear'],
  });
});

test('exit code 1 only when something got worse', async () => {
  const codeOf = async (worse: number): Promise<number> => {
    const report = { ...fullCompareReport(), summary: { ...fullCompareReport().summary, worse } };
    return (await pageref('audit a --compare b', { engine: { compare: () => Promise.resolve(report) } })).code;
  };
  assert.deepEqual([await codeOf(0), await codeOf(2)], [0, 1]);
});

test('what does not go together with --compare', async () => {
  for (const [options, what] of [
    ['--format sarif', 'there is no sarif of a comparison'],
    ['--format html', 'there is no html of a comparison'],
    ['--what-if no-reserved-zone-device', '--compare and --what-if do not go together'],
  ] as const) {
    const { code, stdout, stderr } = await pageref(`audit a --compare b ${options}`);
    assert.deepEqual([code, stdout], [2, '']);
    assert.ok(stderr.includes(what), stderr);
  }
});

/** A copy of the sample that says another release, with changes to its files. */
function copyOfSample(name: string, release: string, edits: Record<string, (text: string) => string> = {}): string {
  const root = join(folder, name);
  cpSync(SAMPLE, root, { recursive: true });
  const [version = '', patchlevel = ''] = release.split('.');
  writeFileSync(join(root, 'Makefile'), `VERSION = ${version}\nPATCHLEVEL = ${patchlevel}\nSUBLEVEL = 0\n`);
  for (const [path, edit] of Object.entries(edits)) {
    const old = readFileSync(join(root, path), 'utf8');
    assert.notEqual(edit(old), old, `${path} of ${name} was not changed`);
    writeFileSync(join(root, path), edit(old));
  }
  return root;
}

async function compare(before: string, after: string, ...options: string[]): Promise<Outcome> {
  return pageref(['audit', before, '--compare', after, ...options], { engine });
}

test('the sample from 6.12 to 6.15: what vm_normal_page() lets through, and why', async () => {
  const newer = copyOfSample('newer', '6.15');
  const { code, stdout } = await compare(SAMPLE, newer);
  assert.equal(code, 1);
  golden('cli/golden/compare-sample.txt', stdout.replaceAll(SAMPLE, 'sample/linux').replaceAll(newer, 'newer'));
});

test('a tree does not differ from itself, and going back what was worse is better', async () => {
  const newer = copyOfSample('again', '6.15');
  const { code, stdout } = await compare(SAMPLE, SAMPLE, '--format', 'json');
  const same = JSON.parse(stdout) as CompareReport;
  assert.deepEqual([code, same.changes, same.explanations, same.summary.unchanged], [0, [], [], same.before.mentions]);
  const back = await compare(newer, SAMPLE, '--format', 'json');
  const { summary } = JSON.parse(back.stdout) as CompareReport;
  assert.deepEqual([back.code, summary.worse, summary.better], [0, 0, 1]);
});

test('a fact that one tree shows and the other does not explains as a release does', async () => {
  const backported = copyOfSample('backported', '6.12');
  // A distribution's 6.12 whose vm_normal_page() asks no more for devmap entries.
  const code =
    'struct page *vm_normal_page(struct vm_area_struct *vma, unsigned long addr, pte_t pte)\n{\n\treturn NULL;\n}\n';
  writeFileSync(join(backported, 'mm', 'memory.c'), code);
  const { stdout } = await compare(SAMPLE, backported, '--format', 'json');
  const { changes, explanations } = JSON.parse(stdout) as CompareReport;
  assert.deepEqual(
    changes.map(({ trend, after, explainedBy }) => [trend, after?.function, explainedBy]),
    [['worse', 'page_to_migrate', ['vm_normal_page']]],
  );
  assert.deepEqual(
    explanations.map(({ text }) => text),
    ['vm_normal_page: the kinds it gives are not the same in the two trees'],
  );
});

test('writers that are in one tree only', async () => {
  const unmarked = copyOfSample('unmarked', '6.12', {
    'mm/mm_init.c': (text) => text.replace(/^\t__SetPageReserved\(page\);\n/m, ''),
  });
  const { stdout } = await compare(SAMPLE, unmarked, '--format', 'json');
  const { writers } = JSON.parse(stdout) as CompareReport;
  assert.deepEqual(writers.added, []);
  assert.deepEqual(
    writers.removed.map(({ function: name, marksZoneDevice }) => [name, marksZoneDevice]),
    [['__init_zone_device_page', true]],
  );
});
