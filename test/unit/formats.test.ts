import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORMATS, formatsOf, printerOf } from 'pageref/dist/print/formats.js';
import type { ReportName, Reports } from 'pageref/dist/print/formats.js';
import { explained } from 'pageref/dist/print/explain/explained.js';
import { plain } from 'pageref/dist/print/paint.js';
import { fullContractsReport } from '../support/contracts-report.js';
import { fullHistoryReport } from '../support/history-report.js';
import { fullModelEntries } from '../support/model-entries.js';
import {
  fullAuditReport,
  fullCheckReport,
  fullCompareReport,
  fullFixReport,
  fullOwnersReport,
  fullUsesReport,
} from '../support/reports.js';
import { EXPORT_FORMATS } from 'pageref-client/dist/report-formats.js';

const OPTIONS = { verbose: true, paint: plain, cwd: '/work-folder' };

const FULL: Reports = {
  audit: fullAuditReport(),
  compare: fullCompareReport(),
  check: fullCheckReport(),
  fix: fullFixReport(),
  owners: fullOwnersReport(),
  uses: fullUsesReport(),
  contracts: fullContractsReport(),
  history: fullHistoryReport(),
  api: { known: true, name: 'demo_page', entries: fullModelEntries(), ranges: fullModelEntries() },
  explain: explained('needs-zone-device'),
};

async function printed(report: ReportName, format?: string): Promise<string> {
  const print = (await printerOf(report, format)) as (value: unknown, options: typeof OPTIONS) => string | Uint8Array;
  return Buffer.from(print(FULL[report], OPTIONS)).toString();
}

for (const report of Object.keys(FORMATS) as ReportName[]) {
  test(`${report}: every format of the registry prints it, text first, and JSON is JSON`, async () => {
    const formats = formatsOf(report);
    assert.equal(formats[0], 'text');
    assert.equal(await printed(report), await printed(report, 'text'));
    for (const format of formats) assert.ok((await printed(report, format)).endsWith('\n'), format);
    assert.equal((JSON.parse(await printed(report, 'json')) as { schemaVersion: number }).schemaVersion, 1);
  });
}

test('a format that is not in the registry is an error, whatever its name', () => {
  for (const format of ['pdf', 'constructor', '__proto__', ''])
    assert.throws(() => printerOf('audit', format), /no format/);
});

test('what VS Code offers to export are formats of an audit', () => {
  assert.deepEqual(
    EXPORT_FORMATS.filter(({ format }) => !formatsOf('audit').includes(format)),
    [],
  );
});
