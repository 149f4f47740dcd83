import type { HistoryColumn, HistoryEvent, HistoryReport } from '@pageref/shared';
import { oneLine } from '../common.js';
import type { PrintOptions } from '../options.js';
import { cell, code, table } from '../markdown-parts.js';
import { aboutText, nameOf, shownColumns, shownRows, sinceOf, stateMark, stepsOf, MARKS } from './common.js';
import type { Step } from './common.js';

/** Columns that a table in a mail has room for. */
const MOST_COLUMNS = 20;

/** The matrix and what happened, as markdown that can be pasted into a mail or a wiki page. */
export function historyMarkdown(report: HistoryReport, { shown = 'problems' }: Pick<PrintOptions, 'shown'>): string {
  const blocks = [
    '# History of page findings',
    columnTable(report),
    matrix(report, shown),
    ...stepsOf(report, shown).map(stepBlock),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function columnTable(report: HistoryReport): string {
  const rows = shownColumns(report, MOST_COLUMNS).flatMap((at) => {
    const column = report.columns[at];
    if (!column) return [];
    const { tests, care, problems, notes } = column.counts;
    return [[code(nameOf(column)), column.release ?? '', ...[tests, care, problems, notes].map(String)]];
  });
  return table(['revision', 'release', 'tests', 'need care', 'problems', 'notes'], rows);
}

function matrix(report: HistoryReport, shown: 'problems' | 'all'): string {
  const columns = shownColumns(report, MOST_COLUMNS);
  const rows = shownRows(report, shown).map((row) => [
    cell(aboutText(row)),
    code(sinceOf(row, report.columns)),
    ...columns.map((at) => stateMark(row.cells[at])),
  ]);
  if (rows.length === 0) return '';
  const head = ['what', 'since', ...columns.map((at) => code(nameOf(report.columns[at] as HistoryColumn)))];
  return `## Matrix\n\nMarks: ${MARKS}.\n\n${table(head, rows)}`;
}

const SIGNS: Readonly<Record<HistoryEvent['what'], string>> = { came: 'came', changed: 'changed', went: 'went' };

function stepBlock({ column, events }: Step): string {
  const subject = column.subject === null ? '' : ` ${cell(oneLine(column.subject))}`;
  const lines = events.map(
    ({ what, of, states, place }) => `- ${SIGNS[what]}: ${cell(states)}, ${cell(aboutText(of))}, ${code(place)}`,
  );
  return `## ${code(nameOf(column))}${column.date === null ? '' : ` (${column.date})`}${subject}\n\n${lines.join('\n')}`;
}
