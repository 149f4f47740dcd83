import type { ReportingDescriptor, ReportingDescriptorReference, Result, ToolComponent } from 'sarif';
import {
  decidedText,
  IMPACT_TEXTS,
  RESERVED_CONFLATES_ZONE_DEVICE,
  reservedText,
  VERDICT_TEXTS,
  VERDICTS,
  type AuditReport,
  type Impact,
  type RelatedPlace,
  type Site,
  type Verdict,
} from '@pageref/shared';
import {
  FINGERPRINT,
  LEVELS,
  physical,
  relatedLocations,
  ruleDescriptor,
  sarifLog,
  suppressionOf,
  UNUSED_JUDGEMENT,
  unusedSuppression,
} from '../sarif-log.js';
import { releasesMeant } from '../release-table.js';

/**
 * SARIF 2.1.0. Every mention is a result of the rule about the reserved test: those that need care failed it, as a check says
 * as well, the rest passed or have nothing to do with it. A viewer shows the whole audit, and a gate reads only the
 * failures. The verdict is what a result is classed by.
 */
export function auditSarif({ tool, release, releases, root, summary, sites, suppressed = [] }: AuditReport): string {
  const unused = summary.judged?.unused ?? [];
  return sarifLog({
    tool,
    release,
    ...(releases && { releases: releases.map((one) => one.release) }),
    root,
    coverage: summary,
    rules: [ruleDescriptor(RESERVED_CONFLATES_ZONE_DEVICE)],
    taxonomies: [VERDICT_TAXONOMY],
    results: [
      // A run in which something is silent has to say of every result whether it is.
      ...sites.map((site) => ({ ...result(site), ...(suppressed.length > 0 && { suppressions: [] }) })),
      ...suppressed.map((one) => ({ ...result(one.site), suppressions: [suppressionOf(one)] })),
    ],
    ...(unused.length > 0 && { more: { kinds: [UNUSED_JUDGEMENT], list: unused.map(unusedSuppression) } }),
  });
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

const VERDICT_TAXONOMY: ToolComponent = {
  name: 'pageref verdicts',
  shortDescription: { text: 'What a mention of the reserved bit means for ZONE_DEVICE pages.' },
  taxa: VERDICTS.map(taxon),
};

function taxon(verdict: Verdict): ReportingDescriptor {
  const { title, meaning, action } = VERDICT_TEXTS[verdict];
  const impacts = verdict === 'needs-zone-device' ? (Object.keys(IMPACT_TEXTS) as Impact[]) : [];
  const plainImpacts = impacts.map((impact) => `\n\n${impact}: ${IMPACT_TEXTS[impact].meaning}`).join('');
  const markedImpacts = impacts.map((impact) => `\n\n**${impact}**: ${IMPACT_TEXTS[impact].meaning}`).join('');
  return {
    id: verdict,
    shortDescription: { text: title },
    fullDescription: { text: meaning },
    help: { text: `${meaning}\n\n${action}${plainImpacts}`, markdown: `${meaning}\n\n*${action}*${markedImpacts}` },
  };
}

function taxonOf(verdict: Verdict): ReportingDescriptorReference {
  const { name } = VERDICT_TAXONOMY;
  return { id: verdict, index: VERDICTS.indexOf(verdict), toolComponent: { name, index: 0 } };
}

/** A check gives the same level to the same finding; it says nothing of what is only unclear. */
function levelOf({ verdict, impact }: Site): NonNullable<Result['level']> {
  if (!VERDICT_TEXTS[verdict].needsCare) return 'none';
  return impact === 'wrong-today' ? LEVELS[RESERVED_CONFLATES_ZONE_DEVICE.severity] : LEVELS.information;
}

function result(site: Site): Result {
  return {
    ruleId: RESERVED_CONFLATES_ZONE_DEVICE.id,
    ruleIndex: 0,
    kind: KINDS[site.verdict],
    level: levelOf(site),
    message: { text: reservedText(site) },
    taxa: [taxonOf(site.verdict)],
    locations: [
      {
        physicalLocation: physical(site, lengthOf(site)),
        logicalLocations: [{ name: site.function, kind: 'function' }],
      },
    ],
    relatedLocations: relatedLocations(placesOf(site)),
    partialFingerprints: { [FINGERPRINT]: site.fingerprint },
    properties: {
      verdict: site.verdict,
      impact: site.impact,
      confidence: site.confidence,
      form: site.form,
      kind: site.kind,
      contract: site.reason.contract,
      ...(site.releases && { releases: releasesMeant(site) }),
    },
  };
}

/** The place that decided first, then those that explain. */
function placesOf({ reason, related }: Site): RelatedPlace[] {
  return [...(reason.line > 0 ? [{ ...reason, column: 1, text: decidedText(reason) }] : []), ...related];
}

/** `raw-bit` is not what stands in the source, so only a named form has a known end. */
function lengthOf({ form }: Site): number | undefined {
  return form.includes('-') ? undefined : form.length;
}
