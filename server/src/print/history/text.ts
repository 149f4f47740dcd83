import type { HistoryBisection, HistoryColumn, HistoryEvent, HistoryReport } from '@pageref/shared';
import { countOf, oneLine } from '../common.js';
import type { PrintOptions } from '../options.js';
import type { Style } from '../paint.js';
import { unreadLines, WIDEST, wrap } from '../text-rows.js';
import { aboutText, nameOf, NO_COUNTS, shownColumns, stepsOf, toDo } from './common.js';
import type { ShownEvent, Step } from './common.js';

type TextOptions = Pick<PrintOptions, 'paint' | 'verbose' | 'shown' | 'width'>;

const SIGNS: Readonly<Record<HistoryEvent['what'], { readonly sign: string; readonly style: Style }>> = {
  came: { sign: '+', style: 'red' },
  changed: { sign: '~', style: 'yellow' },
  went: { sign: '-', style: 'green' },
};

/** Columns of the table; what more there are has the same figures as its neighbours, or is left to other formats. */
const MOST_COLUMNS = 60;
const MOST_SUBSYSTEMS = 20;
const INDENT = '      ';

/** What came, changed and went, oldest first, then the figures; for a person at a terminal. */
export function historyText(report: HistoryReport, options: TextOptions): string {
  const { shown = 'problems' } = options;
  const blocks = [
    ...stepsOf(report, shown).map((step) => stepLines(step, options)),
    ...(report.bisections ?? []).map((one) => bisectionLines(one, options)),
    subsystemLines(report, options),
    columnLines(report, options),
    ...report.columns.map((column) => unreadOf(column, options)),
    [lastLine(report, shown)],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function stepLines({ column, events }: Step, options: TextOptions): string[] {
  const { date, subject, commit } = column;
  const about = [nameOf(column), ...(date === null ? [] : [date]), ...(subject === null ? [] : [oneLine(subject)])];
  const id = commit === null || commit.startsWith(column.revision ?? '-') ? '' : ` (${commit.slice(0, 12)})`;
  return [options.paint('bold', about.join('  ') + id), ...events.flatMap((event) => eventLines(event, options))];
}

function eventLines({ what, of, states, place }: ShownEvent, { paint, width = WIDEST }: TextOptions): string[] {
  const { sign, style } = SIGNS[what];
  const about = `${states}: ${aboutText(of)} [${of.id.slice(0, 12)}]`;
  return [`  ${paint(style, sign)} ${place}`, wrap(about, INDENT, Math.min(Math.max(width, 40), WIDEST))];
}

function bisectionLines(one: HistoryBisection, { paint, width = WIDEST }: TextOptions): string[] {
  const { fingerprint, what, before, after, commit, date, subject, onBranch, looked } = one;
  const { sign, style } = SIGNS[what];
  const states = before === null || after === null ? (after ?? before ?? '') : `${before} -> ${after}`;
  const where = onBranch ? 'on the branch of the revision before, which the one after does not have: ' : '';
  return [
    `${paint(style, sign)} ${fingerprint.slice(0, 12)} ${what}: ${states}`,
    wrap(`${where}${commit.slice(0, 12)}  ${date}  ${oneLine(subject)}`, '    ', Math.min(Math.max(width, 40), WIDEST)),
    `    ${countOf(looked, 'revision')} analysed for it`,
  ];
}

function subsystemLines({ subsystems, columns }: HistoryReport, { paint, verbose }: TextOptions): string[] {
  const changed = subsystems.filter(({ columns: counts }) => {
    const [first = NO_COUNTS, last = NO_COUNTS] = [counts[0], counts.at(-1)];
    return verbose ? toDo(first) + toDo(last) > 0 : toDo(first) !== toDo(last);
  });
  const [first, last] = [columns[0], columns.at(-1)];
  if (changed.length === 0 || !first || !last || columns.length < 2) return [];
  const shown = verbose ? changed : changed.slice(0, MOST_SUBSYSTEMS);
  const more = changed.length - shown.length;
  return [
    paint('bold', `subsystems: what needs care in ${nameOf(first)} and in ${nameOf(last)}`),
    ...shown.map(({ subsystem, columns: counts }) => {
      const [before = NO_COUNTS, after = NO_COUNTS] = [counts[0], counts.at(-1)];
      return `  ${String(toDo(before)).padStart(5)} -> ${String(toDo(after)).padEnd(5)} ${oneLine(subsystem)}`;
    }),
    ...(more > 0 ? [`  ${more} more (--verbose lists them)`] : []),
  ];
}

function columnLines(report: HistoryReport, { paint }: TextOptions): string[] {
  const { columns } = report;
  const shown = shownColumns(report, MOST_COLUMNS);
  const wide = Math.max(8, ...shown.map((at) => nameOf(columns[at] as HistoryColumn).length));
  const cells = (name: string, ...figures: readonly (string | number)[]): string =>
    `  ${name.padEnd(wide)} ${figures.map((one) => String(one).padStart(9)).join('')}`;
  const left = columns.length - shown.length;
  return [
    paint('bold', cells('revision', 'release', 'tests', 'care', 'problems', 'notes')),
    ...shown.flatMap((at) => {
      const column = columns[at];
      if (!column) return [];
      const { tests, care, problems, notes } = column.counts;
      return [cells(nameOf(column), column.release ?? '-', tests, care, problems, notes)];
    }),
    ...(left > 0 ? [`  ${countOf(left, 'revision')} more, without a change or older (--format json has all)`] : []),
  ];
}

function unreadOf(column: HistoryColumn, { verbose }: TextOptions): string[] {
  const { unreadable } = column.files;
  if (unreadable.length === 0) return [];
  return [`${nameOf(column)}:`, ...unreadLines(unreadable, verbose ? 'all' : 'some')];
}

function lastLine({ columns, events }: HistoryReport, shown: 'problems' | 'all'): string {
  const count = (what: HistoryEvent['what']): number => events.filter((event) => event.what === what).length;
  const missed = columns.reduce((sum, { notAnalysed }) => Math.max(sum, notAnalysed), 0);
  const hint = shown === 'all' ? '' : '; --all shows those that need no care';
  const lost = missed > 0 ? `; up to ${countOf(missed, 'function')} of a revision not analysed` : '';
  return `${countOf(columns.length, 'revision')}: ${count('came')} came, ${count('changed')} changed, ${count('went')} went${hint}${lost}`;
}
