import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { VERDICTS } from '@pageref/shared';
import { checkJson } from 'pageref/dist/print/check/json.js';
import { historyJson } from 'pageref/dist/print/history/json.js';
import { contractsJson } from 'pageref/dist/print/contracts/json.js';
import { auditJson } from 'pageref/dist/print/audit/json.js';
import { compareJson } from 'pageref/dist/print/compare/json.js';
import { ownersJson } from 'pageref/dist/print/owners/json.js';
import { usesJson } from 'pageref/dist/print/uses/json.js';
import { apiJson } from 'pageref/dist/print/api/json.js';
import { explained } from 'pageref/dist/print/explain/explained.js';
import { explainJson } from 'pageref/dist/print/explain/json.js';
import { fixJson } from 'pageref/dist/print/fix/json.js';
import { fullModelEntries } from '../support/model-entries.js';
import { fullContractsReport } from '../support/contracts-report.js';
import { fullHistoryReport } from '../support/history-report.js';
import { REPOSITORY } from '../support/golden.js';
import {
  fullAuditReport,
  fullAuditReleasesReport,
  fullReleasesReport,
  fullCompareReport,
  fullFixReport,
  fullOwnersReport,
  fullUsesReport,
} from '../support/reports.js';

const page = readFileSync(join(REPOSITORY, 'docs', 'json.md'), 'utf8');

/** Paths of every key, arrays written as []: "sites[].reason.text". Verdicts as keys are one entry, `<verdict>`. */
function keysOf(value: unknown, prefix = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => keysOf(item, `${prefix}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const name = (VERDICTS as readonly string[]).includes(key) ? '<verdict>' : key;
    const path = prefix === '' ? name : `${prefix}.${name}`;
    return [path, ...keysOf(inner, path)];
  });
}

/** The keys a section of the page lists in the first column of its tables. */
function documented(heading: string): string[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1] ?? '');
}

for (const [heading, text] of [
  ['`pageref audit`', auditJson(fullAuditReleasesReport())],
  ['`pageref audit --compare', compareJson(fullCompareReport())],
  ['`pageref check', checkJson(fullReleasesReport())],
  ['`pageref fix`', fixJson(fullFixReport())],
  ['`pageref owners', ownersJson(fullOwnersReport())],
  ['`pageref uses', usesJson(fullUsesReport())],
  ['`pageref history', historyJson(fullHistoryReport())],
  ['`pageref contracts', contractsJson(fullContractsReport())],
] as const) {
  test(`docs/json.md lists the keys of ${heading}, and no others`, () => {
    const keys = new Set(keysOf(JSON.parse(text)));
    assert.deepEqual(new Set(documented(heading)), keys);
  });
}

test('docs/json.md lists the keys of api; what is in an entry is the vocabulary of user-model.md', () => {
  const ranges = fullModelEntries();
  const keys = keysOf(JSON.parse(apiJson({ known: true, name: 'demo_page', entries: ranges, ranges })));
  const named = keys.flatMap((key) => /^(?:entries|ranges)\[\]\.\w+$|^[^[]*$/.exec(key) ?? []);
  assert.deepEqual(new Set(documented('`pageref api`')), new Set(named));
});

test('docs/json.md lists the keys of explain', () => {
  const texts = (['needs-zone-device', 'pagemap-ref-leak'] as const).map((name) => explainJson(explained(name)));
  const keys = texts.flatMap((text) => keysOf(JSON.parse(text)));
  assert.deepEqual(new Set(documented('`pageref explain`')), new Set(keys));
});

test('keys come in the documented order, however the report was put together', () => {
  const report = fullAuditReport();
  const turned = Object.fromEntries(Object.entries(report).reverse()) as unknown as typeof report;
  assert.equal(auditJson(turned), auditJson(report));
});

test('every verdict has its place in byVerdict', () => {
  const { summary } = JSON.parse(auditJson(fullAuditReport())) as { summary: { byVerdict: Record<string, number> } };
  assert.deepEqual(Object.keys(summary.byVerdict), [...VERDICTS]);
});
