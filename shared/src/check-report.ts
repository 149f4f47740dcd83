import type { AuditSummary, Finding } from './finding.js';
import type { SuppressionSummary, SuppressedBy } from './suppressions.js';
import type { Release } from './release.js';
import { FINDING_SEVERITIES } from './rule-meta.js';
import type { FindingSeverity, RuleId } from './rule-meta.js';
import type { FailOn } from './user-model.js';

/** What a check says of a tree. */

/** A finding that is silent. */
export interface SuppressedFinding extends SuppressedBy {
  readonly finding: Finding;
}

/** A rule that failed on a file: its findings there are missing. */
export interface RuleFailure {
  readonly rule: RuleId;
  readonly path: string;
  readonly why: string;
}

export interface RuleCount {
  readonly rule: RuleId;
  readonly findings: number;
  readonly bySeverity: Readonly<Record<FindingSeverity, number>>;
}

export interface CheckSummary {
  readonly findings: number;
  readonly bySeverity: Readonly<Record<FindingSeverity, number>>;
  /** The rules that ran, in the order of the registry. */
  readonly byRule: readonly RuleCount[];
  /** Functions and macros that mention a name a rule that ran is interested in. */
  readonly functions: AuditSummary['functions'];
  readonly files: AuditSummary['files'];
  readonly release: AuditSummary['release'];
  readonly userModel: AuditSummary['userModel'];
  readonly judged: SuppressionSummary;
  /** What the project's `.pageref.json` says of the run, where it says something. */
  readonly config?: {
    /** Findings that it switches off by their rule or path; no other figure counts them. */
    readonly leftOut: number;
    readonly failOn?: FailOn;
  };
  readonly failures: readonly RuleFailure[];
}

export interface CheckReport {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'pageref'; readonly version: string };
  readonly release: string | null;
  readonly root: string;
  readonly findings: readonly Finding[];
  /** Findings that somebody has judged; the figures of the summary leave them out. */
  readonly suppressed: readonly SuppressedFinding[];
  readonly summary: CheckSummary;
  /** The releases of a check by several, oldest first; `release` is null there. */
  readonly releases?: readonly CheckedRelease[];
}

/** One release of a check by several. */
export interface CheckedRelease extends Pick<CheckSummary, 'findings' | 'bySeverity'> {
  readonly release: Release;
  /** How many functions mention a name of a rule in this release, and how many of them were analysed. */
  readonly functions: { readonly mentioning: number; readonly analysed: number };
}

/** Findings by severity; every severity is there. */
export function severityCounts(
  findings: readonly Pick<Finding, 'severity'>[],
): Readonly<Record<FindingSeverity, number>> {
  const count = (level: FindingSeverity): number => findings.filter(({ severity }) => severity === level).length;
  return Object.fromEntries(FINDING_SEVERITIES.map((level) => [level, count(level)])) as Record<
    FindingSeverity,
    number
  >;
}
