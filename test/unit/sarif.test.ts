import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { RULE_IDS, RULE_RESERVED } from '@pageref/shared';
import type { AuditReport, CheckReport, Site } from '@pageref/shared';
import { checkSarif } from 'pageref/dist/print/check/sarif.js';
import { auditSarif } from 'pageref/dist/print/audit/sarif.js';
import { audit, check } from 'pageref/dist/runs/index.js';
import { REPOSITORY, TEST_FOLDER } from '../support/golden.js';
import { finding, fullAuditReport, fullCheckReport, site } from '../support/reports.js';

interface Result {
  readonly ruleId: string;
  readonly level: string;
  readonly kind: string;
  readonly message: { readonly text: string };
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly properties: { readonly verdict?: string };
  readonly suppressions?: readonly { readonly kind: string; readonly justification: string }[];
  readonly taxa: readonly [{ readonly index?: number; readonly toolComponent: { readonly index: number } }];
  readonly locations: readonly [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string };
        readonly region: { readonly startLine: number; readonly startColumn: number };
      };
      readonly logicalLocations: unknown;
    },
  ];
  readonly relatedLocations: unknown;
}

interface Log {
  readonly runs: readonly {
    readonly results: readonly Result[];
    readonly taxonomies?: readonly { readonly taxa: readonly { readonly id: string }[] }[];
  }[];
}

/** The published schema is draft 4; the keywords it uses mean the same in draft 7, but for the name of its own id. */
function validator(): (log: unknown) => string {
  const file = join(TEST_FOLDER, 'data', 'sarif-schema-2.1.0.json');
  const schema = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  delete schema['id'];
  delete schema['$schema'];
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  return (log) => (validate(log) ? '' : ajv.errorsText(validate.errors));
}

const problemsOf = validator();

function logOf(report: AuditReport): Log {
  return JSON.parse(auditSarif(report)) as Log;
}

function resultsOf(...sites: Site[]): readonly Result[] {
  const log = logOf({ ...fullAuditReport(), sites, suppressed: [] });
  assert.equal(problemsOf(log), '');
  return log.runs[0]!.results;
}

test('a report with every verdict is valid SARIF 2.1.0', () => {
  assert.equal(problemsOf(logOf(fullAuditReport())), '');
});

test('an empty report is valid', () => {
  assert.deepEqual(resultsOf(), []);
});

test('the schema is really applied', () => {
  assert.match(problemsOf({ version: '2.1.0', runs: [{ results: [{}] }] }), /required property/);
});

test('levels: wrong-today warns, right-by-accident and unclear are notes, the rest passes', () => {
  const shown = (one: Site): string[] => resultsOf(one).map(({ level, kind }) => `${kind} ${level}`);
  assert.deepEqual(shown(site('needs-zone-device')), ['fail warning']);
  assert.deepEqual(shown(site('needs-zone-device', { impact: 'right-by-accident' })), ['fail note']);
  assert.deepEqual(shown(site('unclear')), ['fail note']);
  assert.deepEqual(shown(site('guarded')), ['pass none']);
  assert.deepEqual(shown(site('no-zone-device-arch')), ['notApplicable none']);
});

test('a result carries the fingerprint of its site', () => {
  const marked = site('unclear', { fingerprint: '0123456789abcdef' });
  assert.deepEqual(
    resultsOf(marked).map(({ partialFingerprints }) => partialFingerprints),
    [{ 'pagerefFinding/v1': '0123456789abcdef' }],
  );
});

test('what is judged is a result that is suppressed', () => {
  const [one] = logOf({ ...fullAuditReport(), sites: [] }).runs[0]!.results;
  assert.deepEqual(
    one?.suppressions?.map(({ justification }) => justification),
    ['It is intended.'],
  );
});

test('a result is of the rule about the reserved test, and classed by its verdict', () => {
  const [one] = resultsOf(site('guarded'));
  assert.equal(one?.ruleId, 'reserved-conflates-zone-device');
  assert.equal(one.properties.verdict, 'guarded');
  const { taxonomies = [] } = logOf(fullAuditReport()).runs[0]!;
  const [{ index = -1, toolComponent }] = one.taxa;
  assert.equal(taxonomies[toolComponent.index]?.taxa[index]?.id, 'guarded');
});

test('audit and check say the same of a finding, so that nobody is told twice', async () => {
  const root = join(REPOSITORY, 'sample', 'linux');
  const audited = (JSON.parse(auditSarif(await audit({ paths: [root], jobs: 1 }))) as Log).runs[0]!.results;
  const checked = (JSON.parse(checkSarif(await check({ paths: [root], jobs: 1 }))) as Log).runs[0]!.results;
  const told = ({
    ruleId,
    level,
    kind,
    message,
    partialFingerprints,
    locations,
    relatedLocations,
  }: Result): unknown => {
    const [{ physicalLocation, logicalLocations }] = locations;
    const { artifactLocation, region } = physicalLocation;
    const place = [artifactLocation, region.startLine, region.startColumn, logicalLocations];
    return { ruleId, level, kind, message, partialFingerprints, place, relatedLocations };
  };
  const needing = audited.filter(({ properties }) => properties.verdict === 'needs-zone-device').map(told);
  assert.ok(needing.length > 0);
  assert.deepEqual(checked.filter(({ ruleId }) => ruleId === RULE_RESERVED).map(told), needing);
});

test('paths become relative URIs, whatever is in them', () => {
  const uris = ['a b/ü#?.c', 'half\ud800.c'].map(
    (path) => resultsOf(site('unclear', { path }))[0]!.locations[0].physicalLocation.artifactLocation.uri,
  );
  assert.deepEqual(uris, ['a%20b/%C3%BC%23%3F.c', 'half%3F.c']);
});

test('a check with every severity and a failed rule is valid SARIF 2.1.0', () => {
  assert.equal(problemsOf(JSON.parse(checkSarif(fullCheckReport()))), '');
  assert.equal(problemsOf(JSON.parse(checkSarif({ ...fullCheckReport(), findings: [] }))), '');
});

test('a check describes every rule, and each result points to its own', () => {
  const log = JSON.parse(checkSarif({ ...fullCheckReport(), findings: [finding()] })) as {
    runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number }[] }[];
  };
  const { tool, results } = log.runs[0]!;
  assert.deepEqual(
    tool.driver.rules.map(({ id }) => id),
    [...RULE_IDS],
  );
  assert.deepEqual(
    results.map(({ ruleIndex }) => tool.driver.rules[ruleIndex]!.id),
    results.map(({ ruleId }) => ruleId),
  );
});

test('a check says of each result whether it is suppressed, and with a baseline whether it is new', () => {
  interface Judged {
    readonly baselineState?: string;
    readonly suppressions: readonly { readonly kind: string; readonly justification: string }[];
  }
  const full = fullCheckReport();
  const judgedOf = (report: CheckReport): unknown[] => {
    const log = JSON.parse(checkSarif(report)) as { runs: { results: Judged[] }[] };
    assert.equal(problemsOf(log), '');
    return log.runs[0]!.results.map(({ baselineState, suppressions }) => [
      baselineState,
      ...suppressions.map(({ kind, justification }) => `${kind}: ${justification}`),
    ]);
  };
  assert.deepEqual(judgedOf({ ...full, findings: [finding()] }), [
    ['new'],
    ['new', 'external: It is intended.'],
    ['unchanged', 'external: It is baseline.'],
  ]);
  const judged = { ...full.summary.judged, files: full.summary.judged.files.filter(({ baseline }) => !baseline) };
  assert.deepEqual(judgedOf({ ...full, suppressed: [], findings: [finding()], summary: { ...full.summary, judged } }), [
    [undefined],
  ]);
});
