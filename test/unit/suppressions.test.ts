import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SUPPRESSION_VERDICTS, RULE_IDS } from '@pageref/shared';
import type { Suppression, PlacedSuppression } from '@pageref/shared';
import { applySuppressions, lookedAt } from 'pageref/dist/runs/suppressions/apply.js';
import type { SuppressionFile } from 'pageref/dist/runs/suppressions/apply.js';
import { suppressionProblems, readSuppressions } from 'pageref/dist/runs/suppressions/read.js';
import { suppressionsSchema } from 'pageref/dist/runs/suppressions/schema.js';
import { addSuppression, HEADER, suppressionsText, reasonPlace } from 'pageref/dist/runs/suppressions/write.js';
import { problemLine } from 'pageref/dist/project/user-model/json.js';
import { golden } from '../support/golden.js';
import { finding } from '../support/reports.js';

const FILE = '.pageref-judged.jsonl';

const ONE: Suppression = {
  path: 'mm/a.c',
  function: 'demo',
  rule: 'reserved-conflates-zone-device',
  fingerprint: '0123456789abcdef0123456789abcdef',
  verdict: 'intended',
  reason: 'Device pages never come here.',
};

function line(change: object = {}): string {
  return JSON.stringify({ ...ONE, ...change });
}

function problems(...lines: string[]): string[] {
  const text = lines.join('\n');
  return suppressionProblems(text).map((one) => problemLine(FILE, text, one));
}

function judgementsIn(text: string): Suppression[] {
  return readSuppressions(text, FILE).suppressions.map(({ suppression }) => suppression);
}

/** Each mistake stands on the second line of a file. */
const MISTAKES: readonly (readonly [what: string, text: string, says: RegExp])[] = [
  ['no JSON', '{"path": "mm/a.c",', /^\.pageref-judged\.jsonl:2:\d+: not JSON: /],
  ['the mark of a merge', '<<<<<<< HEAD', /^\.pageref-judged\.jsonl:2:1: not JSON: /],
  ['no object', '[]', /:2:1: the line must be an object, not a list$/],
  ['no reason', line({ reason: undefined }), /:2:1: "reason" is missing$/],
  ['a blank reason', line({ reason: ' ' }), /:2:\d+: say why: the reason must not be empty$/],
  [
    'an unknown rule',
    line({ rule: 'reserved-conflates-zone-devices' }),
    /:2:\d+: "reserved-\S+" is no known rule; did you mean "reserved-conflates-zone-device"\?$/,
  ],
  ['an unknown verdict', line({ verdict: 'wrong' }), /:2:\d+: "wrong" is no known verdict; it can be "false-positive"/],
  ['an unknown key', line({ who: 'me' }), /:2:\d+: unknown key "who"; it can be "path", /],
  ['a short fingerprint', line({ fingerprint: 'abc' }), /:2:\d+: a fingerprint has 32 hexadecimal digits$/],
  ['a key twice', line().replace('{', '{"reason":"x",'), /:2:\d+: "reason" is there twice$/],
];

for (const [what, text, says] of MISTAKES) {
  test(`a mistake with its place, and the other lines count: ${what}`, () => {
    const [first, ...more] = problems(HEADER, text, line({ path: 'mm/b.c' }));
    assert.match(first ?? '', says);
    assert.deepEqual(more, []);
    const read = judgementsIn([HEADER, text, line({ path: 'mm/b.c' })].join('\n'));
    assert.deepEqual(
      read.map(({ path }) => path),
      ['mm/b.c'],
    );
  });
}

test('the first line says what the file is; a file of another version is refused', () => {
  assert.deepEqual(problems(line()), [`${FILE}:1:1: the first line must be ${HEADER}`]);
  assert.deepEqual(problems(HEADER.replace('1', '2'), line()), [`${FILE}:1:1: the first line must be ${HEADER}`]);
  assert.deepEqual(problems(''), []);
});

test('two files put together, Windows line ends, blank lines and a byte order mark are fine', () => {
  const both = `\uFEFF${HEADER}\r\n${line()}\r\n\r\n${HEADER}\r\n${line()}\r\n${line({ path: 'mm/b.c' })}`;
  assert.deepEqual(problems(both), []);
  assert.deepEqual(
    readSuppressions(both, FILE).suppressions.map(({ line: at, suppression }) => [at, suppression.path]),
    [
      [2, 'mm/a.c'],
      [6, 'mm/b.c'],
    ],
  );
});

test('one finding judged in two ways is a mistake that names the other line', () => {
  const says = `${FILE}:3:1: line 2 judges the same finding in another way`;
  assert.deepEqual(problems(HEADER, line(), line({ reason: 'No.' })), [says]);
  assert.deepEqual(problems(HEADER, line(), line({ verdict: 'later' })), [says]);
});

const judgements = fc.array(
  fc.record({
    path: fc.string({ minLength: 1, unit: 'binary' }).filter((path) => !path.includes('\0')),
    function: fc.constantFrom('-', 'demo', 'other'),
    rule: fc.constantFrom(...RULE_IDS),
    fingerprint: fc.constantFrom('0'.repeat(32), '1'.repeat(32)),
    verdict: fc.constantFrom(...SUPPRESSION_VERDICTS),
    reason: fc.string({ unit: 'binary' }).map((text) => `${text}.`),
  }),
);

test('what is written is read again, and adding one by one in any order gives the same bytes', () => {
  fc.assert(
    fc.property(judgements, (list) => {
      const text = suppressionsText(list);
      assert.deepEqual(suppressionProblems(text), []);
      assert.equal(suppressionsText(judgementsIn(text)), text);
      assert.equal(
        judgementsIn(text).reduceRight((so, one) => addSuppression(so, one), suppressionsText([])),
        text,
      );
    }),
  );
});

test('adding leaves the other lines as they are, also those that cannot be read, and replaces its own', () => {
  const odd = '<<<<<<< HEAD';
  const spaced = line({ path: 'mm/z.c' }).replace('{', '{ ');
  const text = [HEADER, odd, spaced, ''].join('\n');
  const added = addSuppression(text, ONE);
  const one = JSON.stringify(ONE);
  assert.deepEqual(added.split('\n'), [HEADER, odd, one, spaced, '']);
  const again = addSuppression(added, { ...ONE, reason: 'Looked again.' });
  assert.deepEqual(again.split('\n'), [HEADER, odd, line({ reason: 'Looked again.' }), spaced, '']);
  assert.equal(addSuppression('', ONE), `${HEADER}\n${one}\n`);
});

test('the place of a reason is found, also of one that is empty or written in another way', () => {
  const between = (text: string): string | undefined => {
    const place = reasonPlace(text, ONE);
    return place && text.slice(place.start, place.end);
  };
  const other = line({ path: 'mm/b.c', reason: 'Other.' });
  for (const [reason, shown] of [
    ['Why.', 'Why.'],
    ['', ''],
    ['a "b" \\', 'a \\"b\\" \\\\'],
  ] as const) {
    const text = addSuppression(`${HEADER}\n${other}\n`, { ...ONE, reason });
    assert.equal(between(text), shown);
  }
  assert.equal(between(line().replaceAll(':', ' : ').replace('{', '{ ')), ONE.reason);
  const { reason: _reason, ...without } = ONE;
  assert.equal(between(JSON.stringify(without)), '', 'the start of its line');
  assert.equal(between(`${HEADER}\n${other}\n<<<<<<<\n`), undefined);
});

test('any text gives judgements and problems inside of it, and never an exception', () => {
  const valid = suppressionsText([ONE, { ...ONE, path: 'mm/b.c' }]);
  const broken = fc
    .tuple(fc.nat(valid.length), fc.nat(8), fc.string())
    .map(([at, cut, text]) => valid.slice(0, at) + text + valid.slice(at + cut));
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), broken), (text) => {
      for (const { offset, length } of suppressionProblems(text))
        assert.ok(offset >= 0 && offset + length <= text.length + 1);
      addSuppression(text, ONE);
    }),
    { numRuns: 300 },
  );
});

function file(baseline: boolean, ...list: Suppression[]): SuppressionFile {
  const shown = baseline ? '/base.jsonl' : FILE;
  return {
    path: `/tree/${shown}`,
    shown,
    baseline,
    suppressions: list.map((suppression, at): PlacedSuppression => ({ suppression, file: shown, line: at + 2 })),
  };
}

const FOUND = finding({ path: ONE.path, function: ONE.function, fingerprint: ONE.fingerprint });

test('a judgement silences its own finding only', () => {
  const others = [
    finding({ ...FOUND, path: 'mm/b.c' }),
    finding({ ...FOUND, function: 'other' }),
    finding({ ...FOUND, fingerprint: 'f'.repeat(32) }),
    finding({ ...FOUND, rule: 'pfn-valid-is-not-ram' }),
  ];
  const { open, suppressed, summary } = applySuppressions([FOUND, ...others], {
    files: [file(false, ONE)],
    looked: () => true,
  });
  assert.deepEqual([open, suppressed.map((one) => one.finding)], [others, [FOUND]]);
  assert.deepEqual([summary.suppressed, summary.byVerdict.intended, summary.unused], [1, 1, []]);
});

test('a judgement of what could not be decided is in use', () => {
  const judging = { files: [file(false, ONE)], looked: () => true };
  const { open, suppressed, summary } = applySuppressions([], judging, [FOUND]);
  assert.deepEqual([open, suppressed, summary.suppressed, summary.unused], [[], [], 0, []]);
  const other = finding({ ...FOUND, function: 'other' });
  assert.equal(applySuppressions([], judging, [other]).summary.unused.length, 1);
});

test('where tree and baseline both have a finding, the word of the tree counts, and none is unused', () => {
  const old: Suppression = { ...ONE, verdict: 'baseline', reason: 'Old.' };
  const files = [file(false, ONE), file(true, old)];
  const { suppressed, summary } = applySuppressions([FOUND], { files, looked: () => true });
  assert.deepEqual(
    suppressed.map(({ by, inBaseline }) => [by.suppression.reason, inBaseline]),
    [[ONE.reason, true]],
  );
  assert.deepEqual(summary.unused, []);
  const only = applySuppressions([FOUND], { files: files.slice(0, 1), looked: () => true });
  assert.deepEqual(
    only.suppressed.map(({ inBaseline }) => inBaseline),
    [false],
  );
});

test('a judgement is unused only where the run could have found its finding', () => {
  const run = { files: undefined, rules: [ONE.rule], failures: [], unreadable: [], notAnalysed: [] };
  const place = { path: ONE.path, line: 1, column: 1, function: ONE.function };
  assert.equal(lookedAt(run)(ONE), true);
  assert.equal(lookedAt(run)({ ...ONE, function: '-' }), false);
  assert.equal(lookedAt({ ...run, files: [ONE.path] })(ONE), false);
  assert.equal(lookedAt({ ...run, rules: ['pfn-valid-is-not-ram'] })(ONE), false);
  assert.equal(lookedAt({ ...run, failures: [{ rule: ONE.rule, path: ONE.path, why: 'x' }] })(ONE), false);
  assert.equal(lookedAt({ ...run, unreadable: [{ path: ONE.path, why: 'x' }] })(ONE), false);
  assert.equal(lookedAt({ ...run, notAnalysed: [{ ...place, why: 'x' }] })(ONE), false);
  assert.equal(lookedAt({ ...run, notAnalysed: [{ ...place, function: 'other', why: 'x' }] })(ONE), true);
});

test('shared/schemas/pageref-judged.schema.json is made from the schema in the program', () => {
  golden('../shared/schemas/pageref-judged.schema.json', suppressionsSchema());
});
