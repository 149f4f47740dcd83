import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AuditedFile, AuditResult, Site } from '@pageref/shared';
import { mergeAudit, restingOn } from 'pageref-client/dist/merge.js';
import { statusText } from 'pageref-client/dist/status-text.js';
import { audit } from 'pageref/dist/runs/index.js';
import { auditOf } from '../support/audits.js';
import { site } from '../support/reports.js';
import { withTree } from '../support/tree.js';
import type { Tree } from '../support/tree.js';

const A = site('guarded', { path: 'mm/a.c' });
const B = site('needs-zone-device', { path: 'mm/b.c' });
const C = site('unclear', { path: 'virt/c.c' });

test('a file that was looked at again takes the place of its old self: figures and order as in a whole audit', () => {
  const now = site('handled', { path: 'mm/b.c', line: 20 });
  const merged = mergeAudit(auditOf({ sites: [A, B, C] }), auditOf({ sites: [now] }), ['mm/b.c']);
  assert.deepEqual(merged, auditOf({ sites: [A, now, C] }));
});

test('a file that names the bit no more, and one that does now', () => {
  const gone = mergeAudit(auditOf({ sites: [A, B, C] }), auditOf({ sites: [] }), ['mm/b.c']);
  assert.deepEqual(gone.report.sites, [A, C]);
  assert.deepEqual([gone.report.summary.byVerdict['needs-zone-device'], gone.files.length], [0, 2]);
  assert.deepEqual(mergeAudit(gone, auditOf({ sites: [B] }), ['mm/b.c']).report, auditOf({ sites: [A, B, C] }).report);
});

test('what-if rows are merged where the first audit had them', () => {
  const at = { path: 'mm/b.c', line: 1, column: 1, function: 'b' };
  const row = { ...at, verdict: 'guarded' as const, impact: null, change: 'Old.' };
  const before = auditOf({ sites: [A, B], whatIf: [row, { ...row, path: 'mm/z.c' }] });
  const merged = mergeAudit(before, auditOf({ sites: [B], whatIf: [{ ...row, change: 'New.' }] }), ['mm/b.c']);
  assert.deepEqual(
    merged.report.whatIf?.map(({ path, change }) => [path, change]),
    [
      ['mm/b.c', 'New.'],
      ['mm/z.c', 'Old.'],
    ],
  );
});

test('an edit asks again for files of which something was said on account of it', () => {
  const resting = (sites: readonly Site[], text = 'int nothing;\n'): readonly string[] =>
    restingOn(auditOf({ sites }), [{ path: 'mm/edited.c', text }]);
  const caller = { ...A.reason, path: 'mm/edited.c' };
  const byCaller = site('never-zone-device', { path: 'mm/by-caller.c', reason: caller });
  const edited = site('unclear', { path: 'mm/edited.c', reason: caller });
  assert.deepEqual(resting([A, B, C, byCaller, edited]), ['mm/by-caller.c']);
  assert.deepEqual(
    resting([A, B, C], 'void f(struct page *p)\n{\n\tdemo_guarded(p);\n}\n'),
    ['mm/a.c'],
    'a new caller',
  );
  const unseen = site('unclear', { path: 'mm/unseen.c', reason: { ...A.reason, contract: 'put_later' } });
  assert.deepEqual(
    resting([A, unseen], 'void put_later(struct page *p)\n{\n}\n'),
    ['mm/unseen.c'],
    'a callee that is there',
  );
  assert.deepEqual(resting([A, unseen], 'int put_late;\n'), []);
  assert.deepEqual(restingOn(auditOf({ sites: [byCaller] }), [{ path: 'mm/edited.c', text: undefined }]), [
    'mm/by-caller.c',
  ]);
});

const ONE_CALLER = `
//- Makefile
VERSION = 6
PATCHLEVEL = 12
//- mm/a.c
void note_page(struct page *page)
{
	if (PageReserved(page))
		return;
	put_page(page);
}
//- mm/b.c
void one(void)
{
	note_page(alloc_page(GFP_KERNEL));
}
//- mm/c.c
bool other(unsigned long pfn)
{
	return PageReserved(pfn_to_page(pfn));
}
`;

async function audited(tree: Tree, paths: readonly string[] = ['']): Promise<AuditResult> {
  let files: readonly AuditedFile[] = [];
  const options = { paths: paths.map((path) => join(tree.root, path)), jobs: 1 };
  const report = await audit({ ...options, onFiles: (found) => (files = found) });
  return { rootUri: 'file:///tree', report, files };
}

for (const [what, path, text] of [
  [
    'hands in another page',
    'mm/b.c',
    'void one(void)\n{\n\tstruct page *page;\n\n\tif (get_user_pages_fast(0, 1, 1, &page) == 1)\n\t\tnote_page(page);\n}\n',
  ],
  ['hands in nothing any more', 'mm/b.c', 'int none;\n'],
  ['is new', 'mm/d.c', 'void two(unsigned long pfn)\n{\n\tnote_page(pfn_to_page(pfn));\n}\n'],
] as const) {
  test(`the merged audit is that of the tree as it is now: a caller ${what}`, () =>
    withTree(ONE_CALLER, async (tree) => {
      const before = await audited(tree);
      tree.write(path, text);
      const resting = restingOn(before, [{ path, text }]);
      assert.deepEqual(resting, ['mm/a.c']);
      const merged = mergeAudit(before, await audited(tree, [path, ...resting]), [path, ...resting]);
      const fresh = await audited(tree);
      assert.notDeepEqual(fresh.report.sites, before.report.sites);
      assert.deepEqual(merged.report.sites, fresh.report.sites);
      assert.deepEqual(merged.report.summary.byVerdict, fresh.report.summary.byVerdict);
    }));
}

test('the status: the tree where it was audited, else the file, else nothing much', () => {
  const document = {
    rootUri: null,
    release: '6.12',
    detected: 'Makefile says 6.12.0',
    findings: 1,
    notAnalysed: 0,
  } as const;
  assert.equal(statusText(document, undefined).text, 'Linux 6.12 - 1 needs care in this file');
  assert.equal(
    statusText({ ...document, notAnalysed: 1 }, undefined).text,
    'Linux 6.12 - 1 needs care in this file - 1 function not analysed',
  );
  const audit = auditOf({ sites: [A, B, C] });
  assert.equal(statusText(document, audit).text, 'Linux 6.12 - 2 need care');
  assert.equal(statusText(undefined, undefined).text, 'pageref');
});
