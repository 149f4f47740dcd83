import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type {
  CodeLens,
  DocumentHighlight,
  Hover,
  MarkupContent,
  SymbolInformation,
} from 'vscode-languageserver-protocol/node';
import { cursorIn, PUBLISHES, PULLS, span, uriOf, withServer } from '../support/lsp.js';
import type { LspClient } from '../support/lsp.js';
import { CALLER, GUARDED, LEAK, MAKEFILE_6_12, WRAPPER } from '../support/lsp-texts.js';
import { withTree } from '../support/tree.js';

let opened = 0;

/** What a hover at `$` says; empty where there is none. */
async function hover(client: LspClient, marked: string): Promise<string> {
  const { text, position } = cursorIn(marked);
  const uri = `file:///nowhere/h${String(++opened)}.c`;
  await client.open(uri, text);
  const found = await client.request<Hover | null>('textDocument/hover', { textDocument: { uri }, position });
  return (found?.contents as MarkupContent | undefined)?.value ?? '';
}

const settings = (): unknown => ({ kernelRelease: '6.12' });
const PLAIN = { capabilities: PUBLISHES, initializationOptions: { kernelRelease: '6.12' } };

/** Each text with a cursor, and what the hover must and must not say. */
const HOVERS: readonly (readonly [what: string, marked: string, says: readonly RegExp[], not?: RegExp])[] = [
  [
    'an API with an effect',
    LEAK.replace('put_page(', 'put_$page('),
    [/^put_page: [a-z-]+, Linux 6\.12$/m, /^effect: release .* on arg0/m, /^counterpart: .*get_page.* more$/m],
    /releases|4\.20|6\.15/,
  ],
  [
    'an API that takes a reference',
    LEAK.replace('get_user_pages_fast', 'get_user_pages_fas$t'),
    [/^effect: acquire .*arg3\[\]/m, /^gives: /m, /^needs|^context/m],
  ],
  [
    'a predicate, kind by kind',
    LEAK.replace('PageReserved', '$PageReserved'),
    [/^yes: .*every ZONE_DEVICE kind/m, /^no: .*buddy/m],
  ],
  [
    'a test that needs no care: its verdict and why',
    GUARDED.replace('PageReserved', 'Page$Reserved'),
    [/This test: guarded, high confidence\. pfn_to_online_page\(\) never gives a ZONE_DEVICE page/],
  ],
  [
    'a test that needs care: its verdict and why',
    LEAK.replace('PageReserved', 'Page$Reserved'),
    [/This test: needs-zone-device, .* confidence\. .*get_user_pages_fast\(\)/],
  ],
  [
    'a name that is no test here',
    'void f(struct page *page)\n{\n\tSetPage$Reserved(page);\n}\n',
    [/^SetPageReserved: /m],
    /This test:/,
  ],
  [
    'a filter',
    GUARDED.replace('pfn_to_online_page', 'pfn_to_online_page$'),
    [/^gives: the result is .* and drops every other/m],
  ],
  [
    'a name of another release',
    'int f(void)\n{\n\treturn $folio_is_zone_device(x) + pte_devmap(y);\n}\n',
    [/Linux 6\.12/],
  ],
  [
    'a name that is not there yet or any more',
    'int f(void)\n{\n\treturn is_device_public_$page(x);\n}\n',
    [/^is_device_public_page: not in Linux 6\.12$/m, /it is there 4\.20 until before/],
  ],
  [
    'a function of the same file: its contract',
    WRAPPER.replace('if (!demo_is_reserved', 'if (!demo_is$_reserved'),
    [/^demo_is_reserved: function of this file/m, /^tells: reserved, of page$/m, /^yes: .*ZONE_DEVICE/m, /^no: buddy/m],
  ],
  [
    'a function of the same file: its effect, per kind',
    WRAPPER.replace('\tdemo_drop(page)', '\tdemo_$drop(page)'),
    [/^effect: release .*on page by put_page\(\), for .*buddy/m],
    /effect: .*every kind$/m,
  ],
  [
    'a function of the same file: where its effect comes to depend on the kind',
    'void demo_put(struct page *page)\n{\n\tif (!is_zone_device_page(page))\n\t\tput_page(page);\n}\n'.replace(
      'put',
      '$put',
    ),
    [/^effect: release .*on page by put_page\(\), for .*; which depends on the kind at line 4 in demo_put\(\)$/m],
  ],
  [
    'a function of the same file: what it took and hands out by a pointer',
    'int demo_$get(unsigned long at, struct page **out)\n{\n\treturn get_user_pages_fast(at, 1, 0, out) == 1;\n}\n',
    [/^effect: acquire \(reference\) on out\[\] by get_user_pages_fast\(\)/m, /^gives: out\[\] is /m],
  ],
  [
    'a function of the same file: calls through pointers are unknown',
    'void demo_$end(struct ops *ops, struct page *page)\n{\n\tops->end(page);\n\tput_page(page);\n}\n',
    [/^unknown: Calls through function pointers at line 3 in demo_end\(\)/m],
  ],
  [
    'a variable behind a filter',
    GUARDED.replace('PageReserved(page)', 'PageReserved(pag$e)'),
    [/^page: in demo_count\(\), Linux 6\.12$/m, /A ZONE_DEVICE page cannot come here/, /pfn_to_online_page.*line 3/],
  ],
  [
    'a variable from GUP',
    LEAK.replace('PageReserved(page)', 'PageReserved($page)'),
    [/A ZONE_DEVICE page can come here/, /comes from: get_user_pages_fast \(line 7\)/],
  ],
  [
    'a variable behind a test',
    'void f(struct page *page)\n{\n\tif (is_zone_device_page(page))\n\t\treturn;\n\tput_page($page);\n}\n',
    [
      /A ZONE_DEVICE page cannot come here/,
      /no ZONE_DEVICE: is_zone_device_page \(line 3\)/,
      /whatever its callers pass/,
    ],
  ],
  [
    'the other side of the test',
    'void f(struct page *page)\n{\n\tif (is_zone_device_page(page))\n\t\tput_page($page);\n}\n',
    [/A ZONE_DEVICE page can come here\. Here it can be altmap, every ZONE_DEVICE kind/],
    /buddy/,
  ],
  [
    'a member',
    'void f(struct work *w)\n{\n\tw->page = alloc_page(0);\n\tput_page(w->$page);\n}\n',
    [/^w->page: in f\(\)/m, /comes from: alloc_page/],
  ],
  [
    'a declaration: what it is given there',
    GUARDED.replace('*page =', '*$page ='),
    [/A ZONE_DEVICE page cannot come here/],
  ],
  ['a parameter', WRAPPER.replace('struct page *page)', 'struct page *$page)'), [/whatever its callers pass/]],
];

for (const [what, marked, says, not] of HOVERS) {
  test(`hover: ${what}`, async () => {
    await withServer(PLAIN, async (client) => {
      const text = await hover(client, marked);
      for (const part of says) assert.match(text, part);
      if (not) assert.doesNotMatch(text, not);
    });
  });
}

test('no hover where there is nothing to say', async () => {
  await withServer(PLAIN, async (client) => {
    for (const marked of [
      'in$t f(void) { return 0; }',
      'int a = 1$2;',
      '$',
      'int f(int count) { return coun$t; }',
      'x +$ y',
    ]) {
      assert.equal(await hover(client, marked), '', marked);
    }
  });
});

test('hover in markdown: names stay names', async () => {
  await withServer({ capabilities: PULLS, settings }, async (client) => {
    const text = await hover(client, LEAK.replace('put_page', 'put_$page'));
    assert.match(text, /^`put_page` \S+, Linux 6\.12\n\n/);
    assert.match(text, /^\| counterpart \| .*get\\_page/m);
    assert.match(text, /\n\n\[glossary\]\(<file:\/\/.*\/docs\/glossary\.md>\)$/);
  });
  const capabilities = { ...PULLS, experimental: { pageref: { showsTables: true } } };
  await withServer({ capabilities, settings }, async (client) => {
    const text = await hover(client, LEAK.replace('put_page', 'put_$page'));
    const [, link = ''] = /\]\(<command:pageref\.effectTableOf\?([^>]*)>\)/.exec(text) ?? [];
    const [{ name, uri }] = JSON.parse(decodeURIComponent(link)) as [{ name: string; uri: string }];
    assert.deepEqual([name, uri], ['put_page', `file:///nowhere/h${String(opened)}.c`]);
  });
});

test('highlight: what takes a reference and what gives it back', async () => {
  const marked = `int demo(unsigned long addr, int fast)
{
	struct page *page, *other = alloc_page(0);

	if (get_user_$pages_fast(addr, 1, 0, &page) != 1)
		goto out;
	if (fast) {
		put_page(page);
		goto out;
	}
	use(page);
	put_page(page);
out:
	__free_page(other);
	return 0;
}
`;
  await withServer({ capabilities: PULLS, settings }, async (client) => {
    const { text, position } = cursorIn(marked);
    const uri = 'file:///nowhere/highlight.c';
    await client.open(uri, text);
    const at = async (line: number, character: number): Promise<string[]> => {
      const params = { textDocument: { uri }, position: { line, character } };
      const found = await client.request<DocumentHighlight[]>('textDocument/documentHighlight', params);
      return found.map(({ range, kind }) => `${span(range)} ${kind === 3 ? 'takes' : 'gives'}`);
    };
    assert.deepEqual(await at(position.line, position.character), [
      '5:6-5:25 takes',
      '8:3-8:11 gives',
      '12:2-12:10 gives',
    ]);
    assert.deepEqual(await at(7, 4), ['5:6-5:25 takes', '8:3-8:11 gives']);
    assert.deepEqual(await at(10, 2), [], 'use() is nothing of the kind');
  });
});

const TREE = `${MAKEFILE_6_12}//- mm/wrapper.c
${WRAPPER}//- mm/caller.c
${CALLER}//- mm/guarded.c
${GUARDED}//- mm/nothing.c
int nothing;
`;

test('workspace symbols: reserved tests, also of buffers that were not saved', async () => {
  await withTree(TREE, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      const symbols = async (query: string): Promise<string[]> => {
        const found = await client.request<SymbolInformation[]>('workspace/symbol', { query });
        return found.map(
          ({ name, containerName = '', location }) =>
            `${name}: ${containerName} ${location.uri.slice(uriOf(root).length + 1)} ${span(location.range)}`,
        );
      };
      const wrapper = 'demo_is_reserved: answers for its callers, mm/wrapper.c mm/wrapper.c 1:6-1:22';
      assert.deepEqual(await symbols('DEMO'), [
        'demo_count: answers for its callers, mm/guarded.c mm/guarded.c 1:5-1:15',
        wrapper,
      ]);
      assert.deepEqual(await symbols('is_res'), [wrapper]);
      assert.deepEqual(await symbols('nobody'), []);
      const uri = uriOf(join(root, 'mm/nothing.c'));
      await client.open(uri, `\n${WRAPPER.replaceAll('demo', 'fresh')}`);
      await client.open(uriOf(join(root, 'mm/wrapper.c')), 'int gone;\n');
      assert.deepEqual(await symbols('is_res'), [
        'fresh_is_reserved: answers for its callers, mm/nothing.c mm/nothing.c 2:6-2:23',
      ]);
      await client.close(uri);
      assert.deepEqual(await symbols('fresh'), []);
    });
  });
});

test('code lens: what a function does to references of its callers, by outcome', async () => {
  await withTree(TREE, async ({ root, write }) => {
    const text = `int demo_get(struct demo *demo, struct page **out)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	*out = page;
	return 0;
}

static void demo_put(struct page *page)
{
	put_page(page);
}

struct page *demo_new(void)
{
	return alloc_page(GFP_KERNEL);
}

int demo_nothing(struct page *page)
{
	return page_to_nid(page);
}

void demo_use(struct demo *demo, struct page *page)
{
	demo_put(page);
}
`;
    write('mm/user.c', 'int f(struct page **out)\n{\n\treturn demo_get(NULL, out) + demo_get(NULL, out);\n}\n');
    const uri = uriOf(join(root, 'mm/acts.c'));
    await withServer({ folders: [root], settings: () => ({ codeLens: true }) }, async (client) => {
      await client.open(uri, text);
      const lenses = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
      const titles = [];
      for (const lens of lenses) {
        const { command, range } = await client.request<CodeLens>('codeLens/resolve', lens);
        titles.push(`${span(range)} ${command?.title ?? ''}`);
      }
      assert.deepEqual(titles, [
        '1:5-1:13 returns 0: +1 page in *out; 2 callers',
        '11:13-11:21 -1 ref of page; 1 caller',
        '16:14-16:22 returns a pointer: +1 page; 0 callers',
        '26:6-26:14 -1 ref of page; 0 callers',
      ]);
    });
  });
});

test('code lens: a reserved test that gives back says both, a known name what is said behind its calls', async () => {
  await withTree(TREE, async ({ root, write }) => {
    const text = `static bool demo_is_reserved(unsigned long pfn)
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

	if (got == 1)
		put_pfn(page_to_pfn(page), 0);
	return got;
}

struct page *get_dump_page(unsigned long addr)
{
	return alloc_page(GFP_KERNEL);
}

#ifdef CONFIG_MMU
long get_user_pages_remote(struct mm_struct *mm, unsigned long start, unsigned long nr, unsigned int flags,
			   struct page **pages, int *locked)
{
	return demo_walk(mm, start, nr, flags, pages, locked);
}
#else
long get_user_pages_remote(struct mm_struct *mm, unsigned long start, unsigned long nr, unsigned int flags,
			   struct page **pages, int *locked)
{
	return 0;
}
#endif

static void demo_put_refs(struct folio *folio, int refs)
{
	folio_put_refs(folio, refs);
}

bool __put_devmap_managed_folio_refs(struct folio *folio, int refs)
{
	return folio_ref_sub_return(folio, refs) == 1;
}
`;
    write('mm/both.c', text);
    const uri = uriOf(join(root, 'mm/both.c'));
    await withServer({ folders: [root], settings: () => ({ codeLens: true }) }, async (client) => {
      await client.open(uri, text);
      const lenses = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
      const titles = [];
      for (const lens of lenses) titles.push((await client.request<CodeLens>('codeLens/resolve', lens)).command?.title);
      assert.deepEqual(titles, [
        'reserved test: 1 call site',
        'reserved test; -1 pin of pfn; 1 caller',
        '+1 ref if not NULL; 0 callers',
        '+1 ref each if > 0; 0 callers',
        '-n ref of folio; 0 callers',
        '-n ref if true, fs-dax only; 0 callers',
      ]);
    });
  });
});

test('code lens: off unless asked for; calls in the whole tree', async () => {
  await withTree(TREE, async ({ root }) => {
    const uri = uriOf(join(root, 'mm/wrapper.c'));
    await withServer({ folders: [root] }, async (client) => {
      await client.open(uri, WRAPPER);
      assert.deepEqual(await client.request('textDocument/codeLens', { textDocument: { uri } }), []);
    });
    await withServer({ folders: [root], settings: () => ({ codeLens: true }) }, async (client) => {
      await client.open(uri, WRAPPER);
      const lenses = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
      const titles = [];
      for (const lens of lenses) {
        const { command, range } = await client.request<CodeLens>('codeLens/resolve', lens);
        titles.push(`${span(range)} ${command?.title ?? ''}`);
      }
      assert.deepEqual(titles, ['1:6-1:22 reserved test: 3 call sites']);
      const stray = { range: lenses[0]!.range, data: null };
      assert.equal((await client.request<CodeLens>('codeLens/resolve', stray)).command?.title, 'reserved test');
    });
  });
});
