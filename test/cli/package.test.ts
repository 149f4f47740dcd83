import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { TOOL_VERSION } from '@pageref/shared';
import { listFiles, PackageManager } from '@vscode/vsce';
import { PROGRAM } from '../support/cli.js';
import { REPOSITORY } from '../support/golden.js';

/** The artefacts people install, made once for this file, and an empty folder to install into. */
const DIST = join(REPOSITORY, 'dist');
const SAMPLE = join(REPOSITORY, 'sample', 'linux');
const folder = mkdtempSync(join(tmpdir(), 'pageref-package-'));
after(() => rmSync(folder, { recursive: true }));

function run(program: string, args: readonly string[], cwd = folder): string {
  return execFileSync(program, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32', stdio: 'pipe' });
}

/** What an audit prints; it ends with code 1, because the sample has findings. */
function audit(program: string): string {
  try {
    run(process.execPath, [program, 'audit', SAMPLE]);
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
  return assert.fail('the sample has findings');
}

before(() => run(process.execPath, [join(REPOSITORY, 'scripts', 'package.mjs')], REPOSITORY));

test('the npm package installs into an empty folder without the network and audits', () => {
  const packed = join(DIST, `pageref-${TOOL_VERSION}.tgz`);
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--prefix', folder, packed]);
  assert.deepEqual(
    readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.')),
    ['pageref'],
  );
  const bin = join(folder, 'node_modules', '.bin', 'pageref');
  assert.equal(run(bin, ['--version']).trim(), TOOL_VERSION);
  const installed = join(folder, 'node_modules', 'pageref', 'dist', 'bundle', 'server', 'main.js');
  assert.equal(audit(installed), audit(PROGRAM));
  assert.match(run(bin, ['api', 'put_page']), /^put_page/);
});

test('the VSIX holds what is listed and nothing else', async () => {
  // The parts that the threads share are named by what they hold, and listed by their pattern.
  const parts = readdirSync(join(DIST, 'bundle', 'server')).filter((name) => name.startsWith('part-'));
  const listed = [...readFileSync(join(REPOSITORY, '.vscodeignore'), 'utf8').matchAll(/^!(.*)$/gm)].flatMap(
    ([, file = '']) => (file.endsWith('/part-*.js') ? parts.map((name) => file.replace('part-*.js', name)) : [file]),
  );
  const files = await listFiles({ cwd: REPOSITORY, packageManager: PackageManager.None });
  // The listing has the usual README; docs/vscode.md takes its place in the package.
  assert.deepEqual(files.filter((file) => file !== 'README.md').sort(), listed.sort());
  assert.ok(
    readFileSync(join(DIST, `pageref-${TOOL_VERSION}.vsix`))
      .subarray(0, 2)
      .equals(Buffer.from('PK')),
  );
  assert.ok(
    files.every((file) => !/\.node$|node_modules/.test(file)),
    'nothing is native',
  );
});

test('every worker thread of the server is in both', () => {
  const bundled = readdirSync(join(DIST, 'bundle', 'server')).filter((name) => name.endsWith('-worker.js'));
  const built = readdirSync(join(REPOSITORY, 'server', 'dist'), { recursive: true, encoding: 'utf8' });
  const workers = built.filter((name) => name.endsWith('-worker.js')).map((name) => name.split(/[/\\]/).at(-1));
  assert.deepEqual(bundled.sort(), workers.sort());
  const listed = readFileSync(join(REPOSITORY, '.vscodeignore'), 'utf8');
  assert.ok(workers.every((name) => listed.includes(`!dist/bundle/server/${name ?? ''}\n`)));
});

test('the licences of what is bundled come with it', () => {
  const notices = readFileSync(join(DIST, 'bundle', 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  for (const name of [
    'web-tree-sitter',
    'tree-sitter-c',
    'commander',
    'vscode-languageserver',
    'vscode-languageclient',
  ])
    assert.match(notices, new RegExp(`^${name} \\d`, 'm'));
  assert.doesNotMatch(notices, /has no licence file/);
});
