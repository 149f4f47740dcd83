import type {
  HistoryCell,
  HistoryColumn,
  HistoryCounts,
  HistoryEvent,
  HistoryReport,
  HistoryRow,
} from '@pageref/shared';
import { oneLine } from '../common.js';

/** What the reports of a history share. */

/** What a column is called: the revision, or the folder of a tree on disk. */
export function nameOf({ revision, tree }: HistoryColumn): string {
  return oneLine(revision ?? tree.slice(tree.lastIndexOf('/') + 1));
}

/** What happened in one column. */
export interface Step {
  readonly column: HistoryColumn;
  readonly events: readonly ShownEvent[];
}

export interface ShownEvent extends HistoryEvent {
  readonly of: HistoryRow;
  /** In words: "guarded -> unclear". */
  readonly states: string;
  readonly place: string;
}

/** Events by column. Without `all` only those of what is, or was, wrong or in need of care. */
export function stepsOf({ columns, rows, events }: HistoryReport, shown: 'problems' | 'all'): readonly Step[] {
  const found = events.flatMap((event) => {
    const row = rows[event.row];
    return row && (shown === 'all' || isProblem(event, row, columns)) ? [shownEvent(event, row)] : [];
  });
  return columns.flatMap((column, at) => {
    const mine = found.filter((event) => event.column === at);
    return mine.length > 0 ? [{ column, events: mine }] : [];
  });
}

function isProblem(
  { column, before }: HistoryEvent,
  { cells }: HistoryRow,
  columns: readonly HistoryColumn[],
): boolean {
  const now = cells[column];
  if ((now?.weight ?? 0) > 0) return true;
  // The column before it in the same repository is the last one of that tree.
  const tree = columns[column]?.tree;
  for (let at = column - 1; at >= 0 && before !== null; at--) {
    if (columns[at]?.tree === tree || columns[at]?.revision === null) return (cells[at]?.weight ?? 0) > 0;
  }
  return false;
}

function shownEvent(event: HistoryEvent, of: HistoryRow): ShownEvent {
  const cell = of.cells[event.column] ?? of.cells.slice(0, event.column).findLast((one) => one !== null);
  const place = cell ? oneLine(`${cell.path}:${cell.line}:${cell.column}`) : '';
  const { before, after } = event;
  const states = before === null || after === null ? (after ?? before ?? '') : `${before} -> ${after}`;
  return { ...event, of, states, place };
}

/** What a row is about: the rule, and the function. */
export function aboutText({ kind, rule, function: name }: HistoryRow): string {
  const where = name === '-' ? '' : ` in ${oneLine(name)}`;
  return `${kind === 'test' ? 'reserved test' : rule}${where}`;
}

/** Columns that are shown where there are many: those in which something happened, the first and the last. */
export function shownColumns({ columns, events }: HistoryReport, most: number): readonly number[] {
  const all = columns.map((_, at) => at);
  if (all.length <= most) return all;
  const counted = new Set([0, all.length - 1, ...events.map(({ column }) => column)]);
  const some = all.filter((at) => counted.has(at));
  return some.length <= most ? some : [...some.slice(0, 1), ...some.slice(1 - most)];
}

export const NO_COUNTS: HistoryCounts = { tests: 0, care: 0, problems: 0, notes: 0 };

export function toDo({ care, problems }: HistoryCounts): number {
  return care + problems;
}

/** What the marks of a matrix mean. */
export const MARKS =
  '# wrong today, ! needs care or a problem, . right or a note, s judged; empty where it is not there';

/** One cell of a matrix as a mark. */
export function stateMark(cell: HistoryCell | null | undefined): string {
  if (!cell) return '';
  if (cell.silent) return 's';
  return ['.', '!', '#'][cell.weight] ?? '';
}

/** The first column that has it. */
export function sinceOf({ cells }: HistoryRow, columns: readonly HistoryColumn[]): string {
  const first = columns[cells.findIndex((cell) => cell !== null)];
  return first ? nameOf(first) : '';
}

/** Rows that were something to look at in some column, or all. */
export function shownRows({ rows }: HistoryReport, shown: 'problems' | 'all'): readonly HistoryRow[] {
  const isProblem = (cell: HistoryCell | null): boolean => cell !== null && !cell.silent && cell.weight > 0;
  return shown === 'all' ? rows : rows.filter(({ cells }) => cells.some(isProblem));
}
