import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonText, visible, visibleLine } from '@pageref/shared';
import * as engine from 'pageref/dist/runs/index.js';
import { FORMATS } from 'pageref/dist/print/formats.js';
import { pageref } from '../support/cli.js';
import { LEAK, MAKEFILE_6_12, WRAPPER } from '../support/lsp-texts.js';
import { withTree } from '../support/tree.js';
import type { Tree } from '../support/tree.js';

/** Names that steer a terminal, turn text round, or end a line, a cell, a tag or a string of a report. */
const NAMES = [
  'a\u001b[31m\u001b]0;title\u0007b',
  'c\u009b31m\u007f\u0085d',
  'e\u202e\u2066\u2069\u200f\u200e\u061cf',
  'g\nh\ti\rj',
  '<img src=x onerror=alert(1)>&"\'`|\\u001b',
];

const JUDGED = {
  ...{ path: 'mm/a.c', function: 'f', rule: 'reserved-conflates-zone-device' },
  ...{ fingerprint: '0'.repeat(32), verdict: 'intended', reason: 'why not' },
};

/** All that must never be in a report as it is, the newline aside. */
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** The first such character in a text with what is around it; empty where there is none. */
function steering(text: string): string {
  const at = text.search(STEERING);
  return at < 0 ? '' : JSON.stringify(text.slice(Math.max(0, at - 40), at + 10));
}

function writeHostile(tree: Tree): void {
  NAMES.forEach((name, at) => {
    tree.write(`mm/${name}/${name}.c`, LEAK.replaceAll('demo_access', `demo_access${String(at)}`));
    tree.write(`arch/${name}/w.c`, WRAPPER.replaceAll('demo_', `demo${String(at)}_`));
    tree.write(`arch/${name}/Kconfig`, 'config X86\n\tdef_bool y\n');
    tree.write(`mm/${name}/odd.c`, 'int f(struct page *p) { if (PageReserved(p) }\n');
  });
  const sections = NAMES.map((name) => name.replace(/[\n\r]/g, '')).map(
    (name) => `${name} SUBSYSTEM\nM:\t${name} <${name}@example.org>\nL:\t${name}\nF:\tmm/${name}/\nN:\t(\n`,
  );
  tree.write('MAINTAINERS', `\n${sections.join('\n')}`);
  tree.write(
    'Kconfig',
    'source "arch/$(SRCARCH)/Kconfig"\nconfig ZONE_DEVICE\n\tbool "z"\n\tdepends on X86 && ARCH_\u202e\n',
  );
  const line = JSON.stringify({ ...JUDGED, path: NAMES[0], reason: NAMES[2] });
  tree.write('.pageref-judged.jsonl', `{"pageref":"judged findings","schemaVersion":1}\n${line}\n`);
}

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  audit: ['audit', 'TREE', '--what-if', 'no-reserved-zone-device'],
  compare: ['audit', 'OTHER', '--compare', 'TREE'],
  check: ['check', 'TREE'],
  fix: ['fix', 'TREE', '--needs-look'],
  uses: ['uses', 'TREE'],
  contracts: ['contracts', 'TREE'],
};
const MAKEFILE = MAKEFILE_6_12.replace('EXTRAVERSION =', 'EXTRAVERSION = -\u001b[1m\u202e');

for (const [report, words] of Object.entries(COMMANDS)) {
  for (const format of Object.keys(FORMATS[report as keyof typeof FORMATS])) {
    test(`${report} as ${format} shows nothing that steers a terminal or turns text round`, () =>
      withTree(MAKEFILE, (tree) =>
        withTree(MAKEFILE, async (other) => {
          writeHostile(tree);
          const line = words.map((word) => word.replace('TREE', tree.root).replace('OTHER', other.root));
          const verbose = report === 'fix' ? [] : ['--verbose'];
          const { code, stdout, stderr } = await pageref([...line, '--no-cache', '--format', format, ...verbose], {
            engine,
          });
          assert.ok(code < 2, stderr);
          assert.ok(stdout.length > 100, 'there is something in it');
          assert.equal(stderr, '');
          // A patch is made of the bytes of files, and code is indented with tabs.
          assert.equal(steering(format === 'diff' ? stdout.replaceAll('\t', '') : stdout), '');
          if (format === 'html') assert.ok(!stdout.includes('<img'));
          if (format === 'json') assert.ok(stringsIn(JSON.parse(stdout)).some((text) => text.includes(NAMES[2] ?? '')));
        }),
      ));
  }
}

/** All texts of a JSON value. */
function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

const [ESCAPES = '', C1 = '', BIDI = ''] = NAMES;
const PATCH = (name: string): string => `--- a/${name}\n+++ b/${name}\n@@ -1,1 +1,1 @@\n-a\n+b\n`;
/** What cannot be done, said of names from everywhere; TREE is the tree's folder. */
const REFUSED: readonly (readonly [what: string, line: readonly string[], files?: Readonly<Record<string, string>>])[] =
  [
    ['a key of the user model', ['audit', 'TREE'], { '.pageref.json': JSON.stringify({ [ESCAPES + BIDI]: 1 }) }],
    [
      'a value of the user model',
      ['audit', 'TREE'],
      {
        '.pageref.json': JSON.stringify({
          schemaVersion: 1,
          model: [{ name: 'x', summary: 's', effects: [{ does: C1 }] }],
        }),
      },
    ],
    [
      'a line of judged findings',
      ['check', 'TREE'],
      { '.pageref-judged.jsonl': JSON.stringify({ ...JUDGED, rule: ESCAPES }) },
    ],
    ['a file of a patch', ['check', 'TREE', '--patch', 'TREE/p'], { p: PATCH(`mm/${ESCAPES}${BIDI}.c`) }],
    ['the name of a patch', ['check', 'TREE', '--patch', `TREE/${ESCAPES}`], { [ESCAPES]: 'no patch' }],
    ['a revision', ['check', 'TREE', '--diff', ESCAPES + BIDI]],
    ['a tree', ['audit', `TREE/${ESCAPES}${BIDI}${C1}`]],
    ['a file', ['check', `TREE/${BIDI}`]],
    ['a model', ['audit', 'TREE', '--model', ESCAPES]],
    ['an output', ['audit', 'TREE', '--output', `TREE/${ESCAPES}/x`]],
    ['a release', ['audit', 'TREE', '--kernel', BIDI]],
    ['an option', ['audit', 'TREE', `--${ESCAPES}${BIDI}`]],
    ['a command', [ESCAPES + C1]],
    ['an API', ['uses', 'TREE', '--api', BIDI]],
  ];

for (const [what, line, files = {}] of REFUSED) {
  test(`a message shows nothing that steers a terminal: ${what}`, () =>
    withTree(MAKEFILE, async (tree) => {
      for (const [path, text] of Object.entries(files)) tree.write(path, text);
      const { code, stdout, stderr } = await pageref(
        line.map((word) => word.replace('TREE', tree.root)),
        { engine },
      );
      assert.deepEqual([code, stdout], [2, ''], stderr);
      assert.equal(steering(stderr), '');
      assert.match(stderr, /\\u(?:001b|009b|202e)/, 'what it was can be seen');
    }));
}

test('escapes keep lines as they are, or make one of them; JSON stays the same data', () => {
  assert.equal(visible('a\u001b\u009b\u202e\t\r\n\\é'), 'a\\u001b\\u009b\\u202e\\t\\r\n\\é');
  assert.equal(visibleLine('a\nb\u2028c'), 'a\\nb\\u2028c');
  const data = { [NAMES.join('')]: [...NAMES, '\ud800', 7, null] };
  for (const indent of [undefined, 2]) {
    assert.deepEqual(JSON.parse(jsonText(data, indent)), data);
    assert.equal(steering(jsonText(data, indent)), '');
  }
});
