import type { Confidence, FindingSeverity, RuleId } from './rule-meta.js';
import type { Impact, Place, SiteKind, UnreadableFile, Verdict } from './finding.js';
import type { Release } from './release.js';

/** What is said of a tree over its revisions: plain data, the same for the command line and for programs. */

/** What all that a revision has is known by, wherever its file lies and however far it has moved in it. */
interface Marked extends Place {
  /** Of function and statement, the first of its like in the file and so on: the same when the file is renamed. */
  readonly mark: string;
  /** As `audit` and `check` print it. */
  readonly fingerprint: string;
  /** Enclosing function, or "-" outside of one. */
  readonly function: string;
  readonly subsystem: string;
  /** Somebody has judged it: it counts for nothing. */
  readonly silent: boolean;
}

/** A mention of the reserved bit in a revision. */
export interface RevisionTest extends Marked {
  readonly kind: SiteKind;
  readonly statement: string;
  readonly verdict: Verdict;
  readonly impact: Impact | null;
  readonly confidence: Confidence;
}

/** What a rule found in a revision. */
export interface RevisionFinding extends Marked {
  readonly rule: RuleId;
  readonly severity: FindingSeverity;
  readonly impact: Impact | null;
  readonly message: string;
}

/** What was found in one revision: what `audit` and `check` say of the same files. */
export interface RevisionResult {
  readonly release: Release | null;
  /** In order of place. */
  readonly tests: readonly RevisionTest[];
  readonly findings: readonly RevisionFinding[];
  readonly files: { readonly read: number; readonly unreadable: readonly UnreadableFile[] };
  /** Functions that were not analysed. */
  readonly notAnalysed: number;
}

/** A revision of a repository, or a tree on disk. */
export interface HistoryColumn {
  /** The path as it was given. */
  readonly tree: string;
  /** As it was named: a tag, or the first digits of a commit; null for a tree on disk. */
  readonly revision: string | null;
  /** Full id, committer's date (UTC, YYYY-MM-DD) and first line of the message; null for a tree on disk. */
  readonly commit: string | null;
  readonly date: string | null;
  readonly subject: string | null;
  readonly release: Release | null;
  readonly counts: HistoryCounts;
  readonly files: RevisionResult['files'];
  readonly notAnalysed: number;
}

/** How many there are; silent ones are none of these. */
export interface HistoryCounts {
  /** Mentions of the reserved bit, and those that need care. */
  readonly tests: number;
  readonly care: number;
  /** Problems of rules, and what they only note. */
  readonly problems: number;
  readonly notes: number;
}

/** What a row is in one column; null where it is not there. */
export interface HistoryCell extends Place {
  /** A verdict with its impact behind a slash, or a severity with its impact. */
  readonly state: string;
  /** 2 for what is wrong today or an error, 1 for what needs care or is a warning, 0 for the rest. */
  readonly weight: 0 | 1 | 2;
  readonly fingerprint: string;
  readonly silent: boolean;
}

/** One test or finding, followed through all columns. */
export interface HistoryRow {
  /** That of the first column which has it; `--bisect` takes it, and the fingerprint of any other column. */
  readonly id: string;
  readonly kind: 'test' | 'finding';
  readonly rule: RuleId;
  readonly function: string;
  readonly subsystem: string;
  /** The statement of a test, the message of a finding, as the last column that has it says it. */
  readonly text: string;
  readonly cells: readonly (HistoryCell | null)[];
}

/** `came` in a column, with nothing in the one before; `changed` its state; `went`. */
export interface HistoryEvent {
  readonly what: 'came' | 'changed' | 'went';
  /** Index of a row, and of the column that is the first to be so. */
  readonly row: number;
  readonly column: number;
  readonly before: string | null;
  readonly after: string | null;
}

export interface HistorySubsystem {
  readonly subsystem: string;
  /** For each column. */
  readonly columns: readonly HistoryCounts[];
}

/** Which commit a bisection names. */
export interface HistoryBisection {
  readonly fingerprint: string;
  readonly what: HistoryEvent['what'];
  readonly before: string | null;
  readonly after: string | null;
  readonly commit: string;
  readonly date: string;
  readonly subject: string;
  /** The commit is on the branch of the revision before, and no ancestor of the one after. */
  readonly onBranch: boolean;
  /** Revisions that were looked at for it. */
  readonly looked: number;
}

export interface HistoryReport {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'pageref'; readonly version: string };
  readonly columns: readonly HistoryColumn[];
  /** By path and line in the last column that has it. */
  readonly rows: readonly HistoryRow[];
  /** By column, then by row. */
  readonly events: readonly HistoryEvent[];
  /** Those with most to do in the last column first. */
  readonly subsystems: readonly HistorySubsystem[];
  /** Only with `--bisect`. */
  readonly bisections?: readonly HistoryBisection[];
}
