import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Finding, Release } from '@pageref/shared';
import { openSource } from 'pageref/dist/contracts/view-source.js';
import type { Tree } from 'pageref/dist/project/tree.js';
import { STANDING_RULES } from 'pageref/dist/rules/index.js';
import { JudgedMentions } from 'pageref/dist/rules/reserved/judged.js';
import { activate, checkFile } from 'pageref/dist/runs/check-file.js';
import { worldOf } from 'pageref/dist/runs/rule-world.js';
import { markFindings } from 'pageref/dist/runs/mark-findings.js';
import { analyseText } from 'pageref/dist/editor/incremental.js';
import type { FindingPlace, TextAnalysis } from 'pageref/dist/editor/incremental.js';
import { lineStarts, positionAt } from 'pageref/dist/syntax/index.js';
import { allFixtureFiles } from '../support/fixture-files.js';
import { memoryTree } from '../support/memory-tree.js';

const RELEASE: Release = '6.12';
const FIXTURES = allFixtureFiles();

function analyse(tree: Tree, path: string, text: string, previous?: TextAnalysis): Promise<TextAnalysis> {
  return analyseText({ path, text, tree, arch: undefined, previous, checkpoint: () => Promise.resolve() });
}

/** One line for each finding, the way a report gives places. */
function linesOf({ path, text, findings }: TextAnalysis): string[] {
  const starts = lineStarts(text);
  const line = (place: FindingPlace): string =>
    'offset' in place
      ? `${path}:${String(positionAt(starts, place.offset).line)}`
      : `${place.path}:${String(place.line)}`;
  return findings.map(({ start, end, related, steps, ...finding }) => {
    const at = positionAt(starts, start);
    const places = [...steps, ...related].map((one) => `${line(one.place)} ${one.text}`);
    return lineOf({ ...finding, ...at, length: end - start }, places);
  });
}

function lineOf(finding: Omit<Finding, 'path' | 'related' | 'steps'>, places: readonly string[]): string {
  const { rule, severity, impact, message, line, column, length, wrapper, role, fingerprint } = finding;
  return [line, column, length, rule, severity, impact, wrapper, role, fingerprint, message, ...places].join(' | ');
}

/** What a check finds in a text. */
function checkLines(tree: Tree, path: string, text: string): string[] {
  const world = worldOf(tree);
  const file = openSource(path, text, tree.tools);
  const arch = undefined;
  const reserved = new JudgedMentions(file, { deviceKinds: world.deviceKinds, arch });
  const rules = activate(STANDING_RULES, world);
  const { findings, undecided } = checkFile({ file, reserved, rules, world, arch });
  return markFindings([...findings, ...undecided]).map(({ finding }) =>
    lineOf(
      finding,
      [...(finding.steps ?? []), ...finding.related].map((one) => `${one.path}:${String(one.line)} ${one.text}`),
    ),
  );
}

test('an editor finds what a check finds, in every fixture', async () => {
  const tree = await memoryTree(RELEASE);
  assert.ok(FIXTURES.length > 100);
  for (const { path, text } of FIXTURES) {
    assert.deepEqual(linesOf(await analyse(tree, path, text)), checkLines(tree, path, text), path);
  }
});

/** Pieces that change what code means when they are typed somewhere, beside the single characters of real typing. */
const PIECES = [
  '{',
  '}',
  '(',
  ')',
  ';',
  '"',
  "'",
  '/*',
  '*/',
  '//',
  '\n',
  '\\\n',
  '#if 0\n',
  '#endif\n',
  '#else\n',
  '!',
  '&&',
  'PageReserved(page)',
  'put_page(page);',
  'static ',
  'return 0;',
  'if (x) ',
  'page',
  'a',
  '0',
  '#define X PG_reserved\n',
  'void other(struct page *page)\n{\n\tput_page(page);\n}\n',
  'pfn_to_online_page(pfn)',
  '\0',
  'é',
];

interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly piece: string;
}

const anEdit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.oneof(fc.constant(0), fc.constant(1), fc.nat(40)),
  piece: fc.oneof(fc.constant(''), fc.constantFrom(...PIECES)),
});

function apply(text: string, { at, removed, piece }: Edit): string {
  const start = Math.floor(at * text.length);
  return text.slice(0, start) + piece + text.slice(start + removed);
}

test('after any edits the findings are those from scratch', async () => {
  const tree = await memoryTree(RELEASE);
  let [kept, checked] = [0, 0];
  // Two fixtures in one text, so that most edits leave some of the functions alone.
  const aText = fc.tuple(fc.constantFrom(...FIXTURES), fc.constantFrom(...FIXTURES));
  await fc.assert(
    fc.asyncProperty(aText, fc.array(anEdit, { minLength: 1, maxLength: 8 }), async ([one, two], edits) => {
      const path = one.path;
      let text = `${one.text}\n${two.text}`;
      let analysis = await analyse(tree, path, text);
      for (const edit of edits) {
        text = apply(text, edit);
        analysis = await analyse(tree, path, text, analysis);
        kept += analysis.work.kept;
        checked += analysis.work.checked;
        const scratch = await analyse(tree, path, text);
        assert.deepEqual(analysis.findings, scratch.findings, JSON.stringify(edit));
        assert.deepEqual(analysis.notAnalysed, scratch.notAnalysed);
        assert.deepEqual(linesOf(analysis), checkLines(tree, path, text));
      }
    }),
    { numRuns: 150, seed: 20181221 },
  );
  assert.ok(kept > checked, `most functions are taken over (${String(kept)} of ${String(kept + checked)})`);
});

const CODE = `static struct page *pick(unsigned long pfn)
{
	return pfn_to_online_page(pfn);
}

int first(unsigned long pfn)
{
	struct page *page = pick(pfn);

	return page && PageReserved(page);
}

int second(struct page *page)
{
	if (PageReserved(page))
		return 0;
	put_page(page);
	return 1;
}

int third(int a)
{
	return a + 1;
}
`;

/** What an edit makes the analysis do: "checked/kept". */
async function work(from: string, to: string): Promise<string> {
  const tree = await memoryTree(RELEASE);
  const before = await analyse(tree, 'mm/demo.c', CODE);
  assert.ok(CODE.includes(from), from);
  const after = await analyse(tree, 'mm/demo.c', CODE.replace(from, to), before);
  return `${String(after.work.checked)}/${String(after.work.kept)}`;
}

test('an edit costs the functions it can change', async () => {
  assert.equal(await work('a + 1', 'a + 2'), '0/2', 'another function');
  assert.equal(await work('int first', '\n\nint first'), '0/2', 'blank lines');
  assert.equal(await work('return 1;', 'return 2;'), '1/1', 'the function itself');
  assert.equal(await work('pfn_to_online_page(pfn)', 'pfn_to_page(pfn)'), '1/1', 'a callee');
  assert.equal(
    await work('a + 1', 'a + pick(a)'),
    '0/2',
    'another caller of the callee, whose parameter nobody asks about',
  );
  assert.equal(
    await work('PageReserved(page))', 'PageDirty(page))'),
    '1/1',
    'a mention that goes: what is put is looked at',
  );
  assert.equal(
    await work('int third', '#define OTHER 1\nint third'),
    '0/2',
    'a macro that stands for no name of the model',
  );
  const tree = await memoryTree(RELEASE);
  const before = await analyse(tree, 'mm/demo.c', CODE);
  const other = await memoryTree('5.4');
  const after = await analyse(other, 'mm/demo.c', CODE, before);
  assert.deepEqual(after.work, { checked: 2, kept: 0 }, 'another release');
});

/** Two functions that rely on one of the file for what they give back, and one that takes for both. */
const HELPED = `static int give_back(struct page *page)
{
	return page_count(page);
}

static struct page *take_one(unsigned long addr)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, 0, &page) != 1)
		return NULL;
	return page;
}

int one(unsigned long addr, int odd)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, 0, &page) != 1)
		return -EFAULT;
	if (odd) {
		give_back(page);
		return -EINVAL;
	}
	put_page(page);
	return 0;
}

int two(unsigned long addr, int odd)
{
	struct page *page = take_one(addr);

	if (!page)
		return -EFAULT;
	if (odd) {
		give_back(page);
		return -EINVAL;
	}
	put_page(page);
	return 0;
}
`;

/** The functions with findings of the rules on references, before and after an edit of another function. */
async function leaking(from: string, to: string): Promise<string> {
  const tree = await memoryTree(RELEASE);
  const before = await analyse(tree, 'mm/demo.c', HELPED);
  assert.ok(HELPED.includes(from), from);
  const text = HELPED.replace(from, to);
  const after = await analyse(tree, 'mm/demo.c', text, before);
  assert.deepEqual(after.findings, (await analyse(tree, 'mm/demo.c', text)).findings);
  const names = ({ findings }: TextAnalysis): string => findings.map((one) => one.function).join();
  return `${names(before)} -> ${names(after)}`;
}

test('what the functions of the file do with a page is asked anew by all that call them', async () => {
  assert.equal(await leaking('return page_count(page);', 'put_page(page);\n\treturn 0;'), 'one,two -> ');
  assert.equal(
    await leaking('if (get_user_pages_fast(addr, 1, 0, &page) != 1)\n\t\treturn NULL;', ''),
    'one,two -> one',
  );
  assert.equal(await leaking('static int give_back', '#define give_back put_page\nstatic int unused'), 'one,two -> ');
});
