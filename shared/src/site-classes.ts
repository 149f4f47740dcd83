import { VERDICTS } from './finding.js';
import type { AuditSummary, Impact, Site, Verdict } from './finding.js';
import { IMPACT_TEXTS, VERDICT_TEXTS } from './verdict-texts.js';
import type { ImpactText } from './verdict-texts.js';

/** True when a person has to look at a site today: such a site makes `pageref audit` end with exit code 1. */
export function needsCare({ verdict, impact }: Pick<Site, 'verdict' | 'impact'>): boolean {
  return VERDICT_TEXTS[verdict].needsCare && (impact === null || IMPACT_TEXTS[impact].needsCare);
}

/** How many sites of an audit a person has to look at today. */
export function careCount({ byVerdict, byImpact }: Pick<AuditSummary, 'byVerdict' | 'byImpact'>): number {
  const found = VERDICTS.filter((verdict) => VERDICT_TEXTS[verdict].needsCare);
  return found.reduce((sum, verdict) => sum + byVerdict[verdict], 0) - byImpact['right-by-accident'];
}

/** What reports sort sites into: a verdict, told apart by its impact where it has one. */
export interface SiteClass {
  readonly verdict: Verdict;
  readonly impact: Impact | null;
  /** What a person reads first. A test that is right today is in a class of its own, whatever it may need later. */
  readonly word: Verdict | Impact;
  /** What the word leaves open; null for nothing. */
  readonly detail: Impact | null;
  /** Both, for headings. */
  readonly label: string;
  readonly text: Omit<ImpactText, 'needsCare'>;
}

/** In the order of reports: what needs care today, then what is right today because of the bit, then the rest. */
export const SITE_CLASSES: readonly SiteClass[] = VERDICTS.flatMap((verdict) => {
  if (verdict === 'needs-zone-device') return [classFor(verdict, 'wrong-today'), classFor(verdict, null)];
  if (verdict === 'unclear') return [classFor(verdict, null), classFor('needs-zone-device', 'right-by-accident')];
  return [classFor(verdict, null)];
});

function classFor(verdict: Verdict, impact: Impact | null): SiteClass {
  const isRight = impact === 'right-by-accident';
  const [word, detail] = isRight ? [impact, null] : [verdict, impact];
  const text = isRight ? IMPACT_TEXTS[impact] : VERDICT_TEXTS[verdict];
  return { verdict, impact, word, detail, label: detail === null ? word : `${word}, ${detail}`, text };
}

/** The class of a site, for people. */
export function siteClass({ verdict, impact }: Pick<Site, 'verdict' | 'impact'>): SiteClass {
  return SITE_CLASSES.find((one) => one.verdict === verdict && one.impact === impact) ?? classFor(verdict, impact);
}
