import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '@pageref/shared';
import { shownDefects } from 'pageref/dist/print/check/defects.js';
import { checkText } from 'pageref/dist/print/check/text.js';
import { fullCheckReport } from '../support/reports.js';

const [SAMPLE] = fullCheckReport().findings;
assert.ok(SAMPLE);

function finding(given: Partial<Finding>): Finding {
  return { ...(SAMPLE as Finding), severity: 'warning', impact: 'wrong-today', related: [], ...given };
}

/** A test with the release that it skips, what another rule says of each, and two calls of the function around it. */
const TEST = finding({
  path: 'b.c',
  line: 40,
  rule: 'reserved-conflates-zone-device',
  related: [
    { path: 'a.h', line: 3, column: 1, text: 'declared here' },
    { path: 'b.c', line: 60, column: 1, text: 'put_page() is skipped' },
    { path: 'b.c', line: 60, column: 1, text: 'put_page() is skipped' },
    { path: 'b.c', line: 50, column: 1, text: 'taken here' },
  ],
});
const SAME_LINE = finding({ path: 'b.c', line: 40, rule: 'imbalanced-for-zone-device' });
const AT_RELEASE = finding({ path: 'b.c', line: 60, rule: 'imbalanced-for-zone-device' });
const call = (path: string, line: number): Finding =>
  finding({
    path,
    line,
    rule: 'reserved-wrapper',
    severity: 'information',
    wrapper: 'drop',
    related: [{ path: 'b.c', line: 40, column: 1, text: 'the test' }],
  });
const OTHER = finding({ path: 'a.c', line: 9, rule: 'pagemap-ref-leak', impact: null });
const NOTE = finding({ path: 'a.c', line: 1, rule: 'pfn-valid-is-not-ram', severity: 'information', impact: null });
const ALL = [call('c.c', 7), AT_RELEASE, NOTE, call('b.c', 90), TEST, OTHER, SAME_LINE];

test('one defect is told once, with its calls, and what explains it once and in order', () => {
  const { defects, hidden } = shownDefects({ findings: ALL }, 'problems');
  assert.equal(hidden, 1);
  assert.deepEqual(
    defects.map(({ head, rules }) => [head.path, head.line, ...rules]),
    [
      ['a.c', 9, 'pagemap-ref-leak'],
      ['b.c', 40, 'reserved-conflates-zone-device', 'imbalanced-for-zone-device'],
    ],
  );
  const [, merged] = defects;
  assert.deepEqual(
    merged?.related.map(({ path, line }) => `${path}:${String(line)}`),
    ['b.c:50', 'b.c:60', 'a.h:3'],
  );
  assert.deepEqual(
    merged.calls.map(({ path, line }) => `${path}:${String(line)}`),
    ['b.c:90', 'c.c:7'],
  );
});

test('findings that have nothing to do with one another stay apart, and the order of findings does not show', () => {
  const apart = [TEST, { ...AT_RELEASE, line: 61 }, call('c.c', 7), { ...call('d.c', 8), related: [] }];
  assert.deepEqual(
    shownDefects({ findings: apart }, 'all').defects.map(({ head }) => [head.path, head.line]),
    [
      ['b.c', 40],
      ['b.c', 61],
      ['d.c', 8],
    ],
  );
  const shown = (findings: readonly Finding[]): unknown =>
    shownDefects({ findings }, 'all').defects.map(({ head, rules, related, calls }) => [head, rules, related, calls]);
  assert.deepEqual(shown([...ALL].reverse()), shown(ALL));
});

test('the shortest of what rules say of a defect stands for it, and no note does for a problem', () => {
  const said = [
    { ...TEST, message: 'a long story of what happens here' },
    { ...SAME_LINE, message: 'it leaks' },
    { ...call('c.c', 7), message: 'call' },
  ];
  const [defect] = shownDefects({ findings: said }, 'problems').defects;
  assert.equal(defect?.message, 'it leaks');
  assert.equal(defect.head.rule, 'reserved-conflates-zone-device');
});

test('a note does not become a problem by standing where one is', () => {
  const test = { ...TEST, severity: 'information' as const };
  assert.deepEqual(shownDefects({ findings: [test, call('c.c', 7)] }, 'problems'), { defects: [], hidden: 2 });
});

test('the text counts what it shows and what it hides', () => {
  const report = { ...fullCheckReport(), findings: ALL };
  const last = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';
  const options = { verbose: false, paint: (_style: string, text: string) => text };
  assert.equal(last(checkText(report)), '2 problems in 2 files; 1 note hidden (--all)');
  assert.equal(last(checkText(report, { ...options, shown: 'all' })), '2 problems and 1 note in 2 files');
  assert.equal(last(checkText({ ...report, findings: [] })), '0 problems');
  assert.equal(last(checkText({ ...report, findings: [NOTE] })), '0 problems; 1 note hidden (--all)');
  assert.match(checkText(report), /asked through drop\(\) at 90, c\.c:7\n/);
});

test('no line of the text is longer than 100 columns, or than the terminal, but for a word that is', () => {
  const message = 'word '.repeat(90);
  const report = { ...fullCheckReport(), findings: [{ ...TEST, message }, OTHER] };
  for (const width of [60, 100, 400]) {
    const text = checkText(report, { verbose: false, paint: (_style, one) => one, width });
    const found = text.split('\n').filter((line) => line.startsWith('    '));
    assert.ok(found.length > 4);
    for (const line of found) assert.ok(line.length <= Math.min(width, 100), line);
  }
});
