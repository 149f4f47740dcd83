import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { touchedBy } from 'pageref/dist/project/touched.js';

/** Which functions a change touches. */

function fn(name: string, ...lines: readonly string[]): string {
  return [`void ${name}(void)`, '{', ...lines.map((line) => `\t${line};`), '}', ''].join('\n');
}

/** Names of the functions of `after` that the change touches. */
function touched(before: string | undefined, after: string): string[] {
  const isTouched = touchedBy(before, after);
  return [...after.matchAll(/^void (\w+)/gm)].filter(({ index }) => isTouched(index)).map(([, name = '']) => name);
}

const [A, B, C] = [fn('a', 'x()'), fn('b', 'y()'), fn('c', 'z()')];
const FILE = [A, B, C].join('\n');

test('the function in which a line has changed, came or went', () => {
  assert.deepEqual(touched(undefined, FILE), ['a', 'b', 'c']);
  assert.deepEqual(touched(FILE, FILE), []);
  assert.deepEqual(touched(FILE, FILE.replace('y()', 'y(1)')), ['b']);
  assert.deepEqual(touched(FILE, FILE.replace('\ty();\n', '')), ['b']);
  assert.deepEqual(touched(FILE, FILE.replace('\tz();\n', '\tz();\n\tz();\n')), ['c']);
  assert.deepEqual(touched(FILE, [A, B, fn('new'), C].join('\n')), ['new']);
  assert.deepEqual(touched(FILE, FILE.replace('x()', 'x(1)').replace('z()', 'z(1)')), ['a', 'c']);
  assert.deepEqual(touched('', FILE), ['a', 'b', 'c']);
  assert.deepEqual(touched(FILE, ''), []);
});

test('a file that is another one altogether: what was there before is not touched', () => {
  const rewritten = (prefix: string): string =>
    Array.from({ length: 6000 }, (_, at) => fn(`${prefix}${String(at)}`, `${prefix}(${String(at)})`)).join('\n');
  const found = touched(`${rewritten('old')}\n${B}`, `${B}\n${rewritten('new')}`);
  assert.equal(found.length, 6000);
  assert.ok(!found.includes('b'));
});

test('any edit touches the functions it changes, and no other that stands between two that stay', () => {
  const bodies = fc.array(fc.constantFrom('x()', 'y()', 'if (x())', 'return'), { maxLength: 4 });
  fc.assert(
    fc.property(fc.array(fc.record({ old: bodies, now: bodies }), { minLength: 1, maxLength: 12 }), (functions) => {
      const textOf = (which: 'old' | 'now'): string =>
        functions.map((one, at) => fn(`f${String(at)}`, ...one[which])).join('\n\n\n');
      const changed = functions.flatMap(({ old, now }, at) => (old.join() === now.join() ? [] : [`f${String(at)}`]));
      assert.deepEqual(touched(textOf('old'), textOf('now')), changed);
    }),
  );
});
