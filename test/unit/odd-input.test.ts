import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { TEST_FOLDER } from '../support/golden.js';
import { auditText } from '../support/memory-tree.js';
import type { FileAudit } from '../support/memory-tree.js';

/** Each case alone takes well under a second; what hangs is ended here, also on a machine that is busy with other things. */
const HANGS = { timeout: 120_000 };

const TEST = '\tif (PageReserved(p))\n\t\tmark(p);\n';

/** The text of `count` copies, each made from its number. */
function times(count: number, make: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => make(index)).join('');
}

/** A function around a body. The page is a parameter nobody is seen to pass, so that a test of it is never safe. */
function body(text: string): string {
  return `void f(struct s *s, struct page **a, struct page *p, int n)\n{\n${text}}\n`;
}

/** Wraps `inner` in `depth` pairs. */
function nest(depth: number, open: string, inner: string, close: string): string {
  return `${open.repeat(depth)}${inner}${close.repeat(depth)}`;
}

function auditOdd(text: string): Promise<FileAudit> {
  return auditText('6.12', 'odd.c', text);
}

/** Audits a text whose tests are all of pages that can be anything: none of them may come out safe. */
async function assertJudged(text: string, tests: number): Promise<void> {
  const { sites } = await auditOdd(text);
  const found = sites.filter(({ kind }) => kind === 'test');
  assert.equal(found.length, tests);
  for (const { verdict } of found) assert.ok(verdict === 'needs-zone-device' || verdict === 'unclear', verdict);
}

/** Texts that hold one test each. */
const ONE_TEST: Readonly<Record<string, string>> = {
  'deep parentheses': body(`\tn = ${nest(300, '(', 'n', ')')};\n${TEST}`),
  'parentheses beyond the stack': body(`\tn = ${nest(5000, '(', 'n', ')')};\n${TEST}`),
  'a test in deep parentheses': body(`\tif (${nest(300, '(', 'PageReserved(p)', ')')})\n\t\tmark(p);\n`),
  'many negations': body(`\tif (${'!'.repeat(300)}PageReserved(p))\n\t\tmark(p);\n`),
  'deep blocks': body(nest(300, '{', TEST, '}')),
  'blocks beyond the stack': body(nest(5000, '{', TEST, '}')),
  'deep ifs': body(nest(300, 'if (n) {', TEST, '}')),
  'a long chain of else-ifs': body(`${times(120, (i) => `\tif (n == ${i}) p = a[${i}]; else`)} p = 0;\n${TEST}`),
  'else-ifs beyond the stack': body(`${times(5000, (i) => `\tif (n == ${i}) g(); else`)} g();\n${TEST}`),
  'calls in calls': body(`\tp = ${nest(200, 'g(', 'p', ')')};\n${TEST}`),
  'pages of pages': body(`\tp = ${nest(200, 'compound_head(', 'p', ')')};\n${TEST}`),
  'statement expressions in each other': body(`\tn = ${nest(60, '({ ', 'n;', ' });')}\n${TEST}`),
  'a long path': body(`\tp = s${'->next'.repeat(500)};\n${TEST}`),
  'many stars and casts': body(`\tp = ${'*'.repeat(300)}${'(void *)'.repeat(300)}a;\n${TEST}`),
  'a long sum': body(`\tn = ${times(800, (i) => `n${i} + `)}1;\n${TEST}`),
  'a long conjunction': body(`\tif (${times(150, (i) => `g(${i}) && `)}PageReserved(p))\n\t\tmark(p);\n`),
  'a long conditional': body(`\tp = ${times(60, (i) => `n == ${i} ? a[${i}] : `)}p;\n${TEST}`),
  'many statements': body(`${times(5000, (i) => `\tg(${i});\n`)}${TEST}`),
  'many locals': body(`${times(300, (i) => `\tint v${i} = g(${i});\n`)}${TEST}`),
  'many globals': body(`${times(300, (i) => `\tw${i} = g(${i});\n`)}${TEST}`),
  'many elements': body(`${times(300, (i) => `\ta[${i}] = p;\n`)}${TEST}`),
  'many branches': body(`${times(800, (i) => `\tif (g(${i})) p = next_page(p);\n`)}${TEST}`),
  'nested loops': body(nest(20, 'while (g(n--)) {', `p = next_page(p);\n${TEST}`, '}')),
  'nested loops that pass a page outwards': body(
    `${times(15, (i) => `while (g(${i})) { v${i} = v${i + 1};`)} v15 = p; ${'}'.repeat(15)}\n\tp = v0;\n${TEST}`,
  ),
  'nested loop macros': body(`${times(20, (i) => `list_for_each_entry(e${i}, h${i}, l) {`)}\n${TEST}${'}'.repeat(20)}`),
  'loops one after the other': body(
    `${times(60, (i) => `\twhile (g(${i})) { p = next_page(p); s->x = p; }\n`)}${TEST}`,
  ),
  'one accumulator, two sums, a loop': body(
    `\tunsigned long k = 0;\n\twhile (g()) { k += x(); k += y(); p = pfn_to_page(k); }\n${TEST}`,
  ),
  'many labels and gotos': body(
    `${times(60, (i) => `l${i}:\n\tp = next_page(p);\n\tif (g(${i})) goto l${(i * 37 + 13) % 60};\n`)}${TEST}`,
  ),
  'gotos to nowhere and labels twice': body(`l: l: goto l2;\n\tgoto nowhere;\nl2: l:\n${TEST}`),
  'computed gotos': body(`\tgoto *a[n];\n${times(50, (i) => `l${i}:\n\tgoto *a[g(${i})];\n`)}${TEST}`),
  'a large switch': body(`\tswitch (n) {\n${times(300, (i) => `\tcase ${i}: p = b${i}; break;\n`)}\t}\n${TEST}`),
  'a switch that falls through': body(`\tswitch (n) {\n${times(500, (i) => `\tcase ${i}: g();\n`)}\t}\n${TEST}`),
  'labels of no switch': body(`\tcase 1: g(); break; continue; default: ;\n${TEST}`),
  'a local shadowed often': body(`${times(300, (i) => `\t{ struct page *q = g(${i}); p = q; }\n`)}${TEST}`),
  'addresses kept of many locals': body(
    `${times(60, (i) => `\tstruct page *v${i};\n\tkeep(&v${i});\n`)}${times(30, () => '\ts->x = p;\n')}${TEST}`,
  ),
  'values that go round in a loop': body(
    `\twhile (g()) {\n${times(30, (i) => `\t\ts->m${i} = s->m${(i * 7 + 1) % 30};\n`)}\t}\n\tp = s->m3;\n${TEST}`,
  ),
  'arms of the preprocessor': body(
    `${times(100, (i) => `#ifdef A${i}\n\tp = a[${i}];\n#else\n\tp = b${i};\n#endif\n`)}${TEST}`,
  ),
  'arms that cut statements': body(
    `${times(20, (i) => `#ifdef A${i}\n\tif (a${i}) {\n#else\n\tif (b${i}) {\n#endif\n`)}${TEST}${'}'.repeat(20)}`,
  ),
  'arms in arms': `${times(500, (i) => `#ifdef A${i}\n`)}${body(TEST)}${times(500, () => '#endif\n')}`,
  'a deep initialiser': body(`\tint k[] = ${nest(500, '{', '1', '}')};\n${TEST}`),
  'a function of a thousand parameters': `void f(${times(1000, (i) => `int n${i}, `)}struct page *p)\n{\n${TEST}}\n`,
  'carriage returns and line feeds': body(TEST).replaceAll('\n', '\r\n'),
  'latin-1 read as UTF-8': Buffer.from(body(`\tg("\xe9\xff"); /* \xa0 */\n${TEST}`), 'latin1').toString('utf8'),
  'a byte order mark': `\ufeff${body(TEST)}`,
  'names that objects have': body(`\ts->__proto__ = p;\n\tp = s->constructor;\n\ttoString(p);\n${TEST}`),
  'a brace too many': `${body(TEST)}}}}}\n`,
  'an open comment': `${body(TEST)}/* ${'x'.repeat(10_000)}`,
  'open braces': `${body(TEST)}void g(void) ${'{'.repeat(10_000)}`,
  'open parentheses': `${body(TEST)}void g(void) { if ${'('.repeat(10_000)}`,
  'a large table': `static int table[] = {\n${times(30_000, (i) => `\tX(${i}),\n`)}};\n${body(TEST)}`,
  'a generated header': `${times(20_000, (i) => `#define REG_${i} 0x${i.toString(16)}\n`)}${body(TEST)}`,
};

for (const [name, text] of Object.entries(ONE_TEST)) {
  test(`odd input: ${name}`, HANGS, () => assertJudged(text, 1));
}

/** Depths at which the parser still reads and later steps may run out of stack, for text that nests once per term. */
const EDGE_OF_THE_STACK = [700, 1400, 2400, 3000, 3600, 4200, 4800, 5400];

const NESTING: Readonly<Record<string, (depth: number) => string>> = {
  sum: (depth) => `n = ${'n + '.repeat(depth)}1;`,
  calls: (depth) => `n = ${nest(depth, 'g(', 'n', ')')};`,
  conjunction: (depth) => `if (${'n && '.repeat(depth)}n) g();`,
  comma: (depth) => `${'n, '.repeat(depth)}n = 1;`,
  indices: (depth) => `n = a${nest(depth, '[n', '', ']')};`,
  negation: (depth) => `n = ${'!'.repeat(depth)}n;`,
};

for (const [name, nested] of Object.entries(NESTING)) {
  test(`odd input: ${name} at the edge of the stack`, HANGS, async () => {
    for (const depth of EDGE_OF_THE_STACK) await assertJudged(body(`\t${nested(depth)}\n${TEST}`), 1);
  });
}

/** One line of ten megabytes each, with a test in it: more of a function than is read. */
const TOO_LONG: Readonly<Record<string, string>> = {
  statements: body(`${TEST}${'n = n + 1; '.repeat(1_000_000)}`),
  'an expression': body(`\tif (PageReserved(p) || ${'n || '.repeat(2_000_000)}n) mark(p);\n`),
  arguments: body(`\tg(PageReserved(p)${', n'.repeat(3_500_000)});\n`),
  branches: body(`${TEST}${'if (n) g(); '.repeat(900_000)}`),
  'a string': body(`${TEST}\tg("${'x'.repeat(10_000_000)}");\n`),
  'a macro': `#define M(p) do { if (PageReserved(p)) mark(p); ${'n = n + 1; '.repeat(1_000_000)}} while (0)\n`,
};

for (const [name, text] of Object.entries(TOO_LONG)) {
  test(`odd input: ten megabytes in a line are told, not read: ${name}`, { timeout: 60_000 }, async () => {
    const line = text.replaceAll('\n', ' ').replace(' {', '\n{');
    const { sites, notAnalysed } = await auditOdd(name === 'a macro' ? text : line);
    const [site, ...others] = sites;
    assert.deepEqual([site?.verdict, others], ['unclear', []]);
    assert.match(site?.reason.text ?? '', /could not be read \(longer than 524288 characters\)/);
    // A macro that cannot be read by itself is none of the functions that are counted.
    assert.equal(notAnalysed.length, name === 'a macro' ? 0 : 1);
  });
}

test('odd input: many tests in a row', HANGS, () =>
  assertJudged(body(times(40, () => `${TEST}\tp = next_page(p);\n`)), 40),
);

test('odd input: a test that is doubled again and again', HANGS, async () => {
  const double = (depth: number): string =>
    depth === 0 ? 'PageReserved(p)' : `(${double(depth - 1)} && !${double(depth - 1)})`;
  const { sites } = await auditOdd(body(`\tif (${double(5)})\n\t\tmark(p);\n`));
  assert.equal(sites.length, 32);
});

test('odd input: macros that expand to themselves and to each other', HANGS, async () => {
  const macros = '#define M(p) M(p) + PageReserved(p)\n#define A(p) B(p)\n#define B(p) A(p)\n';
  const { sites } = await auditOdd(`${macros}${body('\tif (M(p) || A(p))\n\t\tmark(p);\n')}`);
  assert.equal(sites.length, 1);
});

test('odd input: a hundred wrappers deep', HANGS, () => {
  const wrapper = (i: number): string => `static int f${i + 1}(struct page *p) { if (f${i}(p)) return 1; return 0; }\n`;
  return assertJudged(`int f0(struct page *p) { return PageReserved(p); }\n${times(100, wrapper)}`, 1);
});

test('odd input: wrappers in circles', HANGS, () => {
  const wrapper = (i: number): string =>
    `int f${i}(struct page *p) { if (PageReserved(p)) return 1; return f${(i + 1) % 20}(p) || f${(i * 7) % 20}(p); }\n`;
  return assertJudged(times(20, wrapper), 20);
});

test('odd input: functions that all call each other', HANGS, () => {
  const calls = times(12, (i) => `if (f${i}(p)) r |= f${i}(p); `);
  return assertJudged(
    times(12, (i) => `int f${i}(struct page *p) { int r = PageReserved(p); ${calls}return r; }\n`),
    12,
  );
});

test('odd input: a test with many callers', HANGS, () => {
  const callers = times(100, (i) => `int c${i}(struct page *p) { if (t(p)) return 1; g(p); return 0; }\n`);
  return assertJudged(`int t(struct page *p) { return PageReserved(p); }\n${callers}`, 1);
});

test('odd input: empty, and nothing but the name', HANGS, async () => {
  for (const text of ['', '\0', 'PageReserved', '#define PageReserved', 'PageReserved '.repeat(5000)])
    await auditOdd(text);
});

const FIXTURES = ['forms.c', 'flow.c', 'conditions.c'].map((name) =>
  readFileSync(join(TEST_FOLDER, 'fixtures', name), 'latin1'),
);

test('odd input: files cut short', HANGS, async () => {
  const cut = fc.record({ of: fc.constantFrom(...FIXTURES), from: fc.nat(2000), length: fc.nat(3000) });
  await fc.assert(
    fc.asyncProperty(cut, async ({ of, from, length }) => {
      await auditOdd(of.slice(from, from + length));
    }),
    { numRuns: 60, seed: 4 },
  );
});

test('odd input: files with damaged bytes', HANGS, async () => {
  const flips = fc.array(fc.record({ at: fc.nat(3000), byte: fc.nat(255) }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...FIXTURES), flips, async (text, bytes) => {
      const buffer = Buffer.from(text.slice(0, 3000), 'latin1');
      for (const { at, byte } of bytes) buffer[at % buffer.length] = byte;
      await auditOdd(buffer.toString('utf8'));
    }),
    { numRuns: 60, seed: 5 },
  );
});
