import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Release, Site } from '@pageref/shared';
import { auditFile } from 'pageref/dist/rules/reserved/verdicts.js';
import type { Tree } from 'pageref/dist/project/tree.js';
import { analyseText } from 'pageref/dist/editor/incremental.js';
import type { FindingPlace, TextAnalysis } from 'pageref/dist/editor/incremental.js';
import { lineStarts, positionAt } from 'pageref/dist/syntax/index.js';
import { TEST_FOLDER } from '../support/golden.js';
import { parseMarked } from '../support/markers.js';
import { memoryTree } from '../support/memory-tree.js';

const RELEASE: Release = '6.12';
const FIXTURES = readdirSync(join(TEST_FOLDER, 'fixtures'))
  .filter((name) => name.endsWith('.c'))
  .flatMap((name) => parseMarked(readFileSync(join(TEST_FOLDER, 'fixtures', name), 'utf8')));

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
  return findings.map(({ start, class: cls, site, reason, related }) => {
    const at = positionAt(starts, start);
    const places = related.map((one) => `${line(one.place)} ${one.text}`);
    return [at.line, at.column, cls, site.function, site.consequence, reason.text, line(reason.place), ...places].join(
      ' | ',
    );
  });
}

function linesOfSites(sites: readonly Site[]): string[] {
  return sites
    .filter(({ verdict }) => verdict === 'needs-zone-device' || verdict === 'unclear')
    .map((site) => {
      const places = site.related.map((one) => `${one.path}:${String(one.line)} ${one.text}`);
      const { line, column, impact, consequence, reason } = site;
      const why = [reason.text, `${reason.path}:${String(reason.line)}`, ...places];
      return [line, column, impact ?? 'unclear', site.function, consequence, ...why].join(' | ');
    });
}

test('an editor finds what an audit finds, in every fixture', async () => {
  const tree = await memoryTree(RELEASE);
  assert.ok(FIXTURES.length > 20);
  for (const { path, text } of FIXTURES) {
    const expected = linesOfSites(auditFile(tree, path, text, undefined).sites);
    assert.deepEqual(linesOf(await analyse(tree, path, text)), expected, path);
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
  let [kept, judged] = [0, 0];
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
        judged += analysis.work.judged;
        const scratch = await analyse(tree, path, text);
        assert.deepEqual(analysis.findings, scratch.findings, JSON.stringify(edit));
        assert.deepEqual(analysis.notAnalysed, scratch.notAnalysed);
        assert.deepEqual(linesOf(analysis), linesOfSites(auditFile(tree, path, text, undefined).sites));
      }
    }),
    { numRuns: 150, seed: 20181221 },
  );
  assert.ok(kept > judged, `most functions are taken over (${String(kept)} of ${String(kept + judged)})`);
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

/** What an edit makes the analysis do: "judged/kept". */
async function work(from: string, to: string): Promise<string> {
  const tree = await memoryTree(RELEASE);
  const before = await analyse(tree, 'mm/demo.c', CODE);
  assert.ok(CODE.includes(from), from);
  const after = await analyse(tree, 'mm/demo.c', CODE.replace(from, to), before);
  return `${String(after.work.judged)}/${String(after.work.kept)}`;
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
  assert.equal(await work('PageReserved(page))', 'PageDirty(page))'), '0/1', 'a mention that goes');
  const tree = await memoryTree(RELEASE);
  const before = await analyse(tree, 'mm/demo.c', CODE);
  const other = await memoryTree('5.4');
  const after = await analyse(other, 'mm/demo.c', CODE, before);
  assert.deepEqual(after.work, { judged: 2, kept: 0 }, 'another release');
});
