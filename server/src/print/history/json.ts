import type {
  HistoryBisection,
  HistoryCell,
  HistoryColumn,
  HistoryCounts,
  HistoryEvent,
  HistoryReport,
  HistoryRow,
  HistorySubsystem,
} from '@pageref/shared';
import { stringify } from '../json-parts.js';

/** The stable contract of docs/json.md for `history`; objects are rebuilt key by key, as for the other reports. */
export function historyJson({ schemaVersion, tool, ...report }: HistoryReport): string {
  const { columns, rows, events, subsystems, bisections } = report;
  return stringify({
    schemaVersion,
    tool: { name: tool.name, version: tool.version },
    columns: columns.map(columnJson),
    rows: rows.map(rowJson),
    events: events.map((event) => eventJson(event, rows)),
    subsystems: subsystems.map(subsystemJson),
    ...(bisections && { bisections: bisections.map(bisectionJson) }),
  });
}

function columnJson({
  tree,
  revision,
  commit,
  date,
  subject,
  release,
  counts,
  files,
  notAnalysed,
}: HistoryColumn): unknown {
  const unreadable = files.unreadable.map(({ path, why }) => ({ path, why }));
  return {
    tree,
    revision,
    commit,
    date,
    subject,
    release,
    counts: countsJson(counts),
    files: { read: files.read, unreadable },
    notAnalysed,
  };
}

function countsJson({ tests, care, problems, notes }: HistoryCounts): unknown {
  return { tests, care, problems, notes };
}

function rowJson({ id, kind, rule, function: name, subsystem, text, cells }: HistoryRow): unknown {
  return { id, kind, rule, function: name, subsystem, text, spans: spansOf(cells).map(spanJson) };
}

/** Columns one behind the other in which a row is the same. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly cell: HistoryCell;
}

/** What a row is in most columns is what it is in the one before. */
export function spansOf(cells: readonly (HistoryCell | null)[]): readonly Span[] {
  const spans: Span[] = [];
  cells.forEach((cell, at) => {
    const last = spans.at(-1);
    if (!cell) return;
    if (last?.to === at - 1 && isSame(last.cell, cell)) spans[spans.length - 1] = { ...last, to: at };
    else spans.push({ from: at, to: at, cell });
  });
  return spans;
}

function isSame(a: HistoryCell, b: HistoryCell): boolean {
  const isPlace = a.path === b.path && a.line === b.line && a.column === b.column;
  return isPlace && a.state === b.state && a.fingerprint === b.fingerprint && a.silent === b.silent;
}

function spanJson({ from, to, cell: { state, weight, path, line, column, fingerprint, silent } }: Span): unknown {
  return { from, to, state, weight, path, line, column, fingerprint, silent };
}

function eventJson({ what, row, column, before, after }: HistoryEvent, rows: readonly HistoryRow[]): unknown {
  return { what, id: rows[row]?.id ?? '', row, column, before, after };
}

function subsystemJson({ subsystem, columns }: HistorySubsystem): unknown {
  return { subsystem, columns: columns.map(countsJson) };
}

function bisectionJson(bisection: HistoryBisection): unknown {
  const { fingerprint, what, before, after, commit, date, subject, onBranch, looked } = bisection;
  return { fingerprint, what, before, after, commit, date, subject, onBranch, looked };
}
