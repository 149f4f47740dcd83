import type { HistoryCell, HistoryCounts, HistoryReport } from '@pageref/shared';

/** A history with every key in it. */
export function fullHistoryReport(): HistoryReport {
  const counts: HistoryCounts = { tests: 2, care: 1, problems: 1, notes: 0 };
  const column = { release: '6.12', counts, notAnalysed: 1 } as const;
  const revision = { tree: '/work-folder/linux', date: '2024-11-17', ...column } as const;
  return {
    schemaVersion: 1,
    tool: { name: 'pageref', version: '0.1.0' },
    columns: [
      { ...revision, revision: 'v6.11', commit: 'a'.repeat(40), subject: 'One', files: { read: 2, unreadable: [] } },
      {
        ...revision,
        revision: 'b'.repeat(12),
        commit: 'b'.repeat(40),
        subject: 'Two | three',
        files: { read: 2, unreadable: [{ path: 'mm/big.c', why: 'it has 99 bytes' }] },
      },
      {
        ...column,
        tree: '/work-folder/vendor',
        revision: null,
        commit: null,
        date: null,
        subject: null,
        files: { read: 3, unreadable: [] },
      },
    ],
    rows: [
      {
        id: '1'.repeat(32),
        kind: 'test',
        rule: 'reserved-conflates-zone-device',
        function: 'is_ram',
        subsystem: 'MEMORY MANAGEMENT',
        text: 'if (PageReserved(page))',
        cells: [cell('guarded', 0), cell('needs-zone-device/wrong-today', 2), null],
      },
      {
        id: '2'.repeat(32),
        kind: 'finding',
        rule: 'get-without-put',
        function: 'leaks',
        subsystem: 'VENDOR <b>',
        text: 'The page is never put.',
        cells: [cell('warning', 1), null, { ...cell('warning', 1), line: 9, silent: true }],
      },
    ],
    events: [
      { what: 'changed', row: 0, column: 1, before: 'guarded', after: 'needs-zone-device/wrong-today' },
      { what: 'went', row: 1, column: 1, before: 'warning', after: null },
    ],
    subsystems: [
      { subsystem: 'MEMORY MANAGEMENT', columns: [counts, { ...counts, care: 3 }, counts] },
      { subsystem: 'VENDOR <b>', columns: [counts, counts, counts] },
    ],
    bisections: [
      {
        fingerprint: '2'.repeat(32),
        what: 'went',
        before: 'warning',
        after: null,
        commit: 'b'.repeat(40),
        date: '2024-11-17',
        subject: 'Two',
        onBranch: false,
        looked: 3,
      },
    ],
  };
}

function cell(state: string, weight: HistoryCell['weight']): HistoryCell {
  return { path: 'mm/a.c', line: 3, column: 6, state, weight, fingerprint: '1'.repeat(32), silent: false };
}
