import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { SUPPRESSIONS_FILE } from '@pageref/shared';
import * as engine from 'pageref/dist/runs/index.js';
import { HEADER } from 'pageref/dist/runs/suppressions/write.js';
import { pageref, type Outcome } from '../support/cli.js';
import { fullCheckReport } from '../support/reports.js';
import { withTree } from '../support/tree.js';
import type { Tree } from '../support/tree.js';

function leak(name: string): string {
  return `static void ${name}(unsigned long addr)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, 0, &page) != 1)
		return;
	if (!PageReserved(page))
		put_page(page);
}
`;
}

const RULE = 'reserved-conflates-zone-device';
const PATH = 'mm/demo.c';
const TREE = `//- Makefile
VERSION = 6
PATCHLEVEL = 12
//- ${PATH}
${leak('first')}
${leak('second')}`;

function run({ root }: Tree, ...words: string[]): Promise<Outcome> {
  return pageref(words, { engine, cwd: root });
}

interface Json {
  readonly findings: readonly { readonly function: string; readonly fingerprint: string }[];
  readonly suppressed: readonly { readonly function: string; readonly reason: string; readonly inBaseline: boolean }[];
  readonly summary: {
    readonly findings: number;
    readonly judged: { readonly suppressed: number; readonly unused: readonly { readonly line: number }[] };
  };
}

/** The report of a check of this rule, as JSON. */
async function report(tree: Tree, ...options: string[]): Promise<Json> {
  const { stdout, stderr } = await run(tree, 'check', '.', '--rule', RULE, '--format', 'json', ...options);
  assert.equal(stderr, '');
  return JSON.parse(stdout) as Json;
}

async function baselineOf(tree: Tree, ...options: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(tree, 'baseline', '.', '--rule', RULE, '--reason', 'Old.', ...options);
  assert.deepEqual([code, stderr], [0, '']);
  return stdout;
}

const textOf = ({ root }: Tree, path = SUPPRESSIONS_FILE): string => readFileSync(join(root, path), 'utf8');

/** The lines of a file, each as "function: reason". */
function reasons(text: string): string[] {
  const [header, ...lines] = text.trimEnd().split('\n');
  assert.equal(header, HEADER);
  return lines.map((line) => {
    const { function: name, reason } = JSON.parse(line) as { function: string; reason: string };
    return `${name}: ${reason}`;
  });
}

test('baseline prints the file and writes nothing; with --output it writes it, and check is silent', async () => {
  await withTree(TREE, async (tree) => {
    const printed = await baselineOf(tree);
    assert.deepEqual(reasons(printed), ['first: Old.', 'second: Old.']);
    assert.equal(existsSync(join(tree.root, SUPPRESSIONS_FILE)), false);
    const told = await baselineOf(tree, '--output', SUPPRESSIONS_FILE);
    assert.equal(told, `"${SUPPRESSIONS_FILE}": 2 findings judged, 0 lines kept\n`);
    assert.equal(textOf(tree), printed);
    const { findings, suppressed, summary } = await report(tree);
    assert.deepEqual([findings, summary.findings, summary.judged.suppressed, summary.judged.unused], [[], 0, 2, []]);
    assert.deepEqual(
      suppressed.map(({ function: name, inBaseline }) => [name, inBaseline]),
      [
        ['first', false],
        ['second', false],
      ],
    );
    const text = await run(tree, 'check', '.', '--rule', RULE, '--verbose');
    assert.equal(text.code, 0);
    assert.match(text.stdout, /^mm\/demo\.c:7:7: first: \S+ is silent \(baseline\): Old\.$/m);
    assert.match(text.stdout, /^ {2}findings {17}0\n[^]*^ {2}judged, silent {11}2 \(2 baseline\)$/m);
    assert.equal((await run(tree, 'check', '.', '--rule', RULE, '--format', 'gcc')).stdout.includes('warning'), false);
  });
});

test('baseline --write still works, and says what it is called now', async () => {
  await withTree(TREE, async (tree) => {
    const { code, stderr } = await run(tree, 'baseline', '.', '--reason', 'Old.', '--write', SUPPRESSIONS_FILE);
    assert.deepEqual([code, stderr], [0, 'pageref: --write is called --output FILE now; the old name still works\n']);
    assert.equal(existsSync(join(tree.root, SUPPRESSIONS_FILE)), true);
  });
});

test('a line keeps its reason and verdict, a new finding gets the new one, and the order does not depend on it', async () => {
  await withTree(TREE, async (tree) => {
    const own = (await baselineOf(tree)).split('\n').filter((line) => line.includes('"second"') || line === HEADER);
    tree.write(
      SUPPRESSIONS_FILE,
      own.join('\n').replace('"baseline"', '"false-positive"').replace('Old.', 'Looked at.'),
    );
    await baselineOf(tree, '--output', SUPPRESSIONS_FILE);
    assert.deepEqual(reasons(textOf(tree)), ['first: Old.', 'second: Looked at.']);
    assert.ok(textOf(tree).includes('"false-positive"'));
    const before = textOf(tree);
    assert.match(await baselineOf(tree, '--output', SUPPRESSIONS_FILE), /0 findings judged, 2 lines kept/);
    assert.equal(textOf(tree), before);
  });
});

test('--baseline: another file, beside that of the tree', async () => {
  await withTree(TREE, async (tree) => {
    await baselineOf(tree, '--output', 'base.jsonl');
    assert.equal((await report(tree)).summary.findings, 2);
    assert.deepEqual(
      (await report(tree, '--baseline', 'base.jsonl')).suppressed.map(({ inBaseline }) => inBaseline),
      [true, true],
    );
    tree.write(PATH, `${leak('first')}\n${leak('second')}\n${leak('third')}`);
    const { findings, suppressed } = await report(tree, '--baseline', 'base.jsonl');
    assert.deepEqual([findings.map((one) => one.function), suppressed.length], [['third'], 2]);
    tree.write(SUPPRESSIONS_FILE, textOf(tree, 'base.jsonl').replaceAll('Old.', 'Ours.'));
    assert.match(await baselineOf(tree, '--output', 'new.jsonl'), /1 finding judged, 0 lines kept/);
    assert.deepEqual(reasons(textOf(tree, 'new.jsonl')), ['third: Old.']);
    const both = await report(tree, '--baseline', 'base.jsonl');
    assert.deepEqual(
      both.suppressed.map(({ reason, inBaseline }) => [reason, inBaseline]),
      [
        ['Ours.', true],
        ['Ours.', true],
      ],
    );
    assert.deepEqual(await report(tree, '--baseline', SUPPRESSIONS_FILE).then(({ summary }) => summary.findings), 1);
  });
});

test('a line whose finding is gone is told with its place, and --prune leaves it out', async () => {
  await withTree(TREE, async (tree) => {
    await baselineOf(tree, '--output', SUPPRESSIONS_FILE);
    tree.write(PATH, leak('second'));
    tree.write('mm/more.c', leak('more'));
    assert.deepEqual(
      (await report(tree)).summary.judged.unused.map(({ line }) => line),
      [2],
    );
    const { stdout } = await run(tree, 'check', '.');
    const says = `${SUPPRESSIONS_FILE}:2: information: not found any more, the line can go: ${RULE} in ${PATH}: first: Old.`;
    assert.ok(stdout.split('\n').includes(says), stdout);
    for (const words of [['mm/more.c'], ['.', '--rule', 'pfn-valid-is-not-ram']]) {
      const elsewhere = await run(tree, 'check', ...words);
      assert.equal(elsewhere.stdout.includes('not found any more'), false, words.join(' '));
    }
    await baselineOf(tree, '--output', SUPPRESSIONS_FILE);
    assert.deepEqual(reasons(textOf(tree)), ['first: Old.', 'second: Old.', 'more: Old.']);
    assert.match(await baselineOf(tree, '--output', SUPPRESSIONS_FILE, '--prune'), /2 lines kept, 1 line left out$/m);
    assert.deepEqual(reasons(textOf(tree)), ['second: Old.', 'more: Old.']);
  });
});

test('a check of a change is silent on what was judged, and calls nothing gone', async () => {
  await withTree(TREE, async (tree) => {
    await baselineOf(tree, '--output', 'base.jsonl');
    const stdin = `${leak('second')}\n${leak('third')}`;
    const words = ['check', '--stdin', '--stdin-filename', PATH, '--baseline', 'base.jsonl', '--format', 'json'];
    const { stdout, stderr } = await pageref([...words, '--rule', RULE], { engine, cwd: tree.root, stdin });
    assert.equal(stderr, '');
    const { findings, summary } = JSON.parse(stdout) as Json;
    assert.deepEqual(
      findings.map((one) => one.function),
      ['third'],
    );
    assert.deepEqual([summary.judged.suppressed, summary.judged.unused], [1, []]);
  });
});

test('baseline tells of a rule that failed: what it would have found is not in the file', async () => {
  const result = { text: 'text\n', added: 1, kept: 0, pruned: 0, report: fullCheckReport() };
  const { code, stdout, stderr } = await pageref('baseline . --reason Old', {
    engine: { baseline: () => Promise.resolve(result) },
  });
  assert.deepEqual([code, stdout], [0, 'text\n']);
  assert.equal(stderr, `pageref: ${RULE} failed on "mm/odd.c", its findings there are missing: something went wrong\n`);
});

/** What people do to a file that leaves its findings the same ones. */
const EDITS: readonly ((text: string) => string)[] = [
  (text) => `/* One more line. */\n${text}`,
  (text) => `int before(void)\n{\n\treturn 0;\n}\n\n${text}`,
  (text) => text.replaceAll('\tif (!PageReserved(page))', '\t/* why */\n\tif ( !PageReserved( page ) )'),
  (text) => text.replaceAll('\t', '    '),
  (text) => text.replaceAll('\n', '\r\n'),
  (text) =>
    text
      .split(/^(?=static)/m)
      .reverse()
      .join('\n'),
];

test('a judgement holds when lines move and code is laid out anew, and not for another function', async () => {
  await withTree(TREE, async (tree) => {
    await baselineOf(tree, '--output', SUPPRESSIONS_FILE);
    const edits = fc.subarray(EDITS.map((_, at) => at));
    await fc.assert(
      fc.asyncProperty(edits, async (order) => {
        const text = order.reduce((edited, at) => EDITS[at]?.(edited) ?? edited, `${leak('first')}\n${leak('second')}`);
        tree.write(PATH, text);
        const { findings, summary } = await report(tree);
        assert.deepEqual([findings, summary.judged.suppressed, summary.judged.unused], [[], 2, []], text);
      }),
      { numRuns: 20 },
    );
    tree.write(PATH, `${leak('renamed')}\n${leak('second')}`);
    const { findings } = await report(tree);
    assert.deepEqual(
      findings.map((one) => one.function),
      ['renamed'],
    );
  });
});

test('a file with mistakes, one that is not there, and a missing reason: exit code 2 and where', async () => {
  await withTree(TREE, async (tree) => {
    const fails = async (...words: string[]): Promise<string> => {
      const { code, stdout, stderr } = await run(tree, ...words);
      assert.deepEqual([code, stdout], [2, ''], words.join(' '));
      return stderr.replaceAll(`${tree.root}/`, '');
    };
    const missing = 'pageref: cannot read the judged findings: none.jsonl: no such file or folder\n';
    assert.equal(await fails('check', '.', '--baseline', 'none.jsonl'), missing);
    assert.match(await fails('check', '.', '--baseline', 'mm'), /mm: it is a folder, not a file\n$/);
    tree.write('bad.jsonl', `${HEADER}\n{"path": "mm/a.c"\n{}\n`);
    const bad = await fails('check', '.', '--baseline', 'bad.jsonl');
    assert.match(bad, /^pageref: \d mistakes in the judged findings:\nbad\.jsonl:2:\d+: not JSON: /);
    assert.match(bad, /^bad\.jsonl:3:1: "path" is missing$/m);
    const before = textOf(tree, 'bad.jsonl');
    assert.match(await fails('baseline', '.', '--reason', 'x', '--output', 'bad.jsonl'), /mistakes/);
    assert.equal(textOf(tree, 'bad.jsonl'), before);
    tree.write(SUPPRESSIONS_FILE, 'words\n');
    assert.match(await fails('check', '.'), /^\.pageref-judged\.jsonl:1:1: the first line must be /m);
    for (const reason of [[], ['--reason', ' ']]) {
      assert.match(await fails('baseline', '.', ...reason), /^pageref: baseline: --reason is missing\nSay why/);
    }
    assert.match(await fails('baseline', '.', '--reason', 'x', '--output', 'no/such.jsonl'), /--output: cannot write/);
  });
});
