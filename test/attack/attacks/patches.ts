import assert from 'node:assert/strict';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Attack } from '../attack.js';
import { runWell } from '../process.js';
import type { Random } from '../random.js';
import { hostileName, TREE, writeTree } from '../texts.js';

const BEFORE = 'void f(unsigned long pfn)\n{\n\tstruct page *page = pfn_to_page(pfn);\n\n\tput_page(page);\n}\n';
const AFTER = BEFORE.replace('\tput_page', '\tif (!PageReserved(page))\n\t\tput_page');

export const patches: Attack = {
  name: 'patches',
  promise: 'a patch is checked inside of the tree or refused with a reason; it reads and writes nothing outside',
  share: 2,
  round: async ({ random, folder, tried }) => {
    const tree = join(folder, 'tree');
    writeTree(tree, { ...TREE, 'mm/demo.c': BEFORE });
    writeTree(folder, { 'secret.c': BEFORE });
    symlinkSync('..', join(tree, 'out'));
    symlinkSync('../../secret.c', join(tree, 'mm', 'link.c'));
    for (let n = 0; n < 4; n++) {
      const patch = damaged(random, patchOf(random));
      const format = random.pick(['text', 'json', 'b4', 'checkpatch-terse', 'sarif', 'gcc']);
      const line = ['check', tree, '--no-cache', '--patch', '-', '--format', format];
      const { code, stdout } = await runWell(line, { stdin: patch });
      if (code !== 2) assertInside(stdout.toString(), format);
      assert.equal(readFileSync(join(folder, 'secret.c'), 'utf8'), BEFORE);
      assert.deepEqual(readdirSync(folder).sort(), ['secret.c', 'tree']);
      tried();
    }
  },
};

/** Where the file of a patch lies: in the tree, outside of it in many ways, or at a name nobody would give. */
function patchOf(random: Random): string {
  const name = random.pick([
    ...['mm/demo.c', 'mm/new.c', './mm/./demo.c', 'mm//demo.c', '.git/hooks/x.c', `mm/${hostileName(random)}.c`],
    // What leaves the tree, by steps, from the top and by links. A back slash is a letter here; on Windows it is refused.
    ...['../secret.c', '../../secret.c', 'mm/../../secret.c', '/etc/evil.c', 'out/secret.c', 'mm/link.c', 'C:\\evil.c'],
    ...['..\\x.c', 'mm\\..\\..\\x.c'],
  ]);
  const quoted = random.chance(0.3)
    ? (side: string) => `"${side}/${cString(name)}"`
    : (side: string) => `${side}/${name}`;
  const isNew = random.chance(0.4);
  const body = isNew ? lines('+', AFTER) : hunk();
  const count = AFTER.split('\n').length - 1;
  const head = isNew ? `@@ -0,0 +1,${String(count)} @@\n` : '';
  const from = isNew ? '/dev/null' : quoted('a');
  const mode = isNew ? 'new file mode 100644\n' : '';
  return `diff --git ${quoted('a')} ${quoted('b')}\n${mode}--- ${from}\n+++ ${quoted('b')}\n${head}${body}`;
}

function hunk(): string {
  return '@@ -2,5 +2,6 @@\n {\n \tstruct page *page = pfn_to_page(pfn);\n \n-\tput_page(page);\n+\tif (!PageReserved(page))\n+\t\tput_page(page);\n }\n';
}

function lines(sign: string, text: string): string {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => `${sign}${line}\n`)
    .join('');
}

function cString(name: string): string {
  return [...Buffer.from(name)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

function damaged(random: Random, patch: string): Uint8Array {
  const ways: readonly (() => string | Uint8Array)[] = [
    () => patch,
    () => patch,
    () => patch.replaceAll('\n', '\r\n'),
    () => patch.repeat(1 + random.below(50)),
    () => patch.slice(0, random.below(patch.length)),
    () => patch.replace(/@@ -\d+/, `@@ -${String(random.pick([0, 9, 999_999_999, -1]))}`),
    () =>
      patch
        .split('\n')
        .filter(() => random.chance(0.9))
        .join('\n'),
    () => `From x\nSubject: ${hostileName(random)}\n\n---\n${patch}\n-- \n2.39`,
    () => patch.replace(/^diff --git.*$/m, `diff --git a/${' b/x'.repeat(random.below(50_000))}`),
    () => `${patch}diff --git a/x.c b/x.c\nGIT binary patch\nliteral 5\n${hostileName(random)}\n`,
    () => Buffer.concat([Buffer.from(patch), random.bytes(200)]),
    () => random.bytes(random.below(2000)),
    () => `${patch}rename from ../secret.c\nrename to mm/x.c\n`,
    () => '',
  ];
  return Buffer.from(random.pick(ways)());
}

/** No report speaks of a place outside of the tree. */
function assertInside(text: string, format: string): void {
  if (format !== 'json') {
    assert.doesNotMatch(text, /secret\.c|evil\.c/);
    return;
  }
  const { findings } = JSON.parse(text) as { findings: { path: string }[] };
  for (const { path } of findings) assert.ok(!/^\/|(?:^|\/)\.\.(?:\/|$)/.test(path) && !path.includes('secret'), path);
}
