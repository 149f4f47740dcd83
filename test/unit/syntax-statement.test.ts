import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitItems, statementAt } from 'pageref/dist/syntax/index.js';

/** The statement around the `@` in a text, which is taken out. */
function at(marked: string): string {
  const offset = marked.indexOf('@');
  const text = marked.replace('@', '');
  const item = splitItems(text).find(({ start, end }) => start <= offset && offset < end);
  return statementAt(text, item ?? { start: 0, end: text.length }, offset);
}

function inside(body: string): string {
  return at(`void f(struct page *page)\n{\n${body}\n}\n`);
}

const CASES: readonly (readonly [body: string, statement: string])[] = [
  ['\tint a = 1;\n\tif (@PageReserved(page))\n\t\tput_page(page);', 'if (PageReserved(page))'],
  [
    '\tif (a) {\n\t\t;\n\t} else if (a || (b && !@PageReserved( page )))\n\t\t;',
    'if (a || (b && !PageReserved(page)))',
  ],
  ['\treturn !is_zero(pfn) &&\n\t\t/* why */ @PageReserved(page);', 'return !is_zero(pfn) && PageReserved(page)'],
  ['\tif (x)\n\t\t@put_page(page);\n\tnext();', 'put_page(page)'],
  ['\tif (x)\n\t\tone();\n\telse\n\t\t@put_page(page);', 'put_page(page)'],
  ['\tfor (i = 0; @PageReserved(page + i); i++)\n\t\tf();', 'for (i = 0; PageReserved(page + i); i++)'],
  ['\tflags = a & PG(page) | @bit(*p, &q[i]->x, -1);', 'flags = a & PG(page) | bit(*p, &q[i]->x, -1)'],
  ['\tr = ({ int x; @PageReserved(page); });', 'PageReserved(page)'],
  ['\tcount++;\n\t@PageReserved(page)', 'PageReserved(page)'],
  ['\tif (@PageReserved(page', 'if (PageReserved(page'],
];

for (const [body, statement] of CASES) {
  test(`statement: ${statement}`, () => assert.equal(inside(body), statement));
}

test('a macro is read like code', () => {
  assert.equal(at('#define BUSY(p) \\\n\t(@PageReserved(p) || 0)\n'), 'define BUSY(p) (PageReserved(p) || 0)');
  assert.equal(at('#define BUSY(p) do { x(); \\\n\t@PageReserved(p); } while (0)\n'), 'PageReserved(p)');
});

test('in a comment and in a string it is the line', () => {
  assert.equal(at('/*\n * pages that are\n * marked @PageReserved   here\n */\n'), 'marked PageReserved here');
  assert.equal(inside('\tpr_info("no @PageReserved", 1);'), 'pr_info("no PageReserved", 1);');
});

test('any offset of any text gives one line of bounded length', () => {
  const text = `${'#if A\n{ ( [ " \' /* '.repeat(30)}${'x'.repeat(3000)};\n`;
  for (let offset = 0; offset <= text.length + 1; offset += 7) {
    const statement = statementAt(text, { start: 0, end: text.length }, offset);
    assert.ok(statement.length <= 403 && !statement.includes('\n'), JSON.stringify(statement));
  }
});
