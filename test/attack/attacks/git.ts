import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { git } from '../../support/git.js';
import type { Attack } from '../attack.js';
import { runWell } from '../process.js';
import { TREE, writeTree } from '../texts.js';

const BEFORE = 'void f(struct page *page)\n{\n\tput_page(page);\n}\n';
const AFTER = BEFORE.replace('\tput_page', '\tif (!PageReserved(page))\n\t\tput_page');

/** Settings of a repository that make git run a program; TRAP stands for one. */
const SETTINGS: Readonly<Record<string, string>> = {
  ...sameFor('TRAP', 'core.fsmonitor core.pager core.editor core.sshCommand core.askPass core.gitProxy pager.cat-file'),
  ...sameFor('TRAP', 'diff.external diff.x.textconv diff.x.command filter.x.clean filter.x.smudge filter.x.process'),
  ...sameFor('TRAP', 'gpg.program credential.helper core.alternateRefsCommand uploadpack.packObjectsHook'),
  ...sameFor('TRAP', 'interactive.diffFilter merge.x.driver'),
  ...sameFor('!TRAP', 'alias.cat-file alias.diff-tree alias.rev-parse alias.ls-tree'),
  ...sameFor('always', 'protocol.allow protocol.ext.allow protocol.file.allow'),
  'core.hooksPath': 'HOOKS',
  'remote.origin.vcs': 'x',
  'trace2.eventTarget': 'af_unix:TRAP',
};

function sameFor(value: string, keys: string): Record<string, string> {
  return Object.fromEntries(keys.split(' ').map((key) => [key, value]));
}

export const gitConfigs: Attack = {
  name: 'git-configs',
  promise: 'nothing that a repository, its configuration or its tree names is run, and no network is asked',
  share: 2,
  round: async ({ random, folder, tried }) => {
    const [tree, trap, ran] = [join(folder, 'tree'), join(folder, 'trap'), join(folder, 'RAN')];
    const script = `#!/bin/sh\ntouch "${ran}"\nexit 1\n`;
    const blob = makeRepository(tree);
    for (const path of [trap, join(tree, 'git'), join(tree, 'mm', 'git'), ...hookPaths(folder)])
      writeProgram(path, script);
    for (const [key, value] of random.some(12, Object.entries(SETTINGS))) {
      git(tree, 'config', key, value.replace('TRAP', trap).replace('HOOKS', join(folder, 'hooks')));
    }
    if (random.chance(0.6)) makePromisor(tree, trap, blob);
    const path = random.pick(['', '.:', `${tree}:`, ':mm:']) + (process.env['PATH'] ?? '');
    const ways = [
      ['--diff', 'HEAD~1'],
      ['--diff', 'HEAD~1..HEAD'],
      ['--patch', join(folder, 'p'), '--at', 'HEAD~1'],
      ['--diff', '--output=x'],
      ['--diff', ':/x'],
    ];
    writeFileSync(join(folder, 'p'), PATCH);
    for (const way of random.some(2, ways)) {
      await runWell(['check', tree, '--no-cache', ...way], {
        env: { PATH: path },
        cwd: random.pick([tree, join(tree, 'mm'), folder]),
      });
      assert.ok(!existsSync(ran), `a program of the repository ran: ${way.join(' ')}, PATH ${path}`);
      tried();
    }
  },
};

const PATCH = `diff --git a/mm/a.c b/mm/a.c
--- a/mm/a.c
+++ b/mm/a.c
@@ -1,4 +1,5 @@
 void f(struct page *page)
 {
-\tput_page(page);
+\tif (!PageReserved(page))
+\t\tput_page(page);
 }
`;

/** A history of two commits; gives the id of the file in the first. */
function makeRepository(tree: string): string {
  writeTree(tree, { ...TREE, 'mm/a.c': BEFORE, '.gitattributes': '*.c filter=x diff=x merge=x\n' });
  git(tree, 'init', '-q', '.');
  git(tree, 'add', '-A');
  git(tree, 'commit', '-qm', 'one');
  const blob = git(tree, 'rev-parse', 'HEAD:mm/a.c').trim();
  writeTree(tree, { 'mm/a.c': AFTER });
  git(tree, 'commit', '-qam', 'two');
  return blob;
}

/** A partial clone that has to fetch what is missing, from where the repository says. */
function makePromisor(tree: string, trap: string, blob: string): void {
  rmSync(join(tree, '.git', 'objects', blob.slice(0, 2), blob.slice(2)));
  const settings = [
    ['core.repositoryformatversion', '1'],
    ['extensions.partialClone', 'origin'],
    ['remote.origin.promisor', 'true'],
    ['remote.origin.url', `ext::${trap}`],
  ];
  for (const [key = '', value = ''] of settings) git(tree, 'config', key, value);
}

function hookPaths(folder: string): string[] {
  return ['post-checkout', 'post-index-change', 'fsmonitor-watchman', 'reference-transaction'].map((name) =>
    join(folder, 'hooks', name),
  );
}

function writeProgram(path: string, script: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, script);
  chmodSync(path, 0o755);
}
