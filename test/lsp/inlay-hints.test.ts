import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RELEASES, ZONE_DEVICE } from '@pageref/shared';
import { FAMILY_OF, resolve } from '@pageref/shared/model';
import type { InlayHint, MarkupContent } from 'vscode-languageserver-protocol/node';
import { effectLabel } from 'pageref/dist/runs/api/effect-label.js';
import { PULLS, withServer } from '../support/lsp.js';

const HINTS = { ...PULLS.textDocument, inlayHint: { resolveSupport: { properties: ['tooltip'] } } };
const CAPABILITIES = { ...PULLS, textDocument: HINTS };

const CODE = `static int gfn_to_pfn_prot(int a)
{
	return a;
}

int demo(struct kvm *kvm, unsigned long addr, struct page **pages, struct ops *ops)
{
	kvm_pfn_t pfn = gfn_to_pfn(kvm,
				   addr);
	int got = pin_user_pages_fast(addr, 1, /* ) */ FOLL_WRITE, pages);

	/* unpin_user_page(pages[0]); */
	ops->unpin_user_page(pages[0]);
	gfn_to_pfn_prot(got);
	kvm_release_pfn_clean(pfn);
	put_dev_pagemap(get_dev_pagemap(pfn, NULL));
	put_page(pages[0]);
	return 0;
#if 0
	unpin_user_pages(pages, 1);
#endif
}
`;

interface Asked {
  readonly release: string;
  readonly inlayHints?: object;
  readonly code?: string;
  readonly lines?: readonly [first: number, last: number];
}

/** "line:column label" of each hint, one-based. */
async function hints({ release, inlayHints, code = CODE, lines: [first, last] = [1, 99] }: Asked): Promise<string[]> {
  let found: InlayHint[] = [];
  const settings = (): unknown => ({ kernelRelease: release, ...(inlayHints && { inlayHints }) });
  await withServer({ capabilities: CAPABILITIES, settings }, async (client) => {
    const uri = 'file:///nowhere/hints.c';
    await client.open(uri, code);
    const range = { start: { line: first - 1, character: 0 }, end: { line: last, character: 0 } };
    found = await client.request('textDocument/inlayHint', { textDocument: { uri }, range });
  });
  return found.map(({ position: { line, character }, label }) => {
    assert.equal(typeof label, 'string');
    return `${String(line + 1)}:${String(character + 1)} ${label as string}`;
  });
}

test('calls say what they do to references, by release', async () => {
  assert.deepEqual(await hints({ release: '6.12' }), [
    '9:13 +1 ref if no error and refcounted',
    '10:67 +1 pin each if > 0',
    '15:28 -1 ref if refcounted',
    '16:44 +1 pgmap ref if not NULL',
    '16:45 -1 pgmap ref',
  ]);
  const old = await hints({ release: '4.20' });
  assert.ok(old.includes('15:28 -1 ref, not ZONE_DEVICE'), old.join());
  assert.ok(!old.some((one) => one.startsWith('10:')), 'there is no pin_user_pages_fast() in 4.20');
});

const WITH_NOTHING = `int demo(unsigned long addr, struct page **pages, struct dev_pagemap *pgmap)
{
	get_user_pages(addr, 1, FOLL_WRITE, NULL);
	get_user_pages(addr, 1, FOLL_WRITE, pages);
	pgmap = get_dev_pagemap(addr, NULL);
	pgmap = get_dev_pagemap(addr, pgmap);
	return get_user_pages_fast_only(addr, 8, FOLL_WRITE, pages);
}
`;

test('what a call is given decides what is said of it', async () => {
  assert.deepEqual(await hints({ release: '6.12', code: WITH_NOTHING }), [
    '4:44 +1 ref each if > 0',
    '5:37 +1 pgmap ref if not NULL',
    '6:38 +1 pgmap ref if not NULL; -1 of the given',
    '7:61 +1 ref each if > 0',
  ]);
});

const REGISTRATIONS = `int demo_p2p(struct pci_dev *pdev, struct demo *demo)
{
	demo->pgmap.type = MEMORY_DEVICE_PCI_P2PDMA;
	demo->base = devm_memremap_pages(&pdev->dev, &demo->pgmap);
	return pci_p2pdma_add_resource(pdev, 0, 0, 0);
}

void *demo_untyped(struct demo *demo)
{
	return memremap_pages(&demo->pgmap, 0);
}
`;

test('a call that registers pages says what they are in the release', async () => {
  const of = (release: string, inlayHints?: object): Promise<string[]> =>
    hints({ release, code: REGISTRATIONS, ...(inlayHints && { inlayHints }) });
  assert.deepEqual(await of('6.12'), [
    '4:60 P2PDMA: idle count 1, no long-term pins',
    '5:47 P2PDMA: idle count 1, no long-term pins',
  ]);
  assert.deepEqual(await of('6.15'), [
    '4:60 P2PDMA: idle count 0, no long-term pins',
    '5:47 P2PDMA: idle count 0, no long-term pins',
  ]);
  assert.deepEqual(await of('6.12', { pagemap: false }), []);
});

test('families can be switched, and only what is seen is annotated', async () => {
  const off = { kvm: false, vfio: false, gup: false, pagemap: false };
  assert.deepEqual(await hints({ release: '6.12', inlayHints: off }), []);
  assert.deepEqual(await hints({ release: '6.12', inlayHints: { ...off, references: true } }), ['17:20 -1 ref']);
  assert.deepEqual(await hints({ release: '6.12', lines: [10, 10] }), ['10:67 +1 pin each if > 0']);
});

test('what a call does is said in a few lines when it is asked for, with a link where there is a command', async () => {
  await withServer({ capabilities: CAPABILITIES, settings: () => ({ kernelRelease: '4.20' }) }, async (client) => {
    assert.deepEqual(client.initialized.capabilities.inlayHintProvider, { resolveProvider: true });
    const uri = 'file:///nowhere/hints.c';
    await client.open(uri, CODE);
    const range = { start: { line: 14, character: 0 }, end: { line: 15, character: 0 } };
    const [hint] = await client.request<InlayHint[]>('textDocument/inlayHint', { textDocument: { uri }, range });
    assert.equal(hint?.tooltip, undefined);
    const { tooltip } = await client.request<InlayHint>('inlayHint/resolve', hint);
    const { value } = tooltip as MarkupContent;
    assert.match(value, /^`kvm_release_pfn_clean` function, Linux 4\.20\n[^]*^\| effect \| release /m);
    assert.ok(value.split('\n').length < 12, value);
    assert.doesNotMatch(value, /gives|5\.|command:/);
    const odd = { position: { line: 0, character: 0 }, label: 'x', data: { uri: 7 } };
    assert.deepEqual(await client.request('inlayHint/resolve', odd), odd);
  });
});

/** VS Code shows no more of a hint. */
const LONGEST = 43;

test('every label is short and says what is taken or given back', () => {
  const labels = RELEASES.flatMap((release) =>
    [...resolve(release).entries.values()].flatMap((entry) => {
      const label = FAMILY_OF.has(entry.name) ? effectLabel(entry, ZONE_DEVICE) : undefined;
      return label === undefined ? [] : [label];
    }),
  );
  assert.ok(labels.length > 300);
  const odd = labels.filter(
    (label) =>
      label.length > LONGEST ||
      !/^[+-](?:\d+|n) (?:ref|pin|pgmap ref)(?: each)?(?: (?:if|sometimes|and)[^;]*)?(?:, (?:not|some) ZONE_DEVICE)?(?:; |$)/.test(
        label,
      ),
  );
  assert.deepEqual(odd, []);
});
