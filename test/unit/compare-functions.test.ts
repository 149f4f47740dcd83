import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from 'pageref/dist/runs/index.js';
import { withTree } from '../support/tree.js';

/** What functions do with pages, in two trees. */

const frame = (condition: string): string => `//- Makefile
VERSION = 6
PATCHLEVEL = 1
//- virt/frame.c
static bool frame_is_mmio(unsigned long pfn)
{
	struct page *page = pfn_to_page(pfn);

	return ${condition};
}

void frame_release(unsigned long pfn)
{
	if (!frame_is_mmio(pfn))
		put_page(pfn_to_page(pfn));
}
`;

async function changes(before: string, after: string): Promise<string[]> {
  let lines: string[] = [];
  await withTree(before, ({ root }) =>
    withTree(after, async ({ root: other }) => {
      const { functions } = await compare({ paths: [root], other, jobs: 1 });
      lines = functions.flatMap(({ what, change, function: name, gone, come }) => [
        `${what} ${name} ${change}`,
        ...gone.map((line) => `- ${line}`),
        ...come.map((line) => `+ ${line}`),
      ]);
    }),
  );
  return lines;
}

test('a wrapper that leaves ZONE_DEVICE pages out, and what its caller then drops', async () => {
  assert.deepEqual(
    await changes(frame('PageReserved(page)'), frame('PageReserved(page) && !is_zone_device_page(page)')),
    [
      'wrapper frame_is_mmio changed',
      '- the test behind it: needs-zone-device',
      '+ the test behind it: handled',
      'contract frame_is_mmio changed',
      '- answers a question (reserved) of arg0: true for device-private, device-coherent, fs-dax, device-dax, pci-p2pdma, xen-unpopulated',
      '+ answers a question (zone-device) of arg0: true for none of them',
      'contract frame_release changed',
      '- release reference on arg0 for buddy',
      '+ release reference on arg0 for buddy, device-private, device-coherent, fs-dax, device-dax, pci-p2pdma, xen-unpopulated',
    ],
  );
});

test('the same tree, laid out otherwise', async () => {
  const laid = frame('PageReserved(page)').replace('//- virt/frame.c\n', '//- virt/frame.c\n\n/* frames */\n');
  assert.deepEqual(await changes(frame('PageReserved(page)'), laid), []);
});
