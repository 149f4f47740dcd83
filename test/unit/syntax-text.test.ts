import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasArguments, joinedLine } from 'pageref/dist/syntax/index.js';

const after = (text: string): boolean => hasArguments(text, text.indexOf('name') + 'name'.length);

test('arguments follow a name behind blanks, comments and joined lines', () => {
  for (const text of [
    'name(a)',
    'x = name (a)',
    'name\n\t(a)',
    'name /* of it */ (a)',
    'name // of it\n(a)',
    'name\\\n(a)',
  ])
    assert.ok(after(text), text);
});

test('other code, the end of the text and an open comment are no arguments', () => {
  for (const text of ['name', 'name;', 'name[0]', 'f(name)', 'name = (a)', 'name /* (a)', '{ name, (a) }', 'name "("'])
    assert.ok(!after(text), text);
});

test('a line goes on where a backslash joins it, with either line end', () => {
  for (const eol of ['\n', '\r\n']) {
    const text = ['#define A 1', '#define B \\', '\tone \\', '\ttwo', 'int c;', ''].join(eol);
    const { start, end } = joinedLine(text, text.indexOf('one'));
    assert.equal(text.slice(start, end), ['#define B \\', '\tone \\', '\ttwo', ''].join(eol));
    assert.deepEqual(joinedLine(text, text.indexOf('two')), { start, end });
    assert.equal(joinedLine(text, text.indexOf('two'), text.indexOf('\ttwo')).start, text.indexOf('\ttwo'));
  }
  assert.deepEqual(joinedLine('', 0), { start: 0, end: 0 });
  assert.deepEqual(joinedLine('a\\', 1), { start: 0, end: 2 });
});
