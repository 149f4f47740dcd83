import type { ReportingDescriptor, Result } from 'sarif';
import {
  IMPACT_TEXTS,
  VERDICT_TEXTS,
  VERDICTS,
  type AuditReport,
  type Impact,
  type RelatedPlace,
  type Site,
  type Verdict,
} from '@pageref/shared';
import { physical, relatedLocations, sarifLog } from '../sarif-log.js';

/**
 * SARIF 2.1.0. Verdicts are the rules: those that need care are failures, the rest are results that passed, so that a
 * viewer shows the whole audit and a gate reads only the failures.
 */
export function auditSarif({ tool, release, root, summary, sites }: AuditReport): string {
  return sarifLog({ tool, release, root, coverage: summary, rules: VERDICTS.map(rule), results: results(sites) });
}

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
      {
        physicalLocation: physical(site, lengthOf(site)),
        logicalLocations: [{ name: site.function, kind: 'function' }],
      },
    ],
    relatedLocations: relatedLocations(placesOf(site)),
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
function placesOf({ reason, related }: Site): RelatedPlace[] {
  return [...(reason.line > 0 ? [{ ...reason, column: 1, text: `decided by ${reason.contract}` }] : []), ...related];
}

/** `raw-bit` is not what stands in the source, so only a named form has a known end. */
function lengthOf({ form }: Site): number | undefined {
  return form.includes('-') ? undefined : form.length;
}
