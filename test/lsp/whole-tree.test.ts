import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertSame, EditorTree } from '../support/editor-tree.js';
import { TEST_FOLDER } from '../support/golden.js';
import { kernelTree } from '../support/kernel-tree.js';
import { span, uriOf, withServer } from '../support/lsp.js';
import { parseRuleFixture } from '../support/rule-fixtures.js';
import { withTree } from '../support/tree.js';
import { KEY_FILES } from '../support/key-files.js';
import { MAKEFILE_6_12 } from '../support/lsp-texts.js';

const MAKEFILE_5_3 = MAKEFILE_6_12.replace('VERSION = 6', 'VERSION = 5').replace('PATCHLEVEL = 12', 'PATCHLEVEL = 3');

/** All files of the fixtures of a rule as one tree. */
function treeOf(rule: string): { readonly fixture: string; readonly paths: readonly string[] } {
  const folder = join(TEST_FOLDER, 'fixtures', rule);
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const files = texts.flatMap((text) => parseRuleFixture(text)).map(({ path, text }) => ({ path, text }));
  const body = files.map(({ path, text }) => `//- ${path}\n${text}`).join('\n');
  return { fixture: body, paths: files.map(({ path }) => path) };
}

for (const rule of [
  'imbalanced-for-zone-device',
  'reserved-wrapper',
  'get-without-put',
  'pagemap-ref-leak',
  'memmap-not-online',
]) {
  for (const [release, makefile] of [
    ['5.3', MAKEFILE_5_3],
    ['6.12', MAKEFILE_6_12],
  ] as const) {
    test(`the fixtures of ${rule} in an editor are what check says of them (${release})`, async () => {
      const { fixture, paths } = treeOf(rule);
      await withTree(`${makefile}${fixture}`, async ({ root }) => {
        assert.ok((await assertSame(root, paths)) > 0);
      });
    });
  }
}

const { root: kernel, skip } = kernelTree('6.12');

test('key files of 6.12 in an editor are what check says of them', { skip: skip ?? false }, async () => {
  assert.ok((await assertSame(kernel ?? '', KEY_FILES)) > 30);
});

const TREE = `${MAKEFILE_5_3}//- virt/frame.c
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
		put_page(pfn_to_page(pfn));
}
`;
const WRAPPER = 'frame_is_mmio() is a reserved test';

test('what a function of another open file means changes with its text, saved or not', async () => {
  await withTree(TREE, async ({ root }) => {
    const editor = new EditorTree(root);
    try {
      editor.open('virt/frame.c');
      editor.open('arch/x86/guest.c');
      const has = (text: string) => (lines: readonly string[]) => lines.some((line) => line.includes(text));
      assert.ok(!has(WRAPPER)(await editor.says('arch/x86/guest.c')), 'nothing of the tree is known yet');
      const first = await editor.settles('arch/x86/guest.c', has(WRAPPER));
      assert.match(first.join('\n'), /guest\.c:3:7 \| 13 \| reserved-wrapper.*virt\/frame\.c:4 the test/);
      editor.edit('arch/x86/guest.c', 'void', '\n\nvoid');
      assert.match(
        (await editor.says('arch/x86/guest.c')).join('\n'),
        /guest\.c:5:7 .*reserved-wrapper/,
        'it moves at once',
      );
      editor.edit('virt/frame.c', 'PageReserved(pfn_to_page(pfn))', '!pfn_to_page(pfn)');
      const without = (lines: readonly string[]): boolean => !has(WRAPPER)(lines);
      assert.ok(
        without(await editor.settles('arch/x86/guest.c', without)),
        'the other file does not test the bit any more',
      );
      editor.edit('virt/frame.c', '!pfn_to_page(pfn)', 'PageReserved(pfn_to_page(pfn))');
      assert.ok(has(WRAPPER)(await editor.settles('arch/x86/guest.c', has(WRAPPER))));
      editor.edit('arch/x86/guest.c', 'frame_is_mmio', 'frame_is_mmi0');
      assert.ok(without(await editor.says('arch/x86/guest.c')), 'a finding goes with its text at once');
    } finally {
      editor.close();
    }
  });
});

test('files that change on disk are looked at again', async () => {
  await withTree(TREE, async ({ root, write }) => {
    const editor = new EditorTree(root);
    try {
      editor.open('arch/x86/guest.c');
      const count = (wanted: number) => (lines: readonly string[]) =>
        lines.filter((one) => one.includes(WRAPPER)).length === wanted;
      assert.ok(count(1)(await editor.settles('arch/x86/guest.c', count(1))));
      write('virt/frame.c', 'bool frame_is_mmio(kvm_pfn_t pfn)\n{\n\treturn false;\n}\n');
      editor.workspace.filesChanged([join(root, 'virt/frame.c')]);
      assert.ok(count(0)(await editor.settles('arch/x86/guest.c', count(0))));
      assert.deepEqual(editor.looks, ['done', 'done']);
    } finally {
      editor.close();
    }
  });
});

test('a look that somebody ends leaves what the file alone tells', async () => {
  await withTree(TREE, async ({ root }) => {
    const editor = new EditorTree(root);
    editor.open('virt/frame.c');
    await editor.says('virt/frame.c');
    const begun = await editor.until(() => {
      editor.stopLook();
      return editor.looks.length > 0;
    });
    assert.ok(begun);
    assert.deepEqual(editor.looks, ['stopped']);
    editor.edit('virt/frame.c', 'return true', 'return false');
    await editor.says('virt/frame.c');
    assert.deepEqual([editor.looks, editor.log], [['stopped'], []]);
  });
});

test('a client that asks is told to ask again when the tree is known', async () => {
  await withTree(TREE, async ({ root }) => {
    await withServer({ folders: [root], settings: () => ({}) }, async (client) => {
      const uri = uriOf(join(root, 'arch/x86/guest.c'));
      await client.open(uri, readFileSync(join(root, 'arch/x86/guest.c'), 'utf8'));
      const report = await client.pull(uri);
      assert.deepEqual(report.kind === 'full' && report.items, []);
      await client.until(() => client.refreshes > 0, 'a refresh');
      const [found] = await client.diagnostics(uri);
      assert.deepEqual([found && span(found.range), found?.code, found?.severity], ['3:7-3:20', 'reserved-wrapper', 3]);
      assert.notEqual((await client.pull(uri)).resultId, report.resultId);
      assert.ok(client.logged(/looked at the whole tree: done after/));
    });
  });
});

/** A call behind which no ZONE_DEVICE page is mistaken: the test behind it asks for them. */
const SAFE_CALL = TREE.replace(
  'return PageReserved(pfn_to_page(pfn));',
  'return PageReserved(pfn_to_page(pfn)) && !is_zone_device_page(pfn_to_page(pfn));',
);

test('a call that is right is a hint, which is no problem, and as loud as the settings say', async () => {
  await withTree(SAFE_CALL, async ({ root }) => {
    const uri = uriOf(join(root, 'arch/x86/guest.c'));
    for (const [settings, severity] of [
      [{}, 4],
      [{ severities: { 'reserved-wrapper': 'error' } }, 4],
      [{ severities: { safe: 'information' } }, 3],
      [{ severities: { safe: 'off' } }, undefined],
    ] as const) {
      await withServer({ folders: [root], settings: () => settings }, async (client) => {
        await client.open(uri, readFileSync(join(root, 'arch/x86/guest.c'), 'utf8'));
        await client.pull(uri);
        await client.until(() => client.refreshes > 0, 'a refresh');
        const [found] = await client.diagnostics(uri);
        assert.equal(found?.severity, severity);
        if (found) assert.match(found.message as string, /^ok: frame_is_mmio\(\) tells ZONE_DEVICE pages apart/);
      });
    }
  });
});

test('a tree is not looked at where the settings say so, nor a folder that is no kernel', async () => {
  for (const [fixture, wholeTree] of [
    [TREE, false],
    [TREE.replace('VERSION = 5', 'VERSIONS = 5'), true],
  ] as const) {
    await withTree(fixture, async ({ root }) => {
      await withServer({ folders: [root], settings: () => ({ wholeTree }) }, async (client) => {
        const uri = uriOf(join(root, 'arch/x86/guest.c'));
        await client.open(uri, readFileSync(join(root, 'arch/x86/guest.c'), 'utf8'));
        assert.deepEqual(await client.diagnostics(uri), []);
        await new Promise((resolve) => setTimeout(resolve, 1500));
        assert.deepEqual(await client.diagnostics(uri), []);
        assert.equal(client.logged('whole tree'), false);
      });
    });
  }
});
