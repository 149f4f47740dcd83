import assert from 'node:assert/strict';
import { test } from 'node:test';
import { join } from 'node:path';
import type { Diagnostic } from 'vscode-languageserver-protocol/node';
import { checkConcise } from 'pageref/dist/print/check/concise.js';
import { check } from 'pageref/dist/runs/index.js';
import { PUBLISHES, PULLS, span, uriOf, withServer } from '../support/lsp.js';
import { GUARDED, LEAK, MAKEFILE_6_12 } from '../support/lsp-texts.js';
import { withTree } from '../support/tree.js';

const KERNEL = `${MAKEFILE_6_12}//- mm/demo.c\n`;

const STEPS = `int demo_setup(struct demo *demo, size_t len)
{
	struct page *page = alloc_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	if (demo_check(demo)) {
		__free_page(page);
		return -EIO;
	}
	if (len > PAGE_SIZE)
		return -EINVAL;
	demo->page = page;
	return 0;
}
`;

/** Two ways lead from the test to the same put. */
const TWO_WAYS = `static bool demo_is_reserved(unsigned long pfn)
{
	if (pfn_valid(pfn))
		return PageReserved(pfn_to_page(pfn));
	return true;
}
static int put_pfn(unsigned long pfn, int prot)
{
	if (!demo_is_reserved(pfn)) {
		struct page *page = pfn_to_page(pfn);

		unpin_user_pages_dirty_lock(&page, 1, prot & 2);
		return 1;
	}
	return 0;
}
long demo_pin(struct mm_struct *mm, unsigned long addr)
{
	struct page *page;
	long got = pin_user_pages_remote(mm, addr, 1, 0, &page, NULL);

	if (got == 1 && !demo_is_reserved(page_to_pfn(page)))
		put_pfn(page_to_pfn(page), 0);
	return got;
}
`;

/** The server's messages are plain text, never markup. */
type PlainDiagnostic = Diagnostic & { readonly message: string };

function plain(diagnostic: Diagnostic): PlainDiagnostic {
  assert.equal(typeof diagnostic.message, 'string');
  return diagnostic as PlainDiagnostic;
}

function first(diagnostics: readonly Diagnostic[]): PlainDiagnostic {
  assert.equal(diagnostics.length, 1, JSON.stringify(diagnostics));
  return plain(diagnostics[0]!);
}

test('pulled: everything a diagnostic carries', async () => {
  await withTree(KERNEL, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      const uri = uriOf(join(root, 'mm/demo.c'));
      await client.open(uri, LEAK);
      const found = first(await client.diagnostics(uri));
      assert.equal(span(found.range), '10:7-10:19');
      assert.deepEqual([found.severity, found.code, found.source], [2, 'reserved-conflates-zone-device', 'pageref']);
      assert.match(
        found.message,
        /^ZONE_DEVICE pages skip put_page\(\): the reference of get_user_pages_fast\(\) leaks /,
      );
      assert.match(found.message, /\(Linux 6\.12\)$/);
      assert.match(found.codeDescription?.href ?? '', /docs\/rules\/reserved-conflates-zone-device\.md$/);
      const data = found.data as { rule: string; fingerprint: string };
      assert.equal(data.rule, 'reserved-conflates-zone-device');
      assert.match(data.fingerprint, /^[0-9a-f]{32}$/);
      const related = found.relatedInformation?.map(({ location, message }) => `${span(location.range)} ${message}`);
      assert.deepEqual(related, [
        '7:6-7:50 decided by get_user_pages_fast: The page comes from get_user_pages_fast(), which can give a ZONE_DEVICE page (device-coherent, fs-dax, device-dax), and nothing rules it out',
        '11:3-11:18 put_page() happens only to pages without PG_reserved',
      ]);
    });
  });
});

test('pulled: what explains a finding is said once, however many ways lead there', async () => {
  await withTree(KERNEL, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      const uri = uriOf(join(root, 'mm/demo.c'));
      await client.open(uri, TWO_WAYS);
      const found = (await client.diagnostics(uri)).find(({ code }) => code === 'reserved-conflates-zone-device');
      const related = found?.relatedInformation?.map(({ location, message }) => `${span(location.range)} ${message}`);
      assert.equal(related?.filter((one) => one.includes('happens only to pages without')).length, 1);
      assert.equal(new Set(related).size, related.length);
    });
  });
});

test('pulled: one defect is one diagnostic, and what other rules say of it is related to it', async () => {
  await withTree(`${KERNEL}${TWO_WAYS}`, async ({ root }) => {
    await withServer({ folders: [root], settings: () => ({}) }, async (client) => {
      const uri = uriOf(join(root, 'mm/demo.c'));
      await client.open(uri, TWO_WAYS);
      await client.diagnostics(uri);
      await client.until(() => client.refreshes > 0, 'what the whole tree knows');
      const found = await client.diagnostics(uri);
      assert.deepEqual(
        found.map(({ code, range, severity }) => [code, range.start.line + 1, severity]),
        [
          ['pfn-valid-is-not-ram', 3, 3],
          ['reserved-conflates-zone-device', 4, 2],
        ],
      );
      assert.match(
        plain(found[1]!).message,
        /^the pin of pin_user_pages_remote\(\) leaks on ZONE_DEVICE pages: put_pfn\(\) skips them/,
      );
      const related = found[1]?.relatedInformation?.map(
        ({ location, message }) => `${location.range.start.line + 1} ${message}`,
      );
      assert.deepEqual(related?.slice(2), [
        '12 the pin of pin_user_pages_remote() leaks on ZONE_DEVICE pages: put_pfn() skips them',
        '23 put_pfn() is called on the same page',
        '9 asked through demo_is_reserved()',
        '22 asked through demo_is_reserved()',
        '23 asked through put_pfn()',
      ]);
      const said = checkConcise(await check({ paths: [root], jobs: 1 }), {
        shown: 'all',
        verbose: false,
        paint: (_, text) => text,
      });
      const shown = found.map(({ range: { start }, message }) => [start.line + 1, start.character + 1, message]);
      assert.deepEqual(
        said.split('\n').flatMap((line) => {
          const [, at, column, text] = /^mm\/demo\.c:(\d+):(\d+): \w+: (.*) \[/.exec(line) ?? [];
          return text === undefined ? [] : [[Number(at), Number(column), `${text} (Linux 6.12)`]];
        }),
        shown,
      );
    });
  });
});

test('pulled: a rule that is switched off has no say in a defect', async () => {
  await withTree(KERNEL, async ({ root }) => {
    const settings = (): unknown => ({ severities: { 'wrong-today': 'off' } });
    await withServer({ folders: [root], settings }, async (client) => {
      const uri = uriOf(join(root, 'mm/demo.c'));
      await client.open(uri, TWO_WAYS);
      await client.diagnostics(uri);
      await client.until(() => client.refreshes > 0, 'what the whole tree knows');
      const codes = (await client.diagnostics(uri)).map(({ code }) => code);
      assert.ok(!codes.includes('reserved-conflates-zone-device') && codes.includes('imbalanced-for-zone-device'));
    });
  });
});

test('pulled: the steps to a finding in their order, without its own place, then what is on no way to it', async () => {
  await withTree(KERNEL, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      const uri = uriOf(join(root, 'mm/demo.c'));
      await client.open(uri, STEPS);
      const found = first(await client.diagnostics(uri));
      assert.equal(span(found.range), '11:10-11:17');
      const related = found.relatedInformation?.map(({ location, message }) => `${span(location.range)} ${message}`);
      assert.deepEqual(related, [
        '3:22-3:45 alloc_page() takes it here',
        '10:6-10:22 len > PAGE_SIZE is true',
        '7:3-7:21 it is given back here, on another path',
      ]);
    });
  });
});

test('published: version, no extras that were not asked for, an edit, and closing', async () => {
  await withTree(KERNEL, async ({ root }) => {
    await withServer({ capabilities: PUBLISHES, folders: [root] }, async (client) => {
      const uri = uriOf(join(root, 'mm/demo.c'));
      await client.open(uri, LEAK, 5);
      const found = first(await client.publishedFor(uri, 5));
      assert.deepEqual(
        [found.relatedInformation, found.codeDescription, found.data],
        [undefined, undefined, undefined],
      );
      const at = { line: 9, character: 6 };
      await client.change(uri, 6, [
        { range: { start: at, end: { line: 9, character: 7 } }, text: ' is_zone_device_page(page) || ' },
      ]);
      await client.change(uri, 7, [{ text: GUARDED }]);
      assert.deepEqual(await client.publishedFor(uri, 7), []);
      await client.change(uri, 8, [{ text: LEAK }]);
      first(await client.publishedFor(uri, 8));
      await client.close(uri);
      await client.until(() => client.published.at(-1)?.version === undefined, 'an empty list');
      assert.deepEqual(client.published.at(-1), { uri, diagnostics: [] });
    });
  });
});

test('unchanged is answered as long as text, tree and settings are the same', async () => {
  let maxProblems = 200;
  await withTree(KERNEL, async (tree) => {
    const { root } = tree;
    await withServer({ folders: [root], settings: () => ({ maxProblems }) }, async (client) => {
      const uri = uriOf(join(root, 'mm/demo.c'));
      await client.open(uri, LEAK);
      const report = await client.pull(uri);
      const again = await client.pull(uri, report.resultId);
      assert.deepEqual(again, { kind: 'unchanged', resultId: report.resultId });
      await client.change(uri, 2, [{ text: `${LEAK}\n` }]);
      const edited = await client.pull(uri, report.resultId);
      assert.equal(edited.kind, 'full');
      maxProblems = 100;
      await client.notify('workspace/didChangeConfiguration', { settings: null });
      await client.until(() => client.refreshes === 1, 'a refresh');
      const configured = await client.pull(uri, edited.resultId);
      assert.equal(configured.kind, 'full');
      tree.write('Makefile', 'VERSION = 5\nPATCHLEVEL = 4\n');
      await client.notify('workspace/didChangeWatchedFiles', {
        changes: [{ uri: uriOf(join(root, 'Makefile')), type: 2 }],
      });
      await client.until(() => client.refreshes === 2, 'a refresh');
      const released = await client.pull(uri, configured.resultId);
      assert.ok(released.kind === 'full' && plain(released.items[0]!).message.includes('Linux 5.4'));
    });
  });
});

test('columns are bytes for one client and UTF-16 units for another, also in edits', async () => {
  const text = 'int f(struct page *page)\n{\n\treturn /* ä€😀 */ PageReserved(page) ? g() : 0;\n}\n';
  for (const [capabilities, columns, at] of [
    [PULLS, '3:25-3:37', 11],
    [{ textDocument: { diagnostic: {} } }, '3:20-3:32', 11],
  ] as const) {
    await withServer({ capabilities }, async (client) => {
      const uri = 'file:///nowhere/a.c';
      await client.open(uri, text);
      assert.equal(span(first(await client.diagnostics(uri)).range), columns);
      // Takes the smiley away (4 bytes, or 2 units) and the blank behind it, and puts a line in front.
      const smiley = capabilities === PULLS ? { from: at + 5, to: at + 10 } : { from: at + 2, to: at + 5 };
      await client.change(uri, 2, [
        {
          range: { start: { line: 2, character: smiley.from }, end: { line: 2, character: smiley.to } },
          text: '',
        },
        { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: '/* ü */\n' },
      ]);
      const from = Number(/:(\d+)-/.exec(columns)?.[1]);
      const { start } = first(await client.diagnostics(uri)).range;
      assert.deepEqual(start, { line: 3, character: from - 1 - (smiley.to - smiley.from) });
    });
  }
});

test('CRLF, untitled, git: and odd URIs, and what is no C', async () => {
  await withTree(KERNEL, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      const uris = [
        uriOf(join(root, 'mm/crlf.c')),
        'untitled:Untitled-1',
        `git:${join(root, 'mm/demo.c')}?%7B%22ref%22%3A%22HEAD%22%7D`,
        'vscode-vfs://github/torvalds/linux/mm/demo.c',
        'no uri at all',
      ];
      for (const uri of uris) {
        await client.open(uri, LEAK.replaceAll('\n', '\r\n'));
        const found = first(await client.diagnostics(uri));
        assert.equal(span(found.range), '10:7-10:19', uri);
        const release = uri.startsWith('vscode-vfs') ? '7.1' : '6.12';
        assert.ok(found.message.includes(`Linux ${release}`), `${uri}: ${found.message}`);
      }
      await client.open('file:///x/notes.txt', LEAK, 1, 'plaintext');
      assert.deepEqual(await client.diagnostics('file:///x/notes.txt'), []);
      assert.deepEqual(await client.diagnostics('file:///never/opened.c'), []);
    });
  });
});

test('one release for each root, by Makefile or by setting', async () => {
  await withTree(KERNEL, async (one) => {
    await withTree('//- Makefile\nVERSION = 5\nPATCHLEVEL = 4\n', async (two) => {
      await withTree('//- a.c\n', async (three) => {
        const folders = [one.root, two.root, three.root];
        const settings = (scope: string | undefined): unknown =>
          scope === uriOf(three.root) ? { kernelRelease: '5.10' } : {};
        await withServer({ folders, settings }, async (client) => {
          const releases = [];
          for (const root of folders) {
            const uri = uriOf(join(root, 'mm/demo.c'));
            await client.open(uri, LEAK);
            releases.push(/Linux ([\d.]+)/.exec(first(await client.diagnostics(uri)).message)?.[1]);
            const { status } = await client.request<{ status: Record<string, unknown> }>('pageref/status', { uri });
            assert.deepEqual([status['rootUri'], status['findings']], [uriOf(root), 1]);
          }
          assert.deepEqual(releases, ['6.12', '5.4', '5.10']);
          await client.notify('workspace/didChangeWorkspaceFolders', {
            event: { added: [], removed: [{ uri: uriOf(three.root), name: 'x' }] },
          });
          const left = first(await client.diagnostics(uriOf(join(three.root, 'mm/demo.c'))));
          assert.ok(left.message.includes('Linux 7.1'), 'the setting went with its folder');
        });
      });
    });
  });
});

test('a kernel below the workspace folder, and a folder of a kernel', async () => {
  await withTree(
    '//- linux/Makefile\nVERSION = 6\nPATCHLEVEL = 1\n//- linux/mm/Makefile\nobj-y := demo.o\n',
    async ({ root }) => {
      for (const folder of [root, join(root, 'linux/mm')]) {
        await withServer({ folders: [folder] }, async (client) => {
          const uri = uriOf(join(root, 'linux/mm/demo.c'));
          await client.open(uri, LEAK);
          assert.ok(first(await client.diagnostics(uri)).message.includes('Linux 6.1)'));
        });
      }
    },
  );
});

test('severities can be set, or switched off', async () => {
  const settings = (): unknown => ({ severities: { 'wrong-today': 'error' } });
  await withServer({ settings }, async (client) => {
    await client.open('file:///n/a.c', LEAK);
    assert.equal(first(await client.diagnostics('file:///n/a.c')).severity, 1);
  });
  await withServer({ settings: () => ({ severities: { 'wrong-today': 'off' } }) }, async (client) => {
    await client.open('file:///n/a.c', LEAK);
    assert.deepEqual(await client.diagnostics('file:///n/a.c'), []);
  });
});

test('no more than maxProblems, and it is said how many more there are', async () => {
  const many = Array.from({ length: 5 }, (_, n) => LEAK.replace('demo_access', `demo_${String(n)}`)).join('\n');
  await withServer({ settings: () => ({ maxProblems: 2 }) }, async (client) => {
    await client.open('file:///n/a.c', many);
    const found = await client.diagnostics('file:///n/a.c');
    assert.equal(found.length, 3);
    assert.equal(found[2]?.message, '3 more findings are not shown (pageref.maxProblems is 2).');
  });
});

test('clients without settings hand them in at the start, and change them later', async () => {
  for (const options of [{ kernelRelease: '5.4' }, { pageref: { kernelRelease: '5.4' } }]) {
    await withServer({ capabilities: PUBLISHES, initializationOptions: options }, async (client) => {
      await client.open('file:///n/a.c', LEAK);
      const found = first(await client.publishedFor('file:///n/a.c', 1));
      assert.ok(found.message.includes('Linux 5.4'));
      await client.notify('workspace/didChangeConfiguration', { settings: { pageref: { kernelRelease: '6.1' } } });
      const said = (): boolean => JSON.stringify(client.published.at(-1)).includes('Linux 6.1)');
      await client.until(said, 'diagnostics for 6.1');
    });
  }
});

test('a Makefile that was not saved says the release, and a client that pulls is told', async () => {
  await withTree(`${MAKEFILE_6_12}//- mm/demo.c\n${LEAK}`, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      const [uri, makefile] = [uriOf(join(root, 'mm/demo.c')), uriOf(join(root, 'Makefile'))];
      await client.open(uri, LEAK);
      const release = async (): Promise<string | undefined> =>
        /Linux ([\d.]+)\)/.exec(first(await client.diagnostics(uri)).message)?.[1];
      assert.equal(await release(), '6.12');
      await client.open(makefile, 'VERSION = 5\nPATCHLEVEL = 10\n', 1, 'makefile');
      await client.until(() => client.refreshes === 1, 'a refresh');
      assert.equal(await release(), '5.10');
      const range = { start: { line: 1, character: 13 }, end: { line: 1, character: 15 } };
      await client.change(makefile, 2, [{ range, text: '4' }]);
      assert.equal(await release(), '5.4');
      assert.deepEqual(await client.diagnostics(makefile), []);
      await client.close(makefile);
      assert.equal(await release(), '6.12');
    });
  });
});
