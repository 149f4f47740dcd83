import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { COMMANDS } from 'pageref/dist/cli/table.js';
import { SHELLS } from 'pageref/dist/cli/types.js';
import { pageref } from '../support/cli.js';
import { REPOSITORY } from '../support/golden.js';

async function scriptFor(shell: string): Promise<string> {
  const { code, stdout, stderr } = await pageref(`completion ${shell}`);
  assert.deepEqual([code, stderr], [0, '']);
  return stdout;
}

/** What bash offers for the last word of a line. */
function offers(script: string, line: string): string[] {
  const words = line.split(' ');
  const call = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${String(words.length - 1)}
_pageref
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const text = execFileSync('bash', ['-c', `${script}\n${call}`], { encoding: 'utf8', cwd: REPOSITORY });
  return text.split('\n').filter((word) => word !== '');
}

test('bash completes commands, options, their values, lists and paths', async () => {
  const script = await scriptFor('bash');
  assert.deepEqual(offers(script, 'pageref che'), ['check']);
  assert.ok(offers(script, 'pageref ').includes('help'));
  assert.deepEqual(offers(script, 'pageref -V'), ['-V']);
  assert.deepEqual(offers(script, 'pageref help base'), ['baseline']);
  assert.deepEqual(offers(script, 'pageref check --stat'), ['--statistics']);
  assert.deepEqual(offers(script, 'pageref check --format git'), ['github', 'gitlab']);
  assert.deepEqual(offers(script, 'pageref uses --format git'), []);
  assert.deepEqual(offers(script, 'pageref check linux --rule pfn-valid-is-not-ram,pagemap-ref'), [
    'pfn-valid-is-not-ram,pagemap-ref-leak',
  ]);
  assert.deepEqual(offers(script, 'pageref explain guar'), ['guarded']);
  assert.deepEqual(offers(script, 'pageref completion f'), ['fish']);
  assert.deepEqual(offers(script, 'pageref check READ'), ['README.md']);
  assert.deepEqual(offers(script, 'pageref check -o READ'), ['README.md']);
  assert.deepEqual(offers(script, 'pageref check --diff READ'), []);
});

test('every command, option and value of the table is in the script of every shell', async () => {
  for (const shell of SHELLS) {
    const script = await scriptFor(shell);
    for (const { name, argument, options } of COMMANDS) {
      assert.match(script, new RegExp(`\\b${name}\\b`), `${shell}: ${name}`);
      const values = [...(argument?.values ?? []), ...options.flatMap((option) => option.values ?? [])];
      for (const value of values) assert.ok(script.includes(value), `${shell}: ${value}`);
      for (const { flags } of options) {
        const long = /--([\w-]+)/.exec(flags)?.[1] ?? '';
        assert.ok(script.includes(shell === 'fish' ? `-l ${long}` : `--${long}`), `${shell}: ${name} ${long}`);
      }
    }
  }
});

for (const shell of SHELLS) {
  test(`the script for ${shell} is read without a mistake`, async (t) => {
    // fish reads no script from a pipe.
    const file = join(mkdtempSync(join(tmpdir(), 'pageref-completion-')), `pageref.${shell}`);
    t.after(() => rmSync(dirname(file), { recursive: true }));
    writeFileSync(file, await scriptFor(shell));
    const found = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    if (found.error) return t.skip(`no ${shell} here`);
    assert.deepEqual([found.status, found.stderr], [0, '']);
  });
}

test('a shell that there is no script for', async () => {
  const { code, stdout, stderr } = await pageref('completion fihs');
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /SHELL: "fihs" is not known\nDid you mean fish\?/);
});

test('docs/pageref.1 is the page of the table: npm run generate', async () => {
  const script = pathToFileURL(join(REPOSITORY, 'scripts', 'generate.mjs')).href;
  const generator = (await import(script)) as { manual(): string };
  const page = readFileSync(join(REPOSITORY, 'docs', 'pageref.1'), 'utf8');
  assert.equal(page, generator.manual());
  for (const { name, options } of COMMANDS) {
    const section = page.split(/^\.SS /m).find((part) => part.startsWith(`pageref ${name}\n`)) ?? '';
    for (const { flags } of options) {
      const long = /--[\w-]+/.exec(flags)?.[0] ?? '';
      assert.ok(section.includes(long.replaceAll('-', '\\-')), `${name} ${long}`);
    }
  }
  // A line that began with a point or an apostrophe by chance would be a request, and vanish.
  for (const line of page.split('\n')) assert.match(line, /^(?:\.(?:\\"|TH|SH|SS|TP|PP|B|br)|[^.']|$)/);
});
