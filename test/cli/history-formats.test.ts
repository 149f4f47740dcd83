import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { historyHtml } from 'pageref/dist/print/history/html.js';
import { historyMarkdown } from 'pageref/dist/print/history/markdown.js';
import { fullHistoryReport } from '../support/history-report.js';
import { golden } from '../support/golden.js';

test('history as markdown', () => {
  golden('cli/golden/history.md', historyMarkdown(fullHistoryReport(), { shown: 'all' }));
});

test('history as HTML', () => {
  golden('cli/golden/history.html', historyHtml(fullHistoryReport()));
});

test('markdown shows rows that need care unless all are asked for', () => {
  const report = fullHistoryReport();
  const rows = report.rows.map((row) => ({
    ...row,
    cells: row.cells.map((cell) => cell && { ...cell, weight: 0 as const }),
  }));
  assert.doesNotMatch(historyMarkdown({ ...report, rows, events: [] }, { shown: 'problems' }), /Matrix/);
  assert.match(historyMarkdown({ ...report, rows, events: [] }, { shown: 'all' }), /Matrix/);
});

test('html: nothing of a repository becomes markup, and the policy allows the one style there is', () => {
  const report = fullHistoryReport();
  const evil = '<script>alert(1)</script>"&';
  const columns = report.columns.map((column) => ({ ...column, revision: evil, subject: evil }));
  const rows = report.rows.map((row) => ({ ...row, function: evil, text: evil, subsystem: evil }));
  const html = historyHtml({ ...report, columns, rows });
  assert.doesNotMatch(html, /<script|alert\(1\)<\/script/);
  const style = /<style>([^]*?)<\/style>/.exec(html)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  assert.ok(html.includes(`style-src 'sha256-${hash}'`));
});
