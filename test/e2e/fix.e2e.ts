import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { planDiff, planFixes } from 'pageref/dist/runs/index.js';
import { git } from '../support/git.js';
import { kernelTree } from '../support/kernel-tree.js';
import { skipWithoutChromium } from './support/host.js';
import { packagedExtension } from './support/vsix.js';
import {
  chooseCodeAction,
  expectSquiggles,
  goTo,
  openFile,
  picture,
  saveFile,
  until,
  withWindow,
} from './support/walk.js';

const FILE = 'drivers/vfio/vfio_iommu_type1.c';
const LINE = 457;

/** What a person needs of 6.12 to see its finding in this file: the file, the release, and the headers its fix looks at. */
const NEEDED = [
  FILE,
  'Makefile',
  'include/linux/mm.h',
  'include/linux/mmzone.h',
  'include/linux/memremap.h',
  'include/linux/page-flags.h',
];

/** The changes of a diff alone, without what git says of objects and of the functions around them. */
function changes(diff: string): string {
  return diff.replace(/^index .*\n/gm, '').replace(/^(@@ .*? @@).*$/gm, '$1');
}

const tree = kernelTree('6.12');

test('a person mends the finding with one key and saves it', { skip: tree.skip ?? skipWithoutChromium() }, async () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pageref-fix-')));
  try {
    for (const path of NEEDED) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      cpSync(join(tree.root ?? '', path), join(root, path));
    }
    // An editor that opens C asks for no formatter or compiler here.
    writeFileSync(join(root, '.gitignore'), '.vscode\n');
    git(root, 'init', '-q');
    git(root, 'add', '-A', '-f');
    git(root, 'commit', '-q', '-m', 'Linux 6.12, a small part of it');
    const expected = Buffer.from(planDiff(await planFixes({ paths: [root], jobs: 1 }))).toString();
    assert.match(expected, /^\+.*!is_zone_device_page\(/m);
    await withWindow(
      { name: 'fix', root, install: [packagedExtension()], settings: { 'files.autoSave': 'off' } },
      async (window) => {
        await openFile(window, FILE);
        // Columns as VS Code counts them: a tab is up to four.
        await goTo(window, LINE, 18);
        await expectSquiggles(window, 'warning', 1);
        await chooseCodeAction(window, /^Exempt ZONE_DEVICE pages/, 'fixes');
        await expectSquiggles(window, 'warning', 0);
        assert.equal(git(root, 'diff'), '', 'nothing is saved before the person does');
        await saveFile(window);
        await until('the file to be saved', () => {
          const saved = readFileSync(join(root, FILE), 'utf8').includes('!is_zone_device_page(');
          return Promise.resolve(saved ? undefined : 'it is as it was');
        });
        await picture(window, 'fixed');
      },
    );
    assert.equal(changes(git(root, 'diff')), expected);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
