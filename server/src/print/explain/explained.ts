import { IMPACT_TEXTS, IMPACTS, RULES, VERDICT_TEXTS } from '@pageref/shared';
import type { Confidence, FindingSeverity, Impact, RuleId, RuleKind, RuleMeta, Verdict } from '@pageref/shared';

/** The words that head a place in a report. */
export type Explainable = Verdict | Impact | RuleId;

/** What is told of a verdict, an impact or a rule. */
export interface Explained {
  readonly name: Explainable;
  readonly title: string;
  readonly meaning: string;
  readonly action: string;
  /** Set for a rule. */
  readonly rule?: {
    readonly kind: RuleKind;
    readonly severity: FindingSeverity;
    readonly confidence: Confidence;
    readonly since: string | null;
    readonly until: string | null;
    /** It runs only where it is named. */
    readonly trial: boolean;
  };
  /** What a needs-zone-device test can cost; empty for everything else. */
  readonly impacts: readonly { readonly name: Impact; readonly meaning: string }[];
}

export function explained(name: Explainable): Explained {
  const rule = RULES.find(({ id }) => id === name);
  if (rule) return explainedRule(rule);
  const impact = IMPACTS.find((one) => one === name);
  return impact ? explainedImpact(impact) : explainedVerdict(name as Verdict);
}

function explainedRule({ id, title, description, action, ...rest }: RuleMeta): Explained {
  const { kind, severity, confidence, since = null, until = null, trial = false } = rest;
  return {
    name: id,
    title,
    meaning: description,
    action,
    rule: { kind, severity, confidence, since, until, trial },
    impacts: [],
  };
}

function explainedImpact(name: Impact): Explained {
  const { title, meaning, action } = IMPACT_TEXTS[name];
  return { name, title, meaning, action, impacts: [] };
}

function explainedVerdict(name: Verdict): Explained {
  const { title, meaning, action } = VERDICT_TEXTS[name];
  const impacts = name === 'needs-zone-device' ? IMPACTS : [];
  return {
    name,
    title,
    meaning,
    action,
    impacts: impacts.map((impact) => ({ name: impact, meaning: IMPACT_TEXTS[impact].meaning })),
  };
}
