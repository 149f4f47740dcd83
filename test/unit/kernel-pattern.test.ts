import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pathTest, searchTest } from 'pageref/dist/kernel/pattern.js';

/** A pattern and a text as one answer: "yes", "no", or "?" for a pattern that is not understood. */
function answer(matches: ((text: string) => boolean) | undefined, text: string): string {
  return matches === undefined ? '?' : matches(text) ? 'yes' : 'no';
}

const SEARCHES: readonly (readonly [pattern: string, text: string, expected: string])[] = [
  ['imx', 'drivers/clk/imx/clk.c', 'yes'],
  ['imx', 'drivers/clk/im/x.c', 'no'],
  ['[^a-z]tegra', 'drivers/tegra.c', 'yes'],
  ['[^a-z]tegra', 'drivers/xtegra.c', 'no'],
  ['bcm281*', 'drivers/bcm28.c', 'yes'],
  ['bcm[9]?6878', 'dts/bcm96878.dtsi', 'yes'],
  ['bcm[-_]nsp', 'arm/bcm-nsp.c', 'yes'],
  ['\\bmxc[^\\d]', 'drivers/mxc_nand.c', 'yes'],
  ['\\bmxc[^\\d]', 'drivers/mxc2.c', 'no'],
  ['\\bmxc', 'drivers/amxc.c', 'no'],
  ['\\Bmxc', 'drivers/amxc.c', 'yes'],
  ['^.*/vdso/[^/]*getrandom[^/]+$', 'arch/x86/vdso/vgetrandom.c', 'yes'],
  ['^.*/vdso/[^/]*getrandom[^/]+$', 'arch/x86/vdso/sub/vgetrandom/a.c', 'no'],
  ['include\\/linux\\/page[-_][a-zA-Z]*', 'include/linux/page-flags.h', 'yes'],
  ['^(a|bc)+d$', 'abcbcd', 'yes'],
  ['^(a|bc)+d$', 'abcbd', 'no'],
  ['^(?:a|)b$', 'b', 'yes'],
  ['a.c', 'a\nc', 'no'],
  ['x[]y]z', 'x]z', 'yes'],
  ['x[a-]z', 'x-z', 'yes'],
  ['a+?b', 'aaab', 'yes'],
  ['(a*)*b', 'aaab', 'yes'],
  ['', 'anything', 'yes'],
  ['(', 'x', '?'],
  ['a)', 'x', '?'],
  ['[z-a]', 'x', '?'],
  ['[abc', 'x', '?'],
  ['[[:alpha:]]', 'x', '?'],
  ['*a', 'x', '?'],
  ['a**', 'x', '?'],
  ['a{3}', 'x', '?'],
  ['(a)\\1', 'x', '?'],
  ['(?=a)', 'x', '?'],
  ['\\pL', 'x', '?'],
  ['[\\D]', 'x', '?'],
  [`${'('.repeat(30)}a${')'.repeat(30)}`, 'a', '?'],
  ['(a?b)'.repeat(200), 'x', '?'],
];

for (const [pattern, text, expected] of SEARCHES) {
  test(`search ${JSON.stringify(pattern.slice(0, 40))} in ${JSON.stringify(text)}: ${expected}`, () => {
    assert.equal(answer(searchTest(pattern), text), expected);
  });
}

const PATHS: readonly (readonly [pattern: string, path: string, expected: string])[] = [
  ['mm/', 'mm/slab.c', 'yes'],
  ['mm/', 'mm', 'no'],
  ['fs/*/dax.c', 'fs/xfs/dax.c', 'yes'],
  ['fs/*/dax.c', 'fs/xfs/sub/dax.c', 'no'],
  ['fs/*/', 'fs/xfs/a.c', 'yes'],
  ['fs/*/', 'fs/xfs', 'no'],
  ['drivers/card*', 'drivers/cards/a/b.c', 'yes'],
  ['sound/da72??.[ch]', 'sound/da7213.h', 'yes'],
  ['sound/da72??.[ch]', 'sound/da721.h', 'no'],
  ['sound/[^a]b.c', 'sound/ab.c', 'no'],
  ['*a*b*c', 'xaxbxbxc', 'yes'],
  ['*a*b*c', 'xcxbxa', 'no'],
  ['lib/[', 'lib/a.c', '?'],
  ['lib/[a/b]', 'lib/a', '?'],
];

for (const [pattern, path, expected] of PATHS) {
  test(`path ${pattern} for ${path}: ${expected}`, () => {
    assert.equal(answer(pathTest(pattern), path), expected);
  });
}

/** What takes a machine that goes back hours or years. A million times less than that would still be seen here. */
const COSTLY = { timeout: 20_000 };

test('patterns that never end in a machine that goes back', COSTLY, () => {
  const text = `drivers/${'a'.repeat(4000)}`;
  for (const pattern of ['^(([a-z/_.]+)+)+!$', '(a*)*b', '(a|aa)+$x', '(.*)*(.*)*(.*)*!', `${'a?'.repeat(100)}!`]) {
    assert.equal(answer(searchTest(pattern), text), 'no');
  }
  assert.equal(answer(pathTest(`drivers/${'*'.repeat(4000)}!`), text), 'no');
  assert.equal(answer(pathTest(`drivers/${'*a'.repeat(1000)}!`), text), 'no');
});

/** Patterns that mean the same to the language's own regular expressions, which are the judge of them. */
const aPattern: fc.Arbitrary<string> = fc.letrec<{ part: string; whole: string }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('a', 'b', '/', '.', '[ab]', '[^a]', '[a-b/]', '\\w', '\\b', '^', '$'),
    tie('whole').map((inner) => `(${inner})`),
  ),
  whole: fc
    .array(fc.tuple(tie('part'), fc.constantFrom('', '', '', '*', '+', '?', '|')), { maxLength: 5 })
    .map((parts) =>
      parts.map(([part, sign]) => (/^[\\^$][b^$]?$/.test(part) && sign !== '|' ? part : part + sign)).join(''),
    ),
})).whole;

test('random patterns find what regular expressions find', () => {
  const aText = fc.array(fc.constantFrom('a', 'b', '/', '_', '\n'), { maxLength: 8 }).map((chars) => chars.join(''));
  fc.assert(
    fc.property(aPattern, aText, (pattern, text) => {
      assert.equal(answer(searchTest(pattern), text), new RegExp(pattern).test(text) ? 'yes' : 'no');
    }),
    { numRuns: 3000, seed: 20181221 },
  );
});
