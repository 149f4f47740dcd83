import type { Release } from './release.js';

/** What is said of a rule: plain data for the command line, editors, SARIF and the docs. */

export const RULE_IDS = [
  'reserved-conflates-zone-device',
  'reserved-wrapper',
  'imbalanced-for-zone-device',
  'pfn-valid-is-not-ram',
  'memmap-not-online',
  'zone-device-test-unpinned',
  'pagemap-registration',
  'pagemap-ref-leak',
  'get-without-put',
  'locked-page-left',
  'put-without-get',
  'kvm-pfn-leak',
  'use-after-put',
  'short-pin',
  'wrong-release',
  'bare-dirty',
  'pin-without-longterm',
  'imbalanced-for-kind',
  'pagemap-misregistered',
  'zone-device-count',
  'uncounted-page',
  'pfnmap-page',
] as const;
export type RuleId = (typeof RULE_IDS)[number];

/** The rule that stands for the verdicts on the reserved bit that need care. */
export const RULE_RESERVED = 'reserved-conflates-zone-device' satisfies RuleId;

export const FINDING_SEVERITIES = ['error', 'warning', 'information'] as const;
/** How loud a finding is. An editor's settings may change it; the rule says what it is by default. */
export type FindingSeverity = (typeof FINDING_SEVERITIES)[number];

/** How sure a verdict or a rule is. */
export type Confidence = 'high' | 'medium' | 'low';

/**
 * problem     what happens there is wrong
 * advice      it may be right, but rests on something the code does not show
 * inventory   a list of places, with what holds at each
 */
export type RuleKind = 'problem' | 'advice' | 'inventory';

export interface RuleMeta<MessageId extends string = string> {
  readonly id: RuleId;
  readonly kind: RuleKind;
  readonly severity: FindingSeverity;
  /** How often a finding is right, as measured on whole trees and judged by hand. */
  readonly confidence: Confidence;
  /** On trial: it runs where it is asked for by name, until whole trees have shown that it is rarely wrong. */
  readonly trial?: boolean;
  /** A few words: the heading of the rule's page. */
  readonly title: string;
  /** What the rule looks for and why it matters, in sentences. */
  readonly description: string;
  /** What to do about a finding, in sentences. */
  readonly action: string;
  /** First release the rule says anything about, and first one it no longer does; all known ones when left out. */
  readonly since?: Release;
  readonly until?: Release;
  /** What findings say, by message id; `{name}` stands for a value of the finding. */
  readonly messages: Readonly<Record<MessageId, string>>;
}

/** The text of a message, on one line; a value that is not given stays visible as its name. */
export function messageText(template: string, values: Readonly<Record<string, string>>): string {
  const filled = template.replace(/\{(\w+)\}/g, (hole, name: string) => values[name] ?? hole);
  return filled.replace(/\s+/g, ' ').trim();
}
