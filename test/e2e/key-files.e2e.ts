import { basename, join } from 'node:path';
import { test } from 'node:test';
import { check } from 'pageref/dist/runs/index.js';
import { KEY_FILES } from '../support/key-files.js';
import { kernelTree } from '../support/kernel-tree.js';
import { shownIn } from '../support/shown-findings.js';
import { skipWithoutChromium } from './support/host.js';
import { problemRows, PROBLEMS_AS_TABLE } from './support/problems.js';
import { packagedExtension } from './support/vsix.js';
import { goTo, openFile, picture, runCommand, until, withWindow } from './support/walk.js';

/** Where a picture of each file is taken: at its first finding, or at a call with something written behind it. */
const LINES: Readonly<Record<string, number>> = {
  'arch/powerpc/kvm/book3s_64_mmu_hv.c': 621,
  'arch/powerpc/platforms/pseries/papr_scm.c': 1335,
  'drivers/dax/device.c': 448,
  'drivers/pci/p2pdma.c': 328,
  'drivers/vfio/vfio_iommu_type1.c': 457,
  'mm/gup.c': 660,
  'mm/memremap.c': 182,
  'virt/kvm/kvm_main.c': 3227,
};

/** What is written behind calls there, where no finding has to be waited for. */
const HINTS: Readonly<Record<string, string>> = {
  'mm/gup.c': '; -1 of the given',
  'mm/memremap.c': '+1 pgmap ref if not NULL',
};

/** What rests on other files comes from a thread with a low priority, and is there for the files after the first. */
const WHOLE_TREE_MS = 5 * 60_000;
const SETTINGS = {
  'pageref.codeLens': true,
  'pageref.wholeTree': true,
  ...PROBLEMS_AS_TABLE,
};

const { root = '', skip: noKernel } = kernelTree('6.12');

/** What the Problems panel has to say of each file: what `check --all` says, but for what is right. */
async function saidByCheck(): Promise<(path: string) => string[]> {
  const report = await check({ paths: KEY_FILES.map((path) => join(root, path)), jobs: 1 });
  return (path) =>
    shownIn(report, path)
      .filter(({ severity }) => severity !== 'hint')
      .map(({ at, message }) => `${at} ${message}`)
      .sort();
}

test('a person sees in the key files what check --all says', { skip: noKernel ?? skipWithoutChromium() }, async () => {
  const said = await saidByCheck();
  await withWindow(
    {
      name: 'key-files',
      root,
      install: [packagedExtension()],
      settings: SETTINGS,
    },
    async (window) => {
      await runCommand(window, 'View: Toggle Primary Side Bar Visibility');
      await runCommand(window, 'Problems: Focus on Problems View');
      for (const path of KEY_FILES) {
        const wanted = said(path);
        // The Problems panel tells of all that is open.
        await runCommand(window, 'View: Close All Editors');
        await openFile(window, path);
        await goTo(window, LINES[path] ?? 1, 1);
        const compare = async (): Promise<string | undefined> => {
          const seen = await problemRows(window, path);
          return seen.join('\n') === wanted.join('\n') ? undefined : JSON.stringify({ seen, wanted });
        };
        await until(`the findings of ${path}`, compare, WHOLE_TREE_MS);
        const hint = window.page.locator('.editor-instance .view-line').filter({ hasText: HINTS[path] ?? '' });
        await hint.first().waitFor();
        await picture(window, `key-${basename(path, '.c')}`);
      }
    },
  );
});
