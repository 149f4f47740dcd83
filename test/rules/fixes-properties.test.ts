import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { applyEdits } from '@pageref/shared';
import fc from 'fast-check';
import { faultOf } from 'pageref/dist/runs/fix/fault.js';
import { fixesOf } from '../support/fix-fixtures.js';

/** Conditions as people write them. C's operators on truth values are JavaScript's, so that both can be worked out. */
const condition: fc.Arbitrary<string> = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: fc.constantFrom('PageReserved(page)', '!PageReserved(page)') },
    { weight: 1, arbitrary: fc.constantFrom('ready', 'flags & 4', '!busy') },
    fc
      .tuple(tie('condition'), fc.constantFrom(' && ', ' || ', ' &&\n\t    ', ' /* or */ || '), tie('condition'))
      .map(([left, operator, right]) => bracketed(left, operator) + operator + bracketed(right, operator)),
    tie('condition').map((inner) => `!(${inner})`),
    tie('condition').map((inner) => `(${inner}) != 0`),
    fc.tuple(tie('condition'), tie('condition')).map(([yes, no]) => `(ready ? (${yes}) : (${no}))`),
  ),
})).condition;

/** `&&` and `||` side by side are bracketed in kernel code: the compiler warns otherwise. */
function bracketed(inner: string, operator: string): string {
  const mixed = operator.includes('&&') ? inner.includes('||') : inner.includes('&&');
  return mixed || inner.includes('?') || inner.includes('!=') ? `(${inner})` : inner;
}

function program(text: string): string {
  return `#include <linux/mm.h>

static void release_guest(struct page *page, int ready, int flags, int busy)
{
	if (/*<*/${text}/*>*/)
		return;
	put_page(page);
}

static void use_guest(unsigned long addr, int ready, int flags, int busy)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, 0, &page) == 1)
		release_guest(page, ready, flags, busy);
}
`;
}

interface World {
  readonly reserved: boolean;
  readonly device: boolean;
  readonly ready: number;
  readonly flags: number;
  readonly busy: number;
}

const WORLDS: readonly World[] = Array.from({ length: 24 }, (_unused, n) => ({
  // A device page has the bit: the third combination of the two does not exist.
  reserved: n % 3 > 0,
  device: n % 3 === 2,
  ready: Math.floor(n / 3) & 1,
  flags: Math.floor(n / 6) & 1 ? 4 : 0,
  busy: Math.floor(n / 12) & 1,
}));

/** What the marked condition of a program says in a world; `bit` answers for PageReserved(). */
function truth(text: string, world: World, bit: boolean): boolean {
  const marked = /\/\*<\*\/([^]*)\/\*>\*\//.exec(text)?.[1] ?? '';
  const { ready, flags, busy, device } = world;
  const page = {};
  const names = { page, ready, flags, busy, PageReserved: () => bit, is_zone_device_page: () => device };
  return Boolean(runInNewContext(marked, names));
}

test('a condition means after a fix what its title says', async () => {
  let fixed = 0;
  await fc.assert(
    fc.asyncProperty(condition, async (text) => {
      const before = program(text);
      for (const finding of await fixesOf('6.12', 'demo.c', before)) {
        const { fixes } = finding;
        const { column } = faultOf(finding);
        for (const fix of fixes) {
          fixed++;
          const after = applyEdits(before, fix.edits);
          const tests = before.split('PageReserved(').length - 1;
          for (const world of WORLDS) {
            const was = truth(before, world, world.reserved);
            const is = truth(after, world, world.reserved);
            const message = `${text}\n${fix.title}\n${after}`;
            if (fix.id === 'name-zone-device' || !world.device) assert.equal(is, was, message);
            // With the only test exempted a device page fares as one without the bit.
            else if (fix.id === 'exempt-zone-device' && tests === 1)
              assert.equal(is, truth(before, world, false), message);
          }
          const again = (await fixesOf('6.12', 'demo.c', after)).filter(({ start }) => start >= column);
          assert.ok(again.length < tests, `${fix.title}: the same place is not fixed twice\n${after}`);
        }
      }
    }),
    { numRuns: 120, seed: 20181214 },
  );
  assert.ok(fixed > 40, `${String(fixed)} fixes were looked at`);
});
