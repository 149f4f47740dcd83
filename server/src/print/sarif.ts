import { pathToFileURL } from 'node:url';
import type { Location, Log, Notification, PhysicalLocation, ReportingDescriptor, Result } from 'sarif';
import {
  IMPACT_TEXTS,
  VERDICT_TEXTS,
  VERDICTS,
  type AuditReport,
  type Impact,
  type Place,
  type Site,
  type Verdict,
} from '@pageref/shared';

/**
 * SARIF 2.1.0. Verdicts are the rules: those that need care are failures, the rest are results that passed, so that a
 * viewer shows the whole audit and a gate reads only the failures.
 */
export function auditSarif(report: AuditReport): string {
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: driver(report) },
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications(report) }],
        originalUriBaseIds: { [ROOT]: { uri: folderUri(report.root) } },
        columnKind: 'utf16CodeUnits',
        results: results(report.sites),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

const ROOT = '%SRCROOT%';
const NOT_ANALYSED = 'function-not-analysed';
const UNREADABLE = 'file-unreadable';

/** How a verdict is shown; SARIF wants level "none" beside every kind but "fail". */
const KINDS: Readonly<Record<Verdict, NonNullable<Result['kind']>>> = {
  'needs-zone-device': 'fail',
  unclear: 'fail',
  handled: 'pass',
  guarded: 'pass',
  'never-zone-device': 'pass',
  'no-zone-device-arch': 'notApplicable',
  'assertion-only': 'informational',
  'copy-only': 'informational',
  'not-a-test': 'notApplicable',
};

function driver({ tool, release }: AuditReport): Log['runs'][number]['tool']['driver'] {
  return {
    name: tool.name,
    version: tool.version,
    semanticVersion: tool.version,
    rules: VERDICTS.map(rule),
    notifications: [
      { id: NOT_ANALYSED, shortDescription: { text: 'A function could not be read and was not analysed.' } },
      { id: UNREADABLE, shortDescription: { text: 'A file could not be read.' } },
    ],
    properties: { kernelRelease: release },
  };
}

function rule(verdict: Verdict): ReportingDescriptor {
  const { title, meaning, action } = VERDICT_TEXTS[verdict];
  const impacts = verdict === 'needs-zone-device' ? (Object.keys(IMPACT_TEXTS) as Impact[]) : [];
  const plainImpacts = impacts.map((impact) => `\n\n${impact}: ${IMPACT_TEXTS[impact].meaning}`).join('');
  const markedImpacts = impacts.map((impact) => `\n\n**${impact}**: ${IMPACT_TEXTS[impact].meaning}`).join('');
  return {
    id: verdict,
    shortDescription: { text: title },
    fullDescription: { text: meaning },
    defaultConfiguration: { level: defaultLevel(verdict) },
    help: { text: `${meaning}\n\n${action}${plainImpacts}`, markdown: `${meaning}\n\n*${action}*${markedImpacts}` },
  };
}

function defaultLevel(verdict: Verdict): 'none' | 'note' | 'warning' {
  if (verdict === 'needs-zone-device') return 'warning';
  return VERDICT_TEXTS[verdict].needsCare ? 'note' : 'none';
}

function levelOf({ verdict, impact }: Site): 'none' | 'note' | 'warning' {
  return impact === 'right-by-accident' ? 'note' : defaultLevel(verdict);
}

function results(sites: readonly Site[]): Result[] {
  return sites.map(result);
}

function result(site: Site): Result {
  return {
    ruleId: site.verdict,
    ruleIndex: VERDICTS.indexOf(site.verdict),
    kind: KINDS[site.verdict],
    level: levelOf(site),
    message: { text: messageOf(site) },
    locations: [
      { physicalLocation: physical(site, site.form), logicalLocations: [{ name: site.function, kind: 'function' }] },
    ],
    relatedLocations: relatedLocations(site),
    partialFingerprints: { 'pagerefSite/v2': site.fingerprint },
    properties: {
      impact: site.impact,
      confidence: site.confidence,
      form: site.form,
      kind: site.kind,
      contract: site.reason.contract,
    },
  };
}

function messageOf({ reason, consequence, function: name, form }: Site): string {
  const head = name === '-' ? form : `${form} in ${name}()`;
  return consequence === '' ? `${head}: ${reason.text}` : `${head}: ${reason.text} ${consequence}`;
}

/** The place that decided first, then those that explain. */
function relatedLocations({ reason, related }: Site): Location[] {
  const places = [
    ...(reason.line > 0 ? [{ ...reason, column: 1, text: `decided by ${reason.contract}` }] : []),
    ...related,
  ];
  return places.map((place, id) => ({ id, physicalLocation: physical(place), message: { text: place.text } }));
}

/** `raw-bit` is not what stands in the source, so only a named form has a known end. */
function physical({ path, line, column }: Place, form?: string): PhysicalLocation {
  const end = form === undefined || form.includes('-') ? {} : { endColumn: column + form.length };
  return {
    artifactLocation: { uri: relativeUri(path), uriBaseId: ROOT },
    region: { startLine: line, startColumn: column, ...end },
  };
}

function notifications({ summary }: AuditReport): Notification[] {
  const skipped = summary.functions.notAnalysed.map((place) => ({
    descriptor: { id: NOT_ANALYSED },
    level: 'note' as const,
    message: { text: `${place.function}() was not analysed: ${place.why}` },
    locations: [{ physicalLocation: physical(place) }],
  }));
  const unread = summary.files.unreadable.map(({ path, why }) => ({
    descriptor: { id: UNREADABLE },
    level: 'warning' as const,
    message: { text: `${path} was not read: ${why}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: relativeUri(path), uriBaseId: ROOT } } }],
  }));
  return [...skipped, ...unread];
}

/** Percent-encodes each segment; slashes stay. A lone surrogate, which no URI can carry, becomes a question mark. */
function relativeUri(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(segment.replace(/\p{Surrogate}/gu, '?')))
    .join('/');
}

function folderUri(root: string): string {
  const { href } = pathToFileURL(root);
  return href.endsWith('/') ? href : `${href}/`;
}
