import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
  const { code, stdout, stderr } = await spawnPageref(['audit']);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^pageref: missing required argument 'TREE'\n/);
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

test('ctrl-C ends a running audit with exit code 130 and leaves no file', async () => {
  const file = script(
    'slow',
    `{ audit: () => { process.stderr.write('ready\\n'); return new Promise(() => setInterval(() => {}, 1000)); } }`,
  );
  const child = spawn(process.execPath, [file, 'audit', 'x', '--output', join(folder, 'report.txt')]);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (text.includes('ready')) child.kill('SIGINT');
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.deepEqual([code, stderr], [130, 'ready\npageref: interrupted, nothing was written\n']);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('report')),
    [],
  );
});
