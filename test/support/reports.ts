import { createHash } from 'node:crypto';
import type {
  AuditReport,
  CheckReport,
  CompareReport,
  Finding,
  FindingInRelease,
  Fix,
  SuppressionVerdict,
  RuleId,
  Site,
  SuppressedFinding,
  SuppressedBy,
  OwnersReport,
  UsesReport,
  Verdict,
} from '@pageref/shared';
import { RULE_IDS, RULE_RESERVED, VERDICTS } from '@pageref/shared';
import type { FixReport } from 'pageref/dist/print/fix/report.js';

/** Reports with every key and every verdict, written by hand, to test the printers without an engine. */

const TOOL = { name: 'pageref', version: '0.1.0' } as const;

const KIND_OF: Partial<Record<Verdict, Site['kind']>> = {
  'assertion-only': 'assertion',
  'copy-only': 'copy',
  'not-a-test': 'comment',
};

export function site(verdict: Verdict, change: Partial<Site> = {}): Site {
  return {
    path: `mm/${verdict}.c`,
    line: 12,
    column: 6,
    function: verdict === 'not-a-test' ? '-' : `demo_${verdict.replaceAll('-', '_')}`,
    form: 'PageReserved',
    kind: KIND_OF[verdict] ?? 'test',
    statement: 'if (PageReserved(page))',
    fingerprint: createHash('sha256').update(verdict).digest('hex').slice(0, 32),
    verdict,
    impact: verdict === 'needs-zone-device' ? 'wrong-today' : null,
    reason: { contract: 'pfn_to_online_page', path: `mm/${verdict}.c`, line: 9, text: `Why it is ${verdict}.` },
    confidence: 'high',
    consequence: verdict === 'needs-zone-device' ? 'put_page() is skipped and the reference is never dropped.' : '',
    related: [{ path: `mm/${verdict}.c`, line: 10, column: 2, text: 'the page comes from here' }],
    calls: [
      {
        path: `mm/${verdict}.c`,
        line: 20,
        column: 6,
        function: 'demo_caller',
        wrapper: `demo_${verdict.replaceAll('-', '_')}`,
        role: 'release-ref',
      },
    ],
    ...change,
  };
}

export function fullAuditReport(): AuditReport {
  const judged = site('needs-zone-device', { path: 'mm/judged.c' });
  const sites = [
    ...VERDICTS.map((verdict) => site(verdict)),
    site('needs-zone-device', {
      path: 'virt/two words.c',
      line: 40,
      impact: 'right-by-accident',
      confidence: 'medium',
    }),
    site('needs-zone-device', { path: 'virt/two words.c', line: 44, form: 'raw-bit' }),
  ];
  return {
    schemaVersion: 1,
    tool: TOOL,
    release: '6.12',
    root: '/work-folder/linux',
    sites: sites.sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1)),
    suppressed: [{ site: judged, ...suppression(judged, 'intended', false) }],
    writers: [
      {
        path: 'mm/init.c',
        line: 7,
        column: 2,
        function: 'init_device_page',
        name: '__SetPageReserved',
        does: 'set',
        marksZoneDevice: true,
      },
      {
        path: 'mm/init.c',
        line: 70,
        column: 2,
        function: 'free_boot_page',
        name: 'ClearPageReserved',
        does: 'clear',
        marksZoneDevice: false,
      },
    ],
    whatIf: [
      {
        path: 'mm/unclear.c',
        line: 12,
        column: 6,
        function: 'demo_unclear',
        verdict: 'unclear',
        impact: null,
        change: 'Marked dirty then; skipped today.',
      },
    ],
    summary: fullSummary(sites),
  };
}

function fullSummary(sites: readonly Site[]): AuditReport['summary'] {
  const count = (verdict: Verdict): number => sites.filter((one) => one.verdict === verdict).length;
  return {
    mentions: sites.length,
    tests: sites.filter(({ kind }) => kind === 'test').length,
    byVerdict: Object.fromEntries(
      VERDICTS.map((verdict) => [verdict, count(verdict)]),
    ) as AuditReport['summary']['byVerdict'],
    byImpact: { 'wrong-today': 2, 'right-by-accident': 1 },
    bySubsystem: [
      { subsystem: 'DEMO | VIRT', mentions: 2, needs: 2, care: 2 },
      { subsystem: 'MEMORY DEMO', mentions: 9, needs: 1, care: 1 },
    ],
    functions: {
      mentioning: 1000,
      analysed: 999,
      notAnalysed: [{ path: 'mm/odd.c', line: 3, column: 1, function: 'odd', why: 'syntax error at line 5' }],
    },
    files: {
      ...{ walked: 40, read: 30, matched: 20 },
      unreadable: [{ path: 'mm/secret.c', why: 'permission denied' }],
      inPart: [{ path: 'MAINTAINERS', why: 'one pattern is not understood' }],
      versionArms: { others: 2, builds: 1, undecided: 1 },
    },
    release: { value: '6.12', detected: 'VERSION and PATCHLEVEL of Makefile' },
    userModel: [{ path: '.pageref.json', entries: 3, overrides: 1 }],
    judged: {
      files: [{ path: '.pageref-judged.jsonl', judgements: 2, baseline: false }],
      suppressed: 1,
      byVerdict: { 'false-positive': 0, intended: 1, later: 0, baseline: 0 },
      unused: [{ ...suppressed('later', false).by, line: 3 }],
    },
    arches: [{ arch: 'x86', zoneDevice: true, why: 'MEMORY_HOTPLUG can be set' }],
  };
}

export function fullOwnersReport(): OwnersReport {
  const { functions, files: all, release, userModel } = fullAuditReport().summary;
  const { inPart: _inPart, ...files } = all;
  return {
    schemaVersion: 1,
    tool: TOOL,
    release: '6.12',
    root: '/work-folder/linux',
    functions: [
      {
        path: 'mm/a.c',
        line: 3,
        column: 5,
        function: 'a',
        acquisitions: [
          {
            line: 5,
            column: 22,
            api: 'alloc_page',
            unit: 'page',
            ways: [
              { line: 9, column: 10, returns: '-EINVAL', owners: [{ owner: 'this-function', by: '', line: null }] },
              {
                line: 14,
                column: 9,
                returns: 'err',
                owners: [
                  { owner: 'given-back', by: '__free_page', line: 13 },
                  { owner: 'unknown-call', by: 'demo_start', line: 8 },
                ],
              },
            ],
            reported: true,
            silence: [],
          },
          {
            line: 6,
            column: 9,
            api: 'get_page',
            unit: 'reference',
            ways: [{ line: 15, column: 1, returns: '', owners: [{ owner: 'kept', by: 'demo.page', line: null }] }],
            reported: false,
            silence: ['demo.page keeps it, where others find it'],
          },
        ],
      },
    ],
    summary: { acquisitions: 2, reported: 1, functions, files, release, userModel },
  };
}

export function fullUsesReport(): UsesReport {
  const { functions, files: all, release, userModel } = fullAuditReport().summary;
  const { inPart: _inPart, ...files } = all;
  return {
    schemaVersion: 1,
    tool: TOOL,
    release: '6.12',
    root: '/work-folder/linux',
    uses: [
      {
        path: 'mm/a.c',
        line: 3,
        column: 2,
        function: 'a',
        api: 'get_page',
        effect: 'acquire',
        on: 'arg0',
        argument: 'page',
        counterpart: 'put_page',
        zoneDevice: 'acquire for every kind of it',
      },
      {
        path: 'mm/a.c',
        line: 9,
        column: 2,
        function: 'a',
        api: 'pfn_valid',
        effect: 'test',
        on: '',
        argument: '',
        counterpart: '',
        zoneDevice: '',
      },
    ],
    summary: {
      uses: 2,
      byApi: [
        { api: 'get_page', uses: 1 },
        { api: 'pfn_valid', uses: 1 },
      ],
      functions,
      files,
      release,
      userModel,
    },
  };
}

/** A comparison with every kind of change. */
export function fullCompareReport(): CompareReport {
  const { mentions, tests } = fullAuditReport().summary;
  const { unreadable } = fullAuditReport().summary.files;
  const guarded = site('guarded', { path: 'mm/old.c', statement: 'if (PageReserved(p))' });
  const tree = {
    release: '6.1',
    detected: 'VERSION and PATCHLEVEL of Makefile',
    mentions,
    tests,
    suppressed: 2,
    notAnalysed: 1,
    unreadable,
  };
  return {
    schemaVersion: 1,
    tool: TOOL,
    before: { root: '/work-folder/linux', ...tree },
    after: { root: '/work-folder/newer | linux', ...tree, release: null, notAnalysed: 0 },
    changes: [
      {
        change: 'changed',
        trend: 'worse',
        differs: ['verdict', 'impact', 'path'],
        before: guarded,
        after: site('needs-zone-device'),
        explainedBy: ['vm_normal_page'],
      },
      { change: 'added', trend: 'worse', differs: [], before: null, after: site('unclear'), explainedBy: [] },
      { change: 'removed', trend: 'better', differs: [], before: site('unclear'), after: null, explainedBy: [] },
      {
        change: 'changed',
        trend: 'same',
        differs: ['reason'],
        before: site('handled'),
        after: site('handled'),
        explainedBy: [],
      },
      {
        change: 'changed',
        trend: 'same',
        differs: ['statement', 'function', 'path'],
        before: { ...guarded, function: 'old_name' },
        after: site('guarded'),
        explainedBy: [],
      },
      {
        change: 'changed',
        trend: 'same',
        differs: ['statement', 'confidence'],
        before: { ...guarded, path: 'mm/guarded.c' },
        after: site('guarded'),
        explainedBy: [],
      },
      { change: 'added', trend: 'same', differs: [], before: null, after: site('copy-only'), explainedBy: [] },
      { change: 'removed', trend: 'same', differs: [], before: site('not-a-test'), after: null, explainedBy: [] },
    ],
    functions: [
      {
        what: 'wrapper',
        change: 'changed',
        path: 'virt/frame.c',
        function: 'frame_is_mmio',
        gone: ['the test behind it: needs-zone-device'],
        come: ['the test behind it: handled'],
      },
      {
        what: 'contract',
        change: 'added',
        path: 'virt/frame.c',
        function: 'frame_release',
        gone: [],
        come: ['release reference on arg0 for buddy, fs-dax'],
      },
    ],
    explanations: [
      {
        name: 'vm_normal_page',
        text: 'vm_normal_page changed in 6.15',
        gone: ['source filter; the result is one of buddy'],
        come: ['source filter; the result is one of buddy, fs-dax'],
        history: [{ release: '6.15', commit: '0123456789ab', subject: 'pages are counted', effect: 'dax comes out' }],
      },
    ],
    writers: { added: fullAuditReport().writers.slice(0, 1), removed: fullAuditReport().writers.slice(1) },
    summary: { unchanged: 3, worse: 2, better: 1, added: 2, removed: 2, changed: 4 },
  };
}

export function finding(change: Partial<Finding> = {}): Finding {
  return {
    rule: 'reserved-conflates-zone-device',
    path: 'virt/two words.c',
    line: 40,
    column: 6,
    length: 12,
    function: 'demo_release',
    severity: 'warning',
    impact: 'wrong-today',
    message: 'PageReserved in demo_release(): put_page() is skipped and the reference is never dropped.',
    wrapper: null,
    role: null,
    related: [{ path: 'virt/two words.c', line: 30, column: 2, text: 'the page comes from here' }],
    source: '\tif (PageReserved(page))',
    fingerprint: '0123456789abcdef0123456789abcdef',
    ...change,
  };
}

function suppressed(verdict: SuppressionVerdict, inBaseline: boolean): SuppressedFinding {
  const one = finding({ path: `mm/${verdict}.c` });
  return { finding: one, ...suppression(one, verdict, inBaseline) };
}

function suppression(
  { path, function: name, fingerprint }: Pick<Finding, 'path' | 'function' | 'fingerprint'>,
  verdict: SuppressionVerdict,
  inBaseline: boolean,
): SuppressedBy {
  const judgement = {
    rule: RULE_RESERVED as RuleId,
    path,
    function: name,
    fingerprint,
    verdict,
    reason: `It is ${verdict}.`,
  };
  const file = inBaseline ? '/work-folder/base.jsonl' : '.pageref-judged.jsonl';
  return { by: { suppression: judgement, file, line: 2 }, inBaseline };
}

/** A report with every key: findings of each severity, a failed rule, a file and a function that were not looked at. */
export function fullCheckReport(): CheckReport {
  const findings = [
    finding({ path: 'mm/a.c', severity: 'information', impact: 'right-by-accident', related: [] }),
    finding({
      path: 'mm/b.c',
      severity: 'error',
      impact: null,
      wrapper: 'demo_is_mmio',
      role: 'release-ref',
      related: [
        { path: 'mm/b.c', line: 20, column: 9, text: 'alloc_page() takes it here' },
        { path: 'mm/b.c', line: 60, column: 2, text: 'it is given back here, on another path' },
      ],
      steps: [
        { path: 'mm/b.c', line: 20, column: 9, text: 'alloc_page() takes it here' },
        { path: 'mm/b.c', line: 39, column: 6, text: 'err is true' },
        { path: 'mm/b.c', line: 40, column: 6, text: 'the function is left here with it' },
      ],
    }),
    finding(),
  ];
  const { functions, files, release, userModel } = fullAuditReport().summary;
  const bySeverity = { error: 1, warning: 1, information: 1 };
  return {
    schemaVersion: 1,
    tool: TOOL,
    release: '6.12',
    root: '/work-folder/linux',
    findings,
    suppressed: [suppressed('intended', false), suppressed('baseline', true)],
    summary: {
      findings: findings.length,
      bySeverity,
      byRule: RULE_IDS.map((rule, at) =>
        at === 0
          ? { rule, findings: findings.length, bySeverity }
          : { rule, findings: 0, bySeverity: { error: 0, warning: 0, information: 0 } },
      ),
      functions,
      files,
      release,
      userModel,
      judged: {
        files: [
          { path: '.pageref-judged.jsonl', judgements: 2, baseline: false },
          { path: '/work-folder/base.jsonl', judgements: 1, baseline: true },
        ],
        suppressed: 2,
        byVerdict: { 'false-positive': 0, intended: 1, later: 0, baseline: 1 },
        unused: [{ ...suppressed('later', false).by, line: 3 }],
      },
      failures: [{ rule: 'reserved-conflates-zone-device', path: 'mm/odd.c', why: 'something went wrong' }],
    },
  };
}

/** An audit by two releases. */
export function fullAuditReleasesReport(): AuditReport {
  const full = fullAuditReport();
  const { mentions, tests, byVerdict, byImpact } = full.summary;
  const counts = { mentions, tests, byVerdict, byImpact };
  return {
    ...full,
    release: null,
    releases: [
      { release: '5.4', ...counts },
      { release: '6.12', ...counts },
    ],
    sites: full.sites.map(({ verdict, impact, confidence, ...site }) => ({
      ...{ ...site, verdict, impact, confidence },
      releases: [
        { release: '5.4', verdict: 'guarded', impact: null, confidence: 'high' },
        { release: '6.12', verdict, impact, confidence },
      ],
    })),
  };
}

/** The same by two releases: a finding that both have, one that is worse in the older one, and one of the newer alone. */
export function fullReleasesReport(): CheckReport {
  const full = fullCheckReport();
  const in54 = { release: '5.4', severity: 'error', impact: null, message: 'another sentence' } as const;
  const of = ({ severity, impact, message }: Finding): FindingInRelease => ({
    release: '6.12',
    severity,
    impact,
    message,
  });
  const releases = [...full.findings.entries()].map(([at, one]): Finding => ({
    ...one,
    releases: at === 0 ? [of(one)] : [{ ...in54, ...(at === 1 ? {} : { severity: one.severity }) }, of(one)],
  }));
  const counted = { findings: 3, bySeverity: full.summary.bySeverity, functions: { mentioning: 9, analysed: 8 } };
  return {
    ...full,
    release: null,
    releases: [
      { release: '5.4', ...counted, findings: 2 },
      { release: '6.12', ...counted },
    ],
    findings: releases,
    summary: { ...full.summary, release: { value: null, detected: 'judged by 5.4, 6.12, given with --kernel' } },
  };
}

/** A plan with a fix that is taken, one that a person has to choose, and a finding for which there is none. */
export function fullFixReport(): FixReport {
  const found = (line: number): Site => site('needs-zone-device', { line });
  const fix: Fix = {
    id: 'exempt-zone-device',
    title: 'Exempt ZONE_DEVICE from the reserved test',
    kind: 'safe',
    preferred: true,
    precondition: '',
    edits: [{ start: 0, end: 1, text: 'x' }],
    includes: ['linux/mmzone.h'],
  };
  const look: Fix = { ...fix, id: 'online-page', kind: 'needs-look', preferred: false, precondition: 'RAM is meant' };
  const release: Fix = { ...fix, id: 'right-release', title: 'Use unpin_user_page() instead', preferred: true };
  const file = { path: 'mm/demo.c', before: 'a\n', after: 'x\n', encoding: 'utf8' } as const;
  const left = [
    { site: found(30), start: 90, fixes: [look], why: '' },
    { site: found(10), start: 30, fixes: [], why: 'The test stands in a macro.' },
    { finding: finding({ rule: 'wrong-release', line: 40, impact: null }), start: 120, fixes: [release], why: '' },
  ];
  return {
    plan: {
      root: '/work-folder/linux',
      release: '6.12',
      files: [{ ...file, applied: [{ site: found(20), fix }], left }],
      unreadable: fullAuditReport().summary.files.unreadable,
    },
    done: 'patched',
    wrote: ['wrote 0001-demo.patch: DEMO'],
  };
}
