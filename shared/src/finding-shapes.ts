import { IMPACTS, SITE_KINDS, VERDICTS, WRAPPER_ROLES } from './finding.js';
import type {
  NotAnalysed,
  Reason,
  RelatedPlace,
  Site,
  SiteInRelease,
  WhatIf,
  WrapperCallSite,
  Writer,
} from './finding.js';
import type { RuleFailure } from './check-report.js';
import { RELEASES } from './known-releases.js';
import { RULE_IDS } from './rule-meta.js';
import { isFlag, isNumber, isText, listOf, maybe, oneOf, orNull, record } from './shape.js';

/** Shapes of what reports are made of. */

export const PLACE_FIELDS = { path: isText, line: isNumber, column: isNumber } as const;
export const isRelatedPlace = record<RelatedPlace>({ ...PLACE_FIELDS, text: isText });
export const isNotAnalysed = record<NotAnalysed>({ ...PLACE_FIELDS, function: isText, why: isText });
export const isReason = record<Reason>({ contract: isText, path: isText, line: isNumber, text: isText });
export const isWrapperCallSite = record<WrapperCallSite>({
  ...PLACE_FIELDS,
  function: isText,
  wrapper: isText,
  role: oneOf(WRAPPER_ROLES),
});

const isSiteInRelease = record<SiteInRelease>({
  release: oneOf(RELEASES),
  verdict: oneOf(VERDICTS),
  impact: orNull(oneOf(IMPACTS)),
  confidence: oneOf(['high', 'medium', 'low']),
});

const SITE_FIELDS = {
  ...PLACE_FIELDS,
  function: isText,
  form: isText,
  kind: oneOf(SITE_KINDS),
  statement: isText,
  verdict: oneOf(VERDICTS),
  impact: orNull(oneOf(IMPACTS)),
  reason: isReason,
  confidence: oneOf(['high', 'medium', 'low']),
  consequence: isText,
  related: listOf(isRelatedPlace),
  calls: maybe(listOf(isWrapperCallSite)),
  releases: maybe(listOf(isSiteInRelease)),
};
export const isSite = record<Site>({ ...SITE_FIELDS, fingerprint: isText });
/** A site before those of its file are told apart. */
export const isUnmarkedSite = record<Omit<Site, 'fingerprint'>>(SITE_FIELDS);

export const isWriter = record<Writer>({
  ...PLACE_FIELDS,
  function: isText,
  name: isText,
  does: oneOf(['set', 'clear']),
  marksZoneDevice: isFlag,
});
export const isWhatIf = record<WhatIf>({
  ...PLACE_FIELDS,
  function: isText,
  verdict: oneOf(VERDICTS),
  impact: orNull(oneOf(IMPACTS)),
  change: isText,
});
export const isRuleFailure = record<RuleFailure>({ rule: oneOf(RULE_IDS), path: isText, why: isText });
