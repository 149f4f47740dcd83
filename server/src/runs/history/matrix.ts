import { byPlace, compareTexts, needsCare, RULE_RESERVED } from '@pageref/shared';
import type {
  HistoryCell,
  HistoryCounts,
  HistoryEvent,
  HistoryRow,
  HistorySubsystem,
  RevisionFinding,
  RevisionResult,
  RevisionTest,
  RuleId,
} from '@pageref/shared';
import { isTest } from './look.js';

/** What was found in the revisions of a history as one matrix: plain data in, plain data out. */

/** One column before the rows are known. */
export interface Looked {
  readonly result: RevisionResult;
  /** Column of the revision before it in the same repository. */
  readonly before: number | undefined;
  /** Files that have another name than in that revision: by the new name, the old one. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** A test or finding of one revision. */
interface Entry {
  readonly kind: HistoryRow['kind'];
  readonly rule: RuleId;
  readonly function: string;
  readonly subsystem: string;
  readonly text: string;
  readonly mark: string;
  readonly cell: HistoryCell;
}

interface DraftRow extends Omit<HistoryRow, 'cells'> {
  readonly cells: (HistoryCell | null)[];
}

type Draft = { -readonly [K in keyof DraftRow]: DraftRow[K] };

export interface Matrix {
  readonly rows: readonly HistoryRow[];
  readonly events: readonly HistoryEvent[];
  readonly subsystems: readonly HistorySubsystem[];
}

/** The rows of all columns. One is followed by file, function and statement; where its file was renamed, under the new name. */
export function matrixOf(columns: readonly Looked[]): Matrix {
  const drafts: Draft[] = [];
  /** Rows by where they are, in each column. */
  const places: ReadonlyMap<string, Draft>[] = [];
  /** The same of all columns so far: what comes back, or is in another repository as well, is the same row. */
  const known = new Map<string, Draft>();
  columns.forEach(({ result, before, renamed }, column) => {
    const earlier = before === undefined ? undefined : places[before];
    const here = new Map<string, Draft>();
    for (const entry of entriesOf(result)) {
      const { path } = entry.cell;
      const key = keyOf(path, entry);
      const old = renamed.get(path);
      const row =
        earlier?.get(key) ?? (old === undefined ? undefined : earlier?.get(keyOf(old, entry))) ?? known.get(key);
      const taken = row && row.cells[column] === undefined ? row : undefined;
      const draft = taken ?? newRow(entry, columns.length, drafts);
      put(draft, entry, column);
      here.set(key, draft);
      known.set(key, draft);
    }
    places.push(here);
  });
  const rows = drafts.map(finished).sort(byLastPlace);
  return { rows, events: eventsOf(rows, columns), subsystems: subsystemsOf(rows, columns.length) };
}

function keyOf(path: string, { kind, mark }: Entry): string {
  return `${kind}\n${path}\n${mark}`;
}

function newRow({ kind, rule, function: name, subsystem, text, cell }: Entry, columns: number, into: Draft[]): Draft {
  const { fingerprint: id } = cell;
  const row: Draft = { id, kind, rule, function: name, subsystem, text, cells: new Array<HistoryCell | null>(columns) };
  into.push(row);
  return row;
}

function put(row: Draft, { cell, subsystem, text }: Entry, column: number): void {
  row.cells[column] = cell;
  row.subsystem = subsystem;
  row.text = text;
}

function finished({ cells, ...row }: Draft): HistoryRow {
  return { ...row, cells: Array.from(cells, (cell) => cell ?? null) };
}

/** The place in the last column that has it. */
export function lastCell({ cells }: HistoryRow): HistoryCell | undefined {
  return cells.findLast((cell) => cell !== null) ?? undefined;
}

function byLastPlace(a: HistoryRow, b: HistoryRow): number {
  const [one, other] = [lastCell(a), lastCell(b)];
  const place = one && other ? byPlace(one, other) : 0;
  return place || compareTexts(a.kind, b.kind) || compareTexts(a.rule, b.rule) || compareTexts(a.id, b.id);
}

/** The tests of the bit and what other rules found: a finding about a test is that test. */
function entriesOf({ tests, findings }: RevisionResult): Entry[] {
  return [...tests.map(testEntry), ...findings.filter((finding) => !isTest(finding)).map(findingEntry)];
}

function testEntry(test: RevisionTest): Entry {
  const weight = test.impact === 'wrong-today' ? 2 : needsCare(test) ? 1 : 0;
  const { function: name, subsystem, statement: text, mark } = test;
  return {
    kind: 'test',
    rule: RULE_RESERVED,
    function: name,
    subsystem,
    text,
    mark,
    cell: cellOf(test, test.verdict, weight),
  };
}

function findingEntry(finding: RevisionFinding): Entry {
  const { rule, function: name, subsystem, message: text, mark, severity } = finding;
  const weight = finding.impact === 'wrong-today' || severity === 'error' ? 2 : severity === 'warning' ? 1 : 0;
  return { kind: 'finding', rule, function: name, subsystem, text, mark, cell: cellOf(finding, severity, weight) };
}

function cellOf(
  { path, line, column, fingerprint, silent, impact }: RevisionTest | RevisionFinding,
  state: string,
  weight: HistoryCell['weight'],
): HistoryCell {
  return {
    path,
    line,
    column,
    state: impact === null ? state : `${state}/${impact}`,
    weight: silent ? 0 : weight,
    fingerprint,
    silent,
  };
}

function eventsOf(rows: readonly HistoryRow[], columns: readonly Looked[]): HistoryEvent[] {
  return columns.flatMap(({ before }, column) =>
    before === undefined ? [] : rows.flatMap((row, at) => eventIn(row, at, before, column) ?? []),
  );
}

function eventIn({ cells }: HistoryRow, row: number, from: number, column: number): HistoryEvent | undefined {
  const [old, now] = [cells[from] ?? null, cells[column] ?? null];
  const what = eventBetween(old, now);
  return what && { what, row, column, before: old?.state ?? null, after: now?.state ?? null };
}

/** What happened to a row between two columns; undefined where nothing did. */
export function eventBetween(
  old: Pick<HistoryCell, 'state'> | null,
  now: Pick<HistoryCell, 'state'> | null,
): HistoryEvent['what'] | undefined {
  if (old === null) return now === null ? undefined : 'came';
  if (now === null) return 'went';
  return old.state === now.state ? undefined : 'changed';
}

/** How many there are in a revision. */
export function countsOf(result: RevisionResult): HistoryCounts {
  return countCells(entriesOf(result).map(({ kind, cell }) => ({ kind, cell })));
}

function countCells(cells: readonly Pick<Entry, 'kind' | 'cell'>[]): HistoryCounts {
  const open = cells.filter(({ cell }) => !cell.silent);
  const count = (kind: HistoryRow['kind'], isWanted: (cell: HistoryCell) => boolean): number =>
    open.filter((one) => one.kind === kind && isWanted(one.cell)).length;
  return {
    tests: count('test', () => true),
    care: count('test', ({ weight }) => weight > 0),
    problems: count('finding', ({ weight }) => weight > 0),
    notes: count('finding', ({ weight }) => weight === 0),
  };
}

function subsystemsOf(rows: readonly HistoryRow[], columns: number): HistorySubsystem[] {
  const bySubsystem = new Map<string, HistoryRow[]>();
  for (const row of rows) bySubsystem.set(row.subsystem, [...(bySubsystem.get(row.subsystem) ?? []), row]);
  const found = [...bySubsystem].map(([subsystem, mine]) => ({
    subsystem,
    columns: Array.from({ length: columns }, (_, column) =>
      countCells(mine.flatMap(({ kind, cells }) => (cells[column] ? [{ kind, cell: cells[column] }] : []))),
    ),
  }));
  return found.sort((a, b) => toDo(b) - toDo(a) || compareTexts(a.subsystem, b.subsystem));
}

function toDo({ columns }: HistorySubsystem): number {
  const last = columns.at(-1);
  return last ? last.care + last.problems : 0;
}
