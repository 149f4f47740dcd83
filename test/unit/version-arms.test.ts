import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Release } from '@pageref/shared';
import { answerVersions, deadArms, splitItems } from 'pageref/dist/syntax/index.js';
import { judgeTexts } from '../support/memory-tree.js';

/** Each directive of a text with what is made of it for a release: "1", "0", "else", or "?" where it stays as it is. */
function answersOf(text: string, release: Release = '6.12', rhel?: number): string {
  const { text: answered } = answerVersions(text, { release, rhel });
  assert.equal(answered.length, text.length);
  assert.deepEqual(linesOf(answered), linesOf(text));
  const before = directives(text);
  return directives(answered)
    .map((line, at) => /^#\s*(?:el)?if\s+([01])\s*$/.exec(line)?.[1] ?? (line === before[at] ? '?' : line))
    .join(' ');
}

function linesOf(text: string): number[] {
  return [...text.matchAll(/\n/g)].map(({ index }) => index);
}

function directives(text: string): string[] {
  return text.split('\n').filter((line) => /^\s*#\s*(?:if|elif)/.test(line));
}

const one = (condition: string): string => `#if ${condition}\nint a;\n#endif\n`;

const CONDITIONS: readonly (readonly [condition: string, release: Release, answer: string])[] = [
  ['LINUX_VERSION_CODE < KERNEL_VERSION(5, 0, 0)', '6.12', '0'],
  ['LINUX_VERSION_CODE < KERNEL_VERSION(5,0,0)', '4.20', '1'],
  ['LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)', '6.12', '1'],
  // A release is all of its stable ones, and those may differ.
  ['LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 4)', '6.12', '?'],
  ['LINUX_VERSION_CODE > KERNEL_VERSION(6, 12, 0)', '6.12', '?'],
  ['LINUX_VERSION_CODE <= KERNEL_VERSION(6, 12, 255)', '6.12', '1'],
  ['LINUX_VERSION_CODE == KERNEL_VERSION(6, 1, 0)', '6.12', '0'],
  ['LINUX_VERSION_CODE != KERNEL_VERSION(6, 1, 0)', '6.12', '1'],
  ['LINUX_VERSION_CODE < 0x50000', '5.4', '0'],
  ['(LINUX_VERSION_CODE >> 16) == 6', '6.12', '1'],
  ['LINUX_VERSION_MAJOR > 5 && LINUX_VERSION_PATCHLEVEL >= 6', '6.12', '1'],
  ['LINUX_VERSION_SUBLEVEL > 3', '6.12', '?'],
  ['!(LINUX_VERSION_CODE < KERNEL_VERSION(5, 6, 0))', '6.12', '1'],
  ['LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0) && LINUX_VERSION_CODE < KERNEL_VERSION(5, 9, 0)', '5.6', '1'],
  ['LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0) && LINUX_VERSION_CODE < KERNEL_VERSION(5, 9, 0)', '6.1', '0'],
  ['LINUX_VERSION_CODE < KERNEL_VERSION(5, 6, 0) ? 0 : 1', '6.12', '1'],
  // A macro of the build decides nothing by itself, and nothing where the release has decided already.
  ['defined(HAVE_PIN) && LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0)', '6.12', '?'],
  ['defined(HAVE_PIN) || LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0)', '6.12', '1'],
  ['HAVE_PIN && LINUX_VERSION_CODE < KERNEL_VERSION(5, 6, 0)', '6.12', '0'],
  ['IS_ENABLED(CONFIG_ZONE_DEVICE) && LINUX_VERSION_CODE < KERNEL_VERSION(5, 6, 0)', '6.12', '0'],
  ['IS_ENABLED(CONFIG_ZONE_DEVICE) || LINUX_VERSION_CODE < KERNEL_VERSION(5, 6, 0)', '6.12', '?'],
  ['__has_include(<linux/dax.h>) || LINUX_VERSION_CODE < KERNEL_VERSION(5, 6, 0)', '6.12', '?'],
  ['defined(LINUX_VERSION_CODE)', '6.12', '1'],
  ['defined KERNEL_VERSION && !defined __KERNEL__', '6.12', '0'],
  // What the preprocessor refuses is not guessed at.
  ['LINUX_VERSION_CODE++ < KERNEL_VERSION(5, 0, 0)', '6.12', '?'],
  ['(LINUX_VERSION_CODE = 5) < KERNEL_VERSION(5, 0, 0)', '6.12', '?'],
  ['LINUX_VERSION_CODE < KERNEL_VERSION(5, 0)', '6.12', '?'],
  ['LINUX_VERSION_CODE < KERNEL_VERSION(5, 0, 0', '6.12', '?'],
  ['LINUX_VERSION_CODE / 0 < 3', '6.12', '?'],
  ['LINUX_VERSION_CODE <', '6.12', '?'],
  ['', '6.12', '?'],
  [`${'('.repeat(500)}LINUX_VERSION_CODE${')'.repeat(500)} < KERNEL_VERSION(5, 0, 0)`, '6.12', '?'],
  ['RHEL_RELEASE_CODE >= RHEL_RELEASE_VERSION(8, 3) || LINUX_VERSION_CODE > KERNEL_VERSION(5, 6, 0)', '6.12', '1'],
];

for (const [condition, release, answer] of CONDITIONS) {
  test(`version arms: ${condition.slice(0, 90)} in ${release}`, () => {
    // The name in a comment makes the text one that is looked at, whatever the condition says.
    assert.equal(answersOf(`/* LINUX_VERSION_CODE */\n${one(condition)}`, release), answer);
  });
}

test('version arms: a distribution has its own number, and a mainline kernel has none', () => {
  const text = one('defined(RHEL_RELEASE_CODE) && RHEL_RELEASE_CODE >= RHEL_RELEASE_VERSION(9, 2)');
  assert.equal(answersOf(text, '6.1'), '0');
  assert.equal(answersOf(text, '6.1', 9 * 256 + 4), '1');
  assert.equal(answersOf(text, '6.1', 8 * 256 + 9), '0');
});

test('version arms: macros of the text stand for what they were defined as', () => {
  const text = `#define AT_LEAST(a, b) (LINUX_VERSION_CODE >= KERNEL_VERSION(a, b, 0))
#define NEW_API AT_LEAST(5, 6)
#if NEW_API
#elif AT_LEAST(4, 20)
#endif
#undef NEW_API
#if NEW_API
#endif
`;
  assert.equal(answersOf(text), '1 ? ?');
  assert.equal(answersOf(text, '5.4'), '0 1 ?');
});

test('version arms: a #define counts where its arm is compiled', () => {
  const text = `#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0)
#define HAVE_PIN
#endif
#ifdef HAVE_PIN
#else
#endif
#ifndef HAVE_PIN
#endif
`;
  assert.equal(answersOf(text), '1 1 0');
  // A flag that only other releases are given is not there; what stands for code may be the kernel's own in this one.
  assert.equal(answersOf(text, '5.4'), '0 0 1');
  assert.equal(answersOf(text.replace('HAVE_PIN\n', 'HAVE_PIN(a) pin(a)\n'), '5.4'), '0 ? ?');
});

test('version arms: what arms make of a name is known where they agree', () => {
  const arms = (other: string): string => `#ifdef CONFIG_ODD
#define FIRST KERNEL_VERSION(5, 6, 0)
#else
#define FIRST KERNEL_VERSION(${other}, 0)
#endif
#if LINUX_VERSION_CODE >= FIRST
#endif
`;
  assert.equal(answersOf(arms('5, 6')), '? 1');
  assert.equal(answersOf(arms('5, 8')), '? ?');
});

test('version arms: a macro that comes back to itself, or grows without end, is not known', () => {
  const cycle = '#define A B\n#define B A\n#if A < KERNEL_VERSION(5, 0, 0)\n#endif\n';
  assert.equal(answersOf(cycle), '?');
  assert.equal(answerVersions(cycle, { release: '6.12' }).undecided, 1);
  const names = Array.from({ length: 40 }, (_, at) => `#define A${at} A${at + 1} + A${at + 1}`);
  assert.equal(answersOf(`${names.join('\n')}\n#define A40 LINUX_VERSION_CODE\n#if A0 < 3\n#endif\n`), '?');
  const nested = Array.from({ length: 3000 }, (_, at) => `#define A${at} A${at + 1}`);
  assert.equal(answersOf(`${nested.join('\n')}\n#define A3000 LINUX_VERSION_CODE\n#if A0 < 3\n#endif\n`), '?');
});

test('version arms: what other releases compile is told apart from what nobody compiles', () => {
  const text = `#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 0, 0)
old
#else
new
#if 0
never
#endif
#endif
#ifdef HAVE_PIN
unknown
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 0, 0)
second
#else
third
#endif
`;
  const { others, undecided } = answerVersions(text, { release: '6.12' });
  assert.deepEqual(
    others.map(({ start, end }) => text.slice(start, end).trim()),
    ['old', 'third'],
  );
  assert.equal(undecided, 0);
  const { text: answered } = answerVersions(text, { release: '6.12' });
  assert.deepEqual(
    deadArms(answered, { start: 0, end: text.length }).map(({ start, end }) => text.slice(start, end).trim()),
    ['old', 'never', 'third'],
  );
});

test('version arms: directives that are cut short, continued, or look like ones keep their places', () => {
  const texts = [
    '#if LINUX_VERSION_CODE \\\n  < KERNEL_VERSION(5, 0, 0) /* 5.0\n and later */\nint a;\n#endif\n',
    '#\\\nif LINUX_VERSION_CODE < KERNEL_VERSION(5, 0, 0)\nint a;\n#endif\n',
    '#else\n#endif\n#elif LINUX_VERSION_CODE\n#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 0, 0)\n',
    '#if LINUX_VERSION_CODE > 0\n#else\n#else\n#elif 1\n#endif\n',
    'char *s = "#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 0, 0) /*";\n#if LINUX_VERSION_CODE > 0\n#endif\n',
    '#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 0, 0)\r\nint a;\r\n#endif\r\n',
  ];
  for (const text of texts) {
    const { text: answered } = answerVersions(text, { release: '6.12' });
    assert.equal(answered.length, text.length);
    assert.deepEqual(linesOf(answered), linesOf(text));
  }
  assert.equal(answersOf(texts[4] ?? ''), '1');
});

test('version arms: the items of a dead arm are dead, and a head in two arms has one body', () => {
  const text = `#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 0, 0)
static int probe(struct page *page)
#else
static int probe(unsigned long pfn)
#endif
{
	return 0;
}
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 0, 0)
int new(void) { return 1; }
#else
int old(void) { return 1; }
don't {
#endif
int last(void) { return 2; }
`;
  const itemsFor = (release: Release): string[] =>
    splitItems(answerVersions(text, { release }).text)
      .filter(({ kind }) => kind === 'function')
      .map(({ name, dead }) => (dead ? `dead ${name}` : name));
  assert.deepEqual(itemsFor('6.12'), ['probe', 'new', 'dead old', 'last']);
  assert.deepEqual(itemsFor('4.20').slice(0, 3), ['probe', 'dead new', 'old']);
});

const LEAK = `#include <linux/memremap.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 0, 0)
static int probe(unsigned long pfn)
{
	struct dev_pagemap *pgmap = get_dev_pagemap(pfn, NULL);

	return pgmap ? 1 : 0;
}
#endif
#if LINUX_VERSION_CODE < KERNEL_VERSION(4, 20, MINE_LEVEL)
static int odd;
#endif
`;

test('version arms: a run judges no arm of another release, and says how many there are', async () => {
  const said = async (release: Release): Promise<unknown> => {
    const { files, coverage } = await judgeTexts(release, new Map([['drv.c', LEAK]]), ['pagemap-ref-leak']);
    return [files.flatMap(({ findings }) => findings.map(({ line }) => line)), coverage.versionArms];
  };
  assert.deepEqual(await said('6.12'), [[], { others: 1, undecided: 1 }]);
  assert.deepEqual(await said('4.20'), [[6], { others: 0, undecided: 1 }]);
});

test('macros of the build answer what they are said to be, and the text has the last word', () => {
  const text = `#ifdef HAVE_PIN
int pin;
#endif
#if defined(HAVE_PGMAP) && !HAVE_PIN
int pgmap;
#endif
#ifndef HAVE_OTHER
int other;
#endif
#define HAVE_PGMAP 1
#if HAVE_PGMAP
int defined_here;
#endif
`;
  const answered = (defines: Readonly<Record<string, boolean>>): string =>
    answerVersions(text, { release: '6.12', defines })
      .text.split('\n')
      .filter((line) => /^#\s*if/.test(line))
      .map((line) => line.trim())
      .join(' | ');
  assert.equal(
    answered({}),
    '#ifdef HAVE_PIN | #if defined(HAVE_PGMAP) && !HAVE_PIN | #ifndef HAVE_OTHER | #if HAVE_PGMAP',
  );
  assert.equal(answered({ HAVE_PIN: true }), '#if 1 | #if 0 | #ifndef HAVE_OTHER | #if 1');
  assert.equal(answered({ HAVE_PIN: false, HAVE_PGMAP: true }), '#if 0 | #if 1 | #ifndef HAVE_OTHER | #if 1');
  assert.equal(answered({ HAVE_PGMAP: false, HAVE_OTHER: true }), '#ifdef HAVE_PIN | #if 0 | #if 0 | #if 1');
});

test('arms that macros of the build leave out are told apart from those of other releases', () => {
  const counted = (
    text: string,
    defines: Readonly<Record<string, boolean>>,
  ): readonly [arms: number, builds: number] => {
    const { others, builds } = answerVersions(text, { release: '6.12', defines });
    return [others.length, builds];
  };
  const build = '#ifdef HAVE_PIN\nint pin;\n#else\nint get;\n#endif\n';
  const release = '#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 6, 0)\nint get;\n#endif\n';
  assert.deepEqual(counted(build, {}), [0, 0]);
  assert.deepEqual(counted(build, { HAVE_PIN: true }), [1, 1]);
  assert.deepEqual(counted(build, { HAVE_PIN: false }), [1, 1]);
  assert.deepEqual(counted(release, { HAVE_PIN: true }), [1, 0]);
  assert.deepEqual(counted(build + release, { HAVE_PIN: true }), [2, 1]);
  const both = '#if defined(HAVE_PIN) && LINUX_VERSION_CODE < KERNEL_VERSION(5, 6, 0)\nint get;\n#endif\n';
  assert.deepEqual(counted(both, { HAVE_PIN: true }), [1, 0], 'the release has a part in it');
  const byText =
    '#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0)\n#define HAVE_OWN 1\n#endif\n#ifndef HAVE_OWN\nint get;\n#endif\n';
  assert.deepEqual(counted(byText, { HAVE_PIN: true }), [1, 0], 'the text has said so by the release');
});

for (const [what, text] of [
  ['a side effect', '#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, step++, 0)\n'],
  ['an assignment', '#define WANTED (wanted = KERNEL_VERSION(6, 1, 0))\n#if LINUX_VERSION_CODE >= WANTED\n'],
  ['a call', '#if LINUX_VERSION_CODE >= wanted_version(6)\n'],
  ['a cycle', '#define WANTED OTHER\n#define OTHER WANTED\n#if LINUX_VERSION_CODE >= WANTED\n'],
] as const) {
  test(`version arms: a condition with ${what} keeps both arms, and is counted`, () => {
    const whole = `${text}int newer;\n#else\nint older;\n#endif\n`;
    const { text: answered, others, undecided } = answerVersions(whole, { release: '6.12' });
    assert.deepEqual([answered, others, undecided], [whole, [], 1]);
  });
}
