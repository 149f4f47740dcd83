import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditResult } from '@pageref/shared';
import { auditTree } from 'pageref-client/dist/views/audit-tree.js';
import type { AuditNode, Grouping } from 'pageref-client/dist/views/audit-tree.js';
import { auditOf } from '../support/audits.js';
import { site } from '../support/reports.js';

const SITES = [
  site('guarded', { path: 'mm/a.c', function: 'a_guarded' }),
  site('needs-zone-device', { path: 'mm/b.c', line: 3, function: 'b_wrong' }),
  site('unclear', {
    path: 'virt/c.c',
    function: 'c_unclear',
    reason: { contract: 'arch-kconfig', path: 'Kconfig', line: 1, text: 'Why.' },
  }),
  site('needs-zone-device', { path: 'virt/d.c', function: 'd_lucky', impact: 'right-by-accident' }),
  site('not-a-test', { path: 'virt/e.c' }),
];

/** The view as text: an open row has a minus, a closed one a plus. */
function drawn(rows: readonly AuditNode[], indent = ''): string[] {
  return rows.flatMap(({ label, description, open, children }) => {
    const sign = children.length === 0 ? ' ' : open ? '-' : '+';
    return [`${indent}${sign} ${label} | ${description}`, ...drawn(children, `${indent}  `)];
  });
}

function view(audits: readonly AuditResult[], grouping: Grouping, filter = ''): string {
  return drawn(auditTree(audits, { grouping, filter })).join('\n');
}

test('by verdict: what needs care comes first and is open', () => {
  assert.equal(
    view([auditOf({ sites: SITES })], 'verdict'),
    `- needs-zone-device, wrong-today | 1
    b_wrong | mm/b.c:3
- unclear | 1
    c_unclear | virt/c.c:12
+ right-by-accident | 1
    d_lucky | virt/d.c:12
+ guarded | 1
    a_guarded | mm/a.c:12
+ not-a-test | 1
    PageReserved | virt/e.c:12`,
  );
});

test('by subsystem: most to look at first, and within it the worst', () => {
  assert.equal(
    view([auditOf({ sites: SITES })], 'subsystem'),
    `- VIRT | 3, 1 to look at
    c_unclear | virt/c.c:12
    d_lucky | virt/d.c:12
    PageReserved | virt/e.c:12
- MM | 2, 1 to look at
    b_wrong | mm/b.c:3
    a_guarded | mm/a.c:12`,
  );
});

test('by reason: the contract that decided', () => {
  assert.match(
    view([auditOf({ sites: SITES })], 'reason'),
    /^- pfn_to_online_page \| 4, 1 to look at\n[^]*\n- arch-kconfig \| 1, 1 to look at\n/,
  );
});

test('the filter: every word occurs somewhere in the site', () => {
  const filtered = (filter: string): string => view([auditOf({ sites: SITES })], 'verdict', filter);
  assert.equal(filtered('VIRT unclear'), '- unclear | 1\n    c_unclear | virt/c.c:12');
  assert.equal(filtered('virt nothing'), '');
});

test('several trees have a row each', () => {
  const audits = [auditOf({ sites: SITES }), auditOf({ sites: [] }, 'file:///src/my%20module/')];
  assert.match(view(audits, 'verdict'), /^- linux \| Linux 6\.12, 2 need care$/m);
  assert.match(view(audits, 'verdict'), /^ {2}my module \| Linux 6\.12, 0 need care$/m);
});

test('what-if and what was not analysed are said', () => {
  const whatIf = [
    {
      ...{ path: 'mm/b.c', line: 3, column: 6, function: 'b_wrong' },
      ...{ verdict: 'guarded' as const, impact: null, change: 'It changes.' },
    },
  ];
  const audit = auditOf({ sites: [], whatIf });
  const lost = { path: 'mm/lost.c', line: 5, column: 1, function: 'lost', why: 'odd C' };
  const { summary } = audit.report;
  const functions = { ...summary.functions, notAnalysed: [lost] };
  const files = { ...summary.files, inPart: [{ path: 'MAINTAINERS', why: 'odd patterns' }] };
  const report = { ...audit.report, summary: { ...summary, functions, files } };
  assert.equal(
    view([{ ...audit, report }], 'verdict'),
    `- If ZONE_DEVICE pages lose PG_reserved | 1 site changes
    b_wrong | mm/b.c:3
+ Not analysed | 2
    lost | mm/lost.c:5
    MAINTAINERS | MAINTAINERS:1`,
  );
});

test('a click leads to the name, and no two rows share an id', () => {
  const rows = auditTree([auditOf(), auditOf({}, 'file:///other')], { grouping: 'verdict', filter: '' });
  const all = (nodes: readonly AuditNode[]): AuditNode[] => nodes.flatMap((node) => [node, ...all(node.children)]);
  const ids = all(rows).map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  const place = all(rows).find(({ description }) => description === 'mm/guarded.c:12')?.place;
  assert.deepEqual(place, {
    rootUri: 'file:///src/linux',
    path: 'mm/guarded.c',
    line: 12,
    column: 6,
    length: 'PageReserved'.length,
  });
});
