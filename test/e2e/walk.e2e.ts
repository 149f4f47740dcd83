import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { REPOSITORY } from '../support/golden.js';
import { kernelTree } from '../support/kernel-tree.js';
import { skipWithoutChromium } from './support/host.js';
import { packagedExtension } from './support/vsix.js';
import {
  activeTab,
  chooseCodeAction,
  cursorAt,
  expectSquiggles,
  goTo,
  hoverSquiggle,
  languageStatus,
  openFile,
  openRow,
  picture,
  replaceLine,
  revertFile,
  row,
  runCommand,
  squiggles,
  webviewText,
  widenSideBar,
  withWindow,
} from './support/walk.js';

/** The little kernel of the README: the pictures of the documentation show no code but its. */
const SAMPLE = join(REPOSITORY, 'sample', 'linux');

/** A test of the reserved bit in 6.12 that is wrong today, and where it is. */
const FILE = 'drivers/vfio/vfio_iommu_type1.c';
const LINE = 457;
const MENDED = 'return PageReserved(pfn_to_page(pfn)) && !is_zone_device_page(pfn_to_page(pfn));';

const tree = kernelTree('6.12');
const skip = tree.skip ?? skipWithoutChromium();

test('a person opens 6.12, meets a finding, mends it, and audits the tree', { skip }, async () => {
  assert.ok(tree.root !== undefined);
  const { root } = tree;
  const onDisk = readFileSync(join(root, FILE));
  await withWindow({ name: 'walk', root, install: [packagedExtension()] }, async (window) => {
    await openFile(window, FILE);
    await goTo(window, LINE, 1);
    await expectSquiggles(window, 'warning', 1);
    assert.match(await languageStatus(window, 'Linux 6.12'), /^Linux 6\.12 - 1 needs care in this file/);
    await hoverSquiggle(window, 'warning', /vaddr_get_pfns.*leaks/s);
    await picture(window, 'hover');

    await replaceLine(window, LINE, MENDED);
    await expectSquiggles(window, 'warning', 0);
    await picture(window, 'mended');
    await revertFile(window);
    await expectSquiggles(window, 'warning', 1);

    await runCommand(window, 'pageref: Audit PageReserved');
    await row(window, /^needs-zone-device, wrong-today\s*3/).waitFor();
    await openRow(window, /is_invalid_reserved_pfn/);
    await cursorAt(window, LINE);
    // What is right today is in a group of its own, which is closed.
    await openRow(window, /^right-by-accident/);
    await openRow(window, /kvm_is_ad_tracked_page/);
    await activeTab(window, 'kvm_main.c').waitFor();
    await cursorAt(window, 3196);
    await squiggles(window, 'info').first().waitFor();
    await picture(window, 'place');

    await widenSideBar(window, 520);
    await runCommand(window, 'pageref: Open HTML report');
    assert.match(await webviewText(window, 'needs-zone-device'), /6\.12/);
    await picture(window, 'audit');
    await runCommand(window, 'pageref: Group by subsystem');
    await row(window, /VFIO/).waitFor();
    await picture(window, 'subsystems');
  });
  assert.deepEqual(readFileSync(join(root, FILE)), onDisk, 'nothing was saved');
});

test('a person reads a finding of the sample and what its calls do', { skip: skipWithoutChromium() }, () =>
  withWindow({ name: 'sample', root: SAMPLE, install: [packagedExtension()] }, async (window) => {
    await openFile(window, 'virt/kvm/guest.c');
    await expectSquiggles(window, 'warning', 1);
    await hoverSquiggle(window, 'warning', /get_user_pages_fast.*leaks/s);
    await picture(window, 'finding');
    await goTo(window, 10, 12);
    await chooseCodeAction(window, /^Show why/, 'why-menu');
    const peek = window.page.locator('.peekview-widget');
    await peek.getByText('get_user_pages_fast').first().waitFor();
    await picture(window, 'why');
    await window.page.keyboard.press('Escape');
    await peek.waitFor({ state: 'detached' });
    await goTo(window, 26, 12);
    await runCommand(window, 'pageref: Show effect table');
    await activeTab(window, 'get_user_pages_fast').waitFor();
    await picture(window, 'effects');
  }),
);
