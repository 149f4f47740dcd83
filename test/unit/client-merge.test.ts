import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeAudit } from 'pageref-client/dist/merge.js';
import { statusText } from 'pageref-client/dist/status-text.js';
import { auditOf } from '../support/audits.js';
import { site } from '../support/reports.js';

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
