import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { AuditReport, Verdict } from '@pageref/shared';
import type { AuditOptions } from 'pageref/dist/project/options.js';
import { pageref, type Surroundings } from '../support/cli.js';
import { golden } from '../support/golden.js';
import { fullAuditReport, site } from '../support/reports.js';

const folder = mkdtempSync(join(tmpdir(), 'pageref-cli-'));
after(() => rmSync(folder, { recursive: true }));

function reporting(verdicts: readonly Verdict[]): Surroundings {
  return giving({ ...fullAuditReport(), sites: verdicts.map((verdict) => site(verdict)) });
}

function giving(report: AuditReport): Surroundings {
  return { engine: { audit: () => Promise.resolve(report) } };
}

async function optionsOf(line: string): Promise<AuditOptions> {
  const seen: AuditOptions[] = [];
  await pageref(line, { engine: { audit: (options) => (seen.push(options), Promise.resolve(fullAuditReport())) } });
  assert.equal(seen.length, 1);
  return seen[0]!;
}

for (const [format, name] of [
  ['text', 'audit.txt'],
  ['text --verbose', 'audit-verbose.txt'],
  ['json', 'audit.json'],
  ['sarif', 'audit.sarif'],
  ['markdown', 'audit.md'],
  ['gcc', 'audit.gcc'],
  ['gcc --verbose', 'audit-verbose.gcc'],
  ['html', 'audit.html'],
] as const) {
  test(`audit --format ${format}`, async () => {
    const { code, stdout, stderr } = await pageref(`audit linux --format ${format}`);
    assert.deepEqual([code, stderr], [1, '']);
    golden(`cli/golden/${name}`, stdout);
  });
}

test('exit code 1 for needs-zone-device and unclear, 0 for the rest', async () => {
  const codeOf = async (...verdicts: Verdict[]): Promise<number> =>
    (await pageref('audit linux', reporting(verdicts))).code;
  assert.equal(await codeOf(), 0);
  assert.equal(await codeOf('guarded', 'handled', 'not-a-test', 'copy-only'), 0);
  assert.equal(await codeOf('guarded', 'unclear'), 1);
  assert.equal(await codeOf('needs-zone-device'), 1);
});

test('html: nothing of a tree becomes markup, and the policy allows the one style there is', async () => {
  const evil = '<img src=x onerror="alert(1)">';
  const sites = [{ ...site('unclear'), path: evil, function: evil, consequence: evil }];
  const { stdout } = await pageref('audit linux --format html', giving({ ...fullAuditReport(), root: evil, sites }));
  assert.doesNotMatch(stdout, /<img|<script| style=/);
  assert.ok(stdout.includes('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;'));
  const style = /<style>([^]*?)<\/style>/.exec(stdout)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  assert.ok(stdout.includes(`content="default-src 'none'; style-src 'sha256-${hash}'; `));
});

test('options reach the engine', async () => {
  const line =
    'audit linux --kernel v6.1.190 --arch x86 --what-if no-reserved-zone-device --verdict unclear,guarded,unclear --jobs 3';
  const { onProgress, ...options } = await optionsOf(line);
  assert.equal(typeof onProgress, 'function');
  assert.deepEqual(options, {
    paths: ['/work-folder/linux'],
    jobs: 3,
    release: '6.1',
    arch: 'x86',
    whatIf: 'no-reserved-zone-device',
    verdicts: ['unclear', 'guarded'],
  });
});

test('without options the engine gets the root and one job per core', async () => {
  const { paths, jobs, ...others } = await optionsOf('audit ../trees/./linux/');
  assert.deepEqual([paths, jobs], [['/trees/linux'], 2]);
  assert.deepEqual(Object.keys(others).sort(), ['onProgress']);
});

test('--output writes the file and nothing else', async () => {
  const file = join(folder, 'report.json');
  writeFileSync(file, 'old');
  const { stdout, stderr } = await pageref(`audit linux --format json --output ${file}`);
  assert.deepEqual([stdout, stderr], ['', '']);
  assert.equal((JSON.parse(readFileSync(file, 'utf8')) as AuditReport).schemaVersion, 1);
  assert.deepEqual(readdirSync(folder), ['report.json']);
});

test('--output follows a link to the file behind it', async () => {
  writeFileSync(join(folder, 'real.txt'), '');
  symlinkSync('real.txt', join(folder, 'link.txt'));
  await pageref(`audit linux --output ${join(folder, 'link.txt')}`);
  assert.match(readFileSync(join(folder, 'real.txt'), 'utf8'), /^needs-zone-device/);
});

test('a device is written to and not replaced', async () => {
  const { code, stdout } = await pageref('audit linux --output /dev/null');
  assert.deepEqual([code, stdout], [1, '']);
});

test('a run that fails leaves the old file alone', async () => {
  const file = join(folder, 'kept.txt');
  writeFileSync(file, 'old');
  await pageref(`audit linux --output ${file}`, { engine: { audit: () => Promise.reject(new Error('no')) } });
  assert.equal(readFileSync(file, 'utf8'), 'old');
});

test('progress is drawn on a terminal only, and taken away again', async () => {
  const audit = (options: AuditOptions): Promise<AuditReport> => {
    for (const done of [1, 50, 50, 100]) options.onProgress?.({ phase: 'scan', done, total: 100, unit: 'files' });
    return Promise.resolve(fullAuditReport());
  };
  const onTerminal = await pageref('audit linux', { terminal: true, engine: { audit } });
  const lines = [1, 50, 100].map((percent) => `\r\u001b[Kpageref: reading files: ${percent} % of 100 files`);
  assert.equal(onTerminal.stderr, `${lines.join('')}\r\u001b[K`);
  assert.equal((await pageref('audit linux', { engine: { audit } })).stderr, '');
});

test('colours: --color before FORCE_COLOR before NO_COLOR before the terminal', async () => {
  const coloured = async (line: string, surroundings: Surroundings): Promise<boolean> =>
    (await pageref(`audit linux ${line}`, surroundings)).stdout.includes('\u001b[');
  assert.equal(await coloured('', {}), false);
  assert.equal(await coloured('', { terminal: true }), true);
  assert.equal(await coloured('', { terminal: true, env: { NO_COLOR: '1' } }), false);
  assert.equal(await coloured('', { terminal: true, env: { TERM: 'dumb' } }), false);
  assert.equal(await coloured('', { env: { FORCE_COLOR: '1' } }), true);
  assert.equal(await coloured('', { terminal: true, env: { FORCE_COLOR: '0' } }), false);
  assert.equal(await coloured('--color always', { env: { NO_COLOR: '1' } }), true);
  assert.equal(await coloured('--color never', { terminal: true, env: { FORCE_COLOR: '1' } }), false);
  assert.equal(await coloured('--format json', { terminal: true }), false);
});
