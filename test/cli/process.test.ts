import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { TOOL_VERSION } from '@pageref/shared';
import { scriptWith, spawnPageref } from '../support/cli.js';
import { fullAuditReport, site } from '../support/reports.js';

const folder = mkdtempSync(join(tmpdir(), 'pageref-process-'));
after(() => rmSync(folder, { recursive: true }));

function script(name: string, engine: string): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, scriptWith(engine));
  return file;
}

test('the built program: version and mistakes', async () => {
  assert.deepEqual(await spawnPageref(['--version']), { code: 0, stdout: `${TOOL_VERSION}\n`, stderr: '' });
  const { code, stdout, stderr } = await spawnPageref(['api']);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^pageref: missing required argument 'NAME'\n/);
});

test("a reader that goes away ends the output quietly; the exit code stays the audit's", () => {
  const report = fullAuditReport();
  const many = `Array.from({ length: 20000 }, () => (${JSON.stringify(site('unclear'))}))`;
  const file = script(
    'talkative',
    `{ audit: () => Promise.resolve({ ...${JSON.stringify(report)}, sites: ${many} }) }`,
  );
  const line = `"${process.execPath}" "${file}" audit x --format json 2>&1 | head -n 1; echo "\${PIPESTATUS[0]}"`;
  assert.equal(execFileSync('bash', ['-c', line], { encoding: 'utf8' }), '{\n1\n');
});

test('ten megabytes in one line take no more memory than a kernel does', async () => {
  const tree = join(folder, 'long');
  mkdirSync(join(tree, 'mm'), { recursive: true });
  writeFileSync(join(tree, 'Makefile'), 'VERSION = 6\nPATCHLEVEL = 12\n');
  const text = `void f(struct page *p) { if (PageReserved(p)) g(); ${'a = b + c; '.repeat(1_000_000)}}\n`;
  writeFileSync(join(tree, 'mm', 'a.c'), text);
  const { code, stdout, stderr } = await spawnPageref(['audit', tree, '--no-cache'], {
    NODE_OPTIONS: '--max-old-space-size=150',
  });
  assert.deepEqual([code, stderr], [1, '']);
  assert.match(stdout, /longer than 524288 characters/);
  assert.match(stdout, /not analysed +1 function/);
});

/** Runs a script that writes "ready" when it is to get a signal; gives how it ended, what it wrote, and after how long. */
async function signalled(
  file: string,
  line: readonly string[],
  signal: NodeJS.Signals,
): Promise<{ readonly ended: number | NodeJS.Signals | null; readonly stderr: string; readonly milliseconds: number }> {
  const child = spawn(process.execPath, [file, ...line]);
  let stderr = '';
  let begin = 0;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (begin > 0 || !text.includes('ready')) return;
    begin = performance.now();
    child.kill(signal);
  });
  const kill = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const ended = await new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.on('close', (code, by) => resolve(by ?? code)),
  );
  clearTimeout(kill);
  return { ended, stderr, milliseconds: performance.now() - begin };
}

/** What a run can be busy with; none of them gives a handler its turn but the first. */
const BUSY: Readonly<Record<string, string>> = {
  'waiting for something': 'return new Promise(() => setInterval(() => {}, 1000));',
  'a step that does not end': 'for (;;);',
  'a regular expression that goes back for ever': "return /^(([a-z/_.]+)+)+!$/.test('a'.repeat(99));",
  'a thread that waits': 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
};

for (const [what, body] of Object.entries(BUSY)) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`${signal} ends a run at once: ${what}`, async () => {
      const file = script('busy', `{ audit: () => { process.stderr.write('ready\\n'); ${body} } }`);
      const report = join(folder, 'report.txt');
      const { ended, stderr, milliseconds } = await signalled(file, ['audit', 'x', '--output', report], signal);
      assert.deepEqual([ended, stderr], [signal, 'ready\n']);
      assert.ok(milliseconds < 5000, `${milliseconds} ms`);
      assert.deepEqual(
        readdirSync(folder).filter((name) => name.startsWith('report')),
        [],
      );
    });
  }
}

test('a shell tells ctrl-C as 130', () => {
  const file = script('interrupted', "{ audit: () => process.kill(process.pid, 'SIGINT') }");
  const line = `"${process.execPath}" "${file}" audit x; echo "$?"`;
  assert.equal(execFileSync('bash', ['-c', line], { encoding: 'utf8' }), '130\n');
});

test('files that are being written are finished before a signal ends the run', async () => {
  const [first, second] = ['first.txt', 'second.txt'].map((name) => JSON.stringify(join(folder, name)));
  const plan = "{ root: '/x', release: '6.12', files: [], unreadable: [] }";
  const writing = `writeFileSync(${first}, ''); process.stderr.write('ready'); while (performance.now() < 3000); writeFileSync(${second}, '');`;
  const file = script(
    'writing',
    `{ planFixes: () => Promise.resolve(${plan}), applyPlan: () => { ${writing} return []; } }`,
  );
  writeFileSync(file, `import { writeFileSync } from 'node:fs'; ${readFileSync(file, 'utf8')}`);
  const { ended } = await signalled(file, ['fix', 'x', '--in-place', '--no-cache'], 'SIGTERM');
  assert.equal(ended, 'SIGTERM');
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.txt')),
    ['first.txt', 'second.txt'],
  );
});
