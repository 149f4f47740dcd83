import { test } from 'node:test';
import { MAKEFILE_6_12 } from '../support/lsp-texts.js';
import { withTree } from '../support/tree.js';
import { skipWithoutChromium } from './support/host.js';
import { packagedExtension } from './support/vsix.js';
import { expectSquiggles, hoverSquiggle, openFile, picture, withWindow } from './support/walk.js';

const KERNEL = `${MAKEFILE_6_12}//- virt/frame.c
bool frame_is_mmio(kvm_pfn_t pfn)
{
	if (pfn_valid(pfn))
		return PageReserved(pfn_to_page(pfn));
	return true;
}
//- arch/x86/guest.c
void guest_release(kvm_pfn_t pfn)
{
	if (!frame_is_mmio(pfn))
		kvm_release_pfn_clean(pfn);
}
`;

test('a person sees what rests on another file, and what a call does', { skip: skipWithoutChromium() }, () =>
  withTree(KERNEL, async ({ root }) => {
    const settings = { 'pageref.wholeTree': true };
    await withWindow({ name: 'whole-tree', root, install: [packagedExtension()], settings }, async (window) => {
      await openFile(window, 'arch/x86/guest.c');
      await window.page.locator('.editor-instance .view-line').filter({ hasText: '-1 ref if refcounted' }).waitFor();
      await expectSquiggles(window, 'info', 1);
      await hoverSquiggle(window, 'info', /frame_is_mmio\(\) is wrong for ZONE_DEVICE pages: a put hangs on it/);
      await picture(window, 'whole-tree');
    });
  }),
);
