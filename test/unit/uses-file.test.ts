import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANY_KIND, kindSet } from '@pageref/shared';
import type { Release } from '@pageref/shared';
import { API_ENTRIES, resolve } from '@pageref/shared/model';
import { apiTable, factsOf } from 'pageref/dist/runs/uses/facts.js';
import { fileUses } from 'pageref/dist/runs/uses/file.js';
import { openText } from 'pageref/dist/contracts/open-text.js';
import { createWasmParser } from 'pageref/dist/syntax/index.js';
import { emptyTree } from '../support/memory-tree.js';

const parser = await createWasmParser();

/** Indexes one file of 6.12: a line per use, "line:column function: api effect on (argument)". */
function usesOf(text: string, release: Release = '6.12'): string[] {
  const { model, tools } = emptyTree(release, parser);
  const table = apiTable(
    model,
    API_ENTRIES.map((entry) => entry.name),
  );
  const names = [...table.words].filter((name) => text.includes(name));
  const { uses } = fileUses(openText('a.c', text, tools), names, table);
  return uses.map((use) => {
    const operand = use.on === '' ? '' : ` ${use.on} (${use.argument})`;
    return `${use.line}:${use.column} ${use.function}: ${use.api} ${use.effect}${operand}`;
  });
}

/** A function around some statements. */
const body = (statements: string): string => `static int demo(struct page *page)\n{\n${statements}\n}\n`;

const MUST_FIND: readonly (readonly [what: string, text: string, ...expected: string[]])[] = [
  ['a call', body('\tput_page(page);'), '3:2 demo: put_page release arg0 (page)'],
  [
    'the operand where #if cuts through the arguments',
    body(
      '\tgot = get_user_pages(\n#if LINUX_VERSION_CODE < KERNEL_VERSION(4, 6, 0)\n\t\tcurrent, mm,\n#endif\n\t\taddr, 1,\n#if LINUX_VERSION_CODE >= KERNEL_VERSION(4, 9, 0)\n\t\tFOLL_WRITE,\n#else\n\t\t1, 0,\n#endif\n\t\t&page);',
    ),
    '3:8 demo: get_user_pages acquire-on-success arg3[] (&page)',
  ],
  [
    'the operand of a call by the signature of another release',
    body(
      '\tget_user_pages(current, mm, addr, n, w, 0, table->pages, NULL);\n\tget_user_pages_remote(current, mm, addr, n, w ? 1 : 0, pages, NULL, NULL);',
    ),
    '3:2 demo: get_user_pages acquire-on-success arg3[] (table->pages)',
    '4:2 demo: get_user_pages_remote acquire-on-success arg4[] (pages)',
  ],
  [
    'a call of a macro of the file, under every name that it stands for',
    `#ifdef HAVE_PIN\n#define pin_it pin_user_pages_fast\n#else\n#define pin_it get_user_pages_fast\n#endif\n${body('\tpin_it(addr, n, 0, pages);')}`,
    '2:16 pin_it: pin_user_pages_fast reference',
    '4:16 pin_it: get_user_pages_fast reference',
    '8:2 demo: pin_user_pages_fast acquire-on-success arg3[] (pages)',
    '8:2 demo: get_user_pages_fast acquire-on-success arg3[] (pages)',
  ],
  [
    'a call of a macro that gives an operand of its own',
    `#define drop_one(t) put_page((t)->page)\n${body('\tdrop_one(table);')}`,
    '1:21 drop_one: put_page release arg0 ((t)->page)',
    '4:2 demo: put_page release arg0 ()',
  ],
  [
    'the argument with its whole expression on one line',
    body('\tput_page(pick(pages[i], /* last */\n\t\t     "a,b)"));'),
    '3:2 demo: put_page release arg0 (pick(pages[i], "a,b)"))',
  ],
  [
    'what the result goes to',
    body('\tp = alloc_page(GFP_KERNEL);'),
    '3:6 demo: alloc_page acquire-on-success result (p)',
  ],
  [
    'a result in a condition',
    body('\tif (!(w->page = find_get_page(m, 0)))\n\t\treturn 1;'),
    '3:18 demo: find_get_page acquire-on-success result (w->page)',
  ],
  [
    'a result in a declaration, behind a cast',
    body('\tstruct page *p = (struct page *)alloc_page(0);'),
    '3:34 demo: alloc_page acquire-on-success result (p)',
  ],
  ['a result that goes nowhere', body('\treturn alloc_page(0);'), '3:9 demo: alloc_page acquire-on-success result ()'],
  ['a test', body('\tif (PageReserved(page)) return 1;'), '3:6 demo: PageReserved test arg0 (page)'],
  [
    'calls inside calls',
    body('\tif (likely(put_page_testzero(pfn_to_online_page(n)))) return 1;'),
    '3:13 demo: put_page_testzero release arg0 (pfn_to_online_page(n))',
    '3:31 demo: pfn_to_online_page require-ref result ()',
  ],
  ['a macro body', '#define drop(p) \\\n\tdo { put_page(p); } while (0)\n', '2:7 drop: put_page release arg0 (p)'],
  ['another name for an API', '#define demo_put put_page\n', '1:18 demo_put: put_page reference'],
  [
    'both arms of an #if, each call once',
    body(
      '\tif (a\n#ifdef CONFIG_A\n\t    && try_get_page(page)\n#else\n\t    && get_page_unless_zero(page)\n#endif\n\t   )\n\t\tput_page(page);',
    ),
    '5:9 demo: try_get_page acquire-on-success arg0 (page)',
    '7:9 demo: get_page_unless_zero acquire-on-success arg0 (page)',
    '10:3 demo: put_page release arg0 (page)',
  ],
  ['a name handed to a function', body('\tapply(list, put_page);'), '3:14 demo: put_page reference'],
  [
    'a name in an initialiser',
    'static const struct demo_ops ops = {\n\t.drop = put_page,\n\t.take = &get_page,\n};\n',
    '2:10 -: put_page reference',
    '3:11 -: get_page reference',
  ],
  [
    'the body of a trace event',
    'TRACE_EVENT(demo,\n\tTP_PROTO(struct page *page),\n\tTP_fast_assign(__entry->n = page_ref_count(page);)\n);\n',
    `3:30 -: page_ref_count ${factsOf(resolve('6.12').entries.get('page_ref_count')!, ANY_KIND).effect}`,
  ],
  [
    'a cleanup that a declaration names',
    body('\tstruct folio *f __free(folio_put) = pick();'),
    '3:25 demo: folio_put release arg0 (f)',
  ],
  [
    'a macro behind the name of a variable',
    body('\tbool alloc_page = true;\n\tif (alloc_page)\n\t\tp = alloc_page(0);'),
    '5:7 demo: alloc_page acquire-on-success result (p)',
  ],
  [
    'callbacks of a structure',
    'static const struct dev_pagemap_ops demo_ops = {\n\t/* .page_free = old, */\n\t.page_free\t= demo_free,\n};\n',
    '3:3 -: dev_pagemap_ops.page_free transfer arg0 (demo_free)',
  ],
  [
    'a macro inside a function',
    body('#define DROP(p) put_page(p)\n\tDROP(page);'),
    '3:17 demo: put_page release arg0 (p)',
  ],
];

for (const [what, text, ...expected] of MUST_FIND) {
  test(`found: ${what}`, () => assert.deepEqual(usesOf(text), expected));
}

const MUST_MISS: readonly (readonly [what: string, text: string])[] = [
  ['a comment', body('\t/* put_page(page); */ // get_page(page)')],
  ['a string', body('\tprintk("put_page(%p)", page);')],
  ['a prototype', 'void put_page(struct page *page);\nstruct page *alloc_page(gfp_t flags);\n'],
  ['the definition', 'static inline void\nput_page(struct page *page)\n{\n}\n#define alloc_page(f) 0\n'],
  ['an export', 'EXPORT_SYMBOL_GPL(put_page);\n'],
  ['a conditional', '#ifndef pfn_valid\n#define pfn_valid pfn_valid\n#endif\n#undef put_page\n'],
  [
    'a member',
    'struct demo {\n\tint page_count;\n\tvoid (*put_page)(int);\n};\n' +
      body('\td->put_page(1);\n\treturn d.page_count;'),
  ],
  ['a local variable', body('\tint page_count = 0;\n\tpage_count++;\n\treturn page_count;')],
  ['a parameter that is called', 'static void demo(void (*put_page)(int))\n{\n\tput_page(1);\n}\n'],
  ['a variable of the file', 'static unsigned long page_count;\n' + body('\treturn page_count;')],
  ['a label', body('\tgoto put_page;\nput_page:\n\treturn 0;')],
  ['#if 0 in a function', body('#if 0\n\tput_page(page);\n#endif\n\treturn 0;')],
  ['#if 0 around a function', `#if 0\n${body('\tput_page(page);')}#endif\n`],
  ['an operand of sizeof', body('\treturn sizeof(put_page(page));')],
  ['a longer name', body('\tmy_put_page(page);\n\tput_page2(page);')],
];

for (const [what, text] of MUST_MISS) {
  test(`not found: ${what}`, () => assert.deepEqual(usesOf(text), []));
}

test('the #else of an #if 0 is code', () => {
  assert.deepEqual(usesOf(body('#if 0\n\tget_page(page);\n#else\n\tput_page(page);\n#endif')), [
    '6:2 demo: put_page release arg0 (page)',
  ]);
});

test('the facts of the release decide which argument it is', () => {
  const text = body('\treturn get_user_pages_remote(a, b, c, d, e, f, g, h);');
  const found = (release: Release): string[] =>
    usesOf(text, release).map((line) => line.slice(line.indexOf('acquire')));
  assert.deepEqual(found('5.8'), ['acquire-on-success arg5[] (f)']);
  assert.deepEqual(found('5.9'), ['acquire-on-success arg4[] (e)']);
});

test('a long argument is cut, a missing one is empty', () => {
  const [long, none] = usesOf(body(`\tput_page(${'x'.repeat(200)});\n\tput_page();`));
  assert.equal(long, `3:2 demo: put_page release arg0 (${'x'.repeat(80)})`);
  assert.equal(none, '4:2 demo: put_page release arg0 ()');
});

test('effects are those of the fact tables', () => {
  const effect = (name: string, release: Release = '6.12'): string =>
    factsOf(resolve(release).entries.get(name)!, ANY_KIND).effect;
  assert.equal(effect('get_page'), 'acquire');
  assert.equal(effect('folio_try_get'), 'acquire-on-success');
  assert.equal(effect('get_dev_pagemap'), 'acquire-on-success');
  assert.equal(effect('unpin_user_pages'), 'release');
  assert.equal(effect('is_zone_device_page'), 'test');
  assert.equal(effect('set_page_count'), 'set');
  assert.equal(effect('free_zone_device_page', '6.1'), 'transfer');
  assert.equal(effect('vm_normal_page'), 'require-ref');
  assert.equal(effect('page_to_pfn'), 'none');
});

test('tests and requirements without an effect on the count are named as such', () => {
  const effects = ['page_count', 'folio_ref_count', 'page_ref_freeze', 'pfn_to_page'].map(
    (name) => factsOf(resolve('6.12').entries.get(name)!, ANY_KIND).effect,
  );
  assert.deepEqual(effects, ['test', 'test', 'require-ref', 'require-ref']);
});

test('what a call means for device pages, in the release', () => {
  const means = (name: string, release: Release): string => {
    const model = resolve(release);
    return factsOf(model.entries.get(name)!, kindSet(model.kinds.keys())).zoneDevice;
  };
  assert.match(means('kvm_release_pfn_clean', '4.20'), /^no release for any kind of it; /);
  assert.match(means('kvm_release_pfn_clean', '6.1'), /^release for every kind of it; /);
  assert.match(means('gfn_to_pfn', '6.1'), /^acquire for .*fs-dax.*; maybe acquire for pci-p2pdma/);
  assert.match(means('put_pfn', '6.12'), /^no release for any kind of it; /);
  assert.match(means('get_dev_pagemap', '6.12'), /pins the mapping/);
  assert.equal(means('page_to_pfn', '6.12'), '');
});

/** It took minutes where the words of an initialiser could be told apart in many ways. */
test('a long word where attributes stand', { timeout: 20_000 }, () => {
  const initialiser = (name: string): string => `struct dev_pagemap_ops ${name} = { .page_free = drop };\n`;
  const found = (name: string): number => usesOf(initialiser(name)).length;
  assert.deepEqual([found('x'), found('x[2] __init __aligned'), found(`x ${'_'.repeat(260)}0[]`)], [1, 1, 0]);
});

test('any text gives a result', () => {
  for (const text of [
    'put_page(',
    'put_page',
    '{ put_page(',
    '#define put_page(',
    'x = { put_page',
    '"put_page(',
    'f(){put_page(((',
  ]) {
    for (let end = 0; end <= text.length; end++) usesOf(text.slice(0, end));
    usesOf(`void g(void)\n{\n${text}`);
  }
});
