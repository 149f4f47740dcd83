import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IMPACTS, RULE_IDS, SITE_CLASSES, TOOL_VERSION, VERDICTS } from '@pageref/shared';
import { COMMANDS } from 'pageref/dist/cli/table.js';
import { pageref } from '../support/cli.js';
import { golden } from '../support/golden.js';

for (const command of [
  '',
  'audit',
  'fix',
  'check',
  'baseline',
  'owners',
  'uses',
  'contracts',
  'api',
  'explain',
  'lsp',
  'completion',
]) {
  test(`help of "pageref ${command}"`, async () => {
    const { code, stdout, stderr } = await pageref(`${command} --help`);
    assert.deepEqual([code, stderr], [0, '']);
    golden(`cli/golden/help-${command === '' ? 'pageref' : command}.txt`, stdout);
  });
}

test('no command: the help on standard error and exit code 2', async () => {
  const { code, stdout, stderr } = await pageref('');
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^Usage: pageref/);
});

test('-h, -V and help are what their long names are', async () => {
  assert.deepEqual(await pageref('check -h'), await pageref('check --help'));
  assert.deepEqual(await pageref('help check'), await pageref('check --help'));
  assert.deepEqual(await pageref('help'), await pageref('--help'));
  assert.deepEqual(await pageref('-h'), await pageref('--help'));
  assert.deepEqual(await pageref('-V'), await pageref('--version'));
  assert.equal((await pageref('help chekc')).code, 2);
});

test('--version', async () => {
  assert.deepEqual(await pageref('--version'), { code: 0, stdout: `${TOOL_VERSION}\n`, stderr: '' });
});

test('no help tells of a former name', async () => {
  for (const { name, formerly = [] } of COMMANDS) {
    const { stdout } = await pageref(`${name} --help`);
    for (const { flags } of formerly) assert.ok(!stdout.includes(flags), flags);
  }
});

test('explain --format json', async () => {
  const { code, stdout } = await pageref('explain pagemap-ref-leak --format json');
  assert.equal(code, 0);
  assert.equal((JSON.parse(stdout) as { name: string }).name, 'pagemap-ref-leak');
});

test('explain tells of every verdict, impact and rule', async () => {
  const texts = await Promise.all([...VERDICTS, ...IMPACTS, ...RULE_IDS].map((name) => pageref(`explain ${name}`)));
  assert.ok(texts.every(({ code, stderr }) => code === 0 && stderr === ''));
  golden('cli/golden/explain.txt', texts.map(({ stdout }) => stdout).join('\n'));
});

test('every word of a heading of audit can be explained', async () => {
  const words = new Set(SITE_CLASSES.flatMap(({ word, detail }) => (detail === null ? [word] : [word, detail])));
  for (const word of words) {
    const { code, stdout } = await pageref(`explain ${word}`);
    assert.equal(code, 0, word);
    assert.ok(stdout.startsWith(`${word}: `), word);
  }
});
