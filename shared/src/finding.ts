import type { Release } from './release.js';
import type { SuppressionSummary, SuppressedBy } from './suppressions.js';
import type { Confidence, FindingSeverity, RuleId } from './rule-meta.js';
import type { UserModelSummary } from './user-model.js';

/** What an audit or a check says: plain data, the same for the command line, SARIF and editors. */

export const VERDICTS = [
  'needs-zone-device',
  'unclear',
  'handled',
  'guarded',
  'never-zone-device',
  'no-zone-device-arch',
  'assertion-only',
  'copy-only',
  'not-a-test',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export const SITE_KINDS = ['test', 'assertion', 'copy', 'comment', 'definition', 'string'] as const;
export type SiteKind = (typeof SITE_KINDS)[number];

/** `wrong-today`: a device page is mistreated now; `right-by-accident`: right only because the bit is set. */
export const IMPACTS = ['wrong-today', 'right-by-accident'] as const;
export type Impact = (typeof IMPACTS)[number];

/** Where something is: path relative to the root with forward slashes, one-based line and column (UTF-16 code units). */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** Why a verdict is what it is: the contract that decided it and where it stands. */
export interface Reason {
  /** Name of the deciding contract: an API (`pfn_to_online_page`), or a rule of the analysis in kebab case (`arch-kconfig`). */
  readonly contract: string;
  readonly path: string;
  readonly line: number;
  /** One sentence for a person. */
  readonly text: string;
}

export interface RelatedPlace extends Place {
  readonly text: string;
}

/** One mention of the reserved bit. */
export interface Site extends Place {
  /** Enclosing function, or "-" outside of one. */
  readonly function: string;
  /** PageReserved, folio_test_reserved, or raw-bit. */
  readonly form: string;
  readonly kind: SiteKind;
  /** The statement or condition it stands in, on one line and in one spelling; a line of a comment. */
  readonly statement: string;
  /** The same in every run and in every tree as long as file, function and statement stay; no line number is in it. */
  readonly fingerprint: string;
  readonly verdict: Verdict;
  /** Null unless the verdict is needs-zone-device. */
  readonly impact: Impact | null;
  readonly reason: Reason;
  readonly confidence: Confidence;
  /** One sentence on what happens to a ZONE_DEVICE page; empty where nothing depends on it. */
  readonly consequence: string;
  /** Places that belong to the explanation, in the order a person reads them. */
  readonly related: readonly RelatedPlace[];
  /** For a test whose answer its function passes on: the calls of that function, and of those that wrap it. */
  readonly calls?: readonly WrapperCallSite[];
  /** The releases that have it, oldest first; of an audit by several releases only. */
  readonly releases?: readonly SiteInRelease[];
}

/** A mention in an audit by several releases, as one of them has it. */
export interface SiteInRelease extends Pick<Site, 'verdict' | 'impact' | 'confidence'> {
  readonly release: Release;
}

/** A mention that is silent. */
export interface SuppressedSite extends SuppressedBy {
  readonly site: Site;
}

/** A place that sets or clears the bit. */
export interface Writer extends Place {
  readonly function: string;
  readonly name: string;
  readonly does: 'set' | 'clear';
  /** True for the writer that marks every ZONE_DEVICE page. */
  readonly marksZoneDevice: boolean;
}

/** What `--what-if no-reserved-zone-device` says of a site. */
export interface WhatIf extends Place {
  readonly function: string;
  readonly verdict: Verdict;
  readonly impact: Impact | null;
  /** What the site does today and what it would do, one sentence. */
  readonly change: string;
}

/** A function that was not analysed, and why. */
export interface NotAnalysed extends Place {
  readonly function: string;
  readonly why: string;
}

export interface AuditSummary {
  readonly mentions: number;
  readonly tests: number;
  readonly byVerdict: Readonly<Record<Verdict, number>>;
  readonly byImpact: Readonly<Record<Impact, number>>;
  readonly bySubsystem: readonly {
    readonly subsystem: string;
    readonly mentions: number;
    /** Those that are needs-zone-device. */
    readonly needs: number;
    /** Those that need care today, unclear ones among them. */
    readonly care: number;
  }[];
  readonly functions: {
    readonly mentioning: number;
    readonly analysed: number;
    readonly notAnalysed: readonly NotAnalysed[];
  };
  readonly files: {
    readonly walked: number;
    readonly read: number;
    readonly matched: number;
    readonly unreadable: readonly UnreadableFile[];
    /** Files about the tree of which something was left out, with what; absent where there is none. */
    readonly inPart?: readonly UnreadableFile[];
    /** Arms of `#if` by the kernel's release; absent where there is none. */
    readonly versionArms?: VersionArmCounts;
  };
  readonly release: { readonly value: string | null; readonly detected: string };
  /** Files whose entries were added to the model. */
  readonly userModel: readonly UserModelSummary[];
  /** What judgements did; absent in an editor. */
  readonly judged?: SuppressionSummary;
  /** Arches of the tree and whether each can enable ZONE_DEVICE. */
  readonly arches: readonly { readonly arch: string; readonly zoneDevice: boolean; readonly why: string }[];
}

export interface VersionArmCounts {
  /** Arms that other releases compile and this one does not: nothing in them is judged. */
  readonly others: number;
  /** Arms that macros of the build leave out, in whatever release; absent where there is none. */
  readonly builds?: number;
  /** Conditions that ask for the release, and that it does not decide: all their arms are judged. */
  readonly undecided: number;
}

export interface UnreadableFile {
  /** Relative to the root; "." is the tree itself. */
  readonly path: string;
  readonly why: string;
  /** True for what a person named, and for the tree itself: without it the run is not what was asked for. */
  readonly named?: boolean;
}

export interface AuditReport {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'pageref'; readonly version: string };
  /** Null for a tree whose release is not known, and for an audit by several. */
  readonly release: string | null;
  /** The releases of an audit by several, oldest first, with what each has. */
  readonly releases?: readonly AuditedRelease[];
  readonly root: string;
  /** Those that somebody has judged are not among them, and the figures of the summary leave them out. */
  readonly sites: readonly Site[];
  /** Mentions that somebody has judged; absent in an editor, which has them among the others. */
  readonly suppressed?: readonly SuppressedSite[];
  readonly writers: readonly Writer[];
  readonly whatIf?: readonly WhatIf[];
  readonly summary: AuditSummary;
}

/** One of several releases that an audit was made by. */
export interface AuditedRelease extends Pick<AuditSummary, 'mentions' | 'tests' | 'byVerdict' | 'byImpact'> {
  readonly release: Release;
}

/** One use of a page-reference API. */
export interface ApiUse extends Place {
  readonly function: string;
  readonly api: string;
  readonly effect: string;
  /** "arg0", "arg3[]", "result"; empty for names that have no effect. */
  readonly on: string;
  /** Source text of that operand, one line. */
  readonly argument: string;
  readonly counterpart: string;
  /** What it means for dax, P2PDMA and other device pages in this release, in a few words; empty where it is nothing special. */
  readonly zoneDevice: string;
}

export interface UsesReport {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'pageref'; readonly version: string };
  readonly release: string | null;
  readonly root: string;
  readonly uses: readonly ApiUse[];
  readonly summary: {
    readonly uses: number;
    readonly byApi: readonly { readonly api: string; readonly uses: number }[];
    readonly functions: AuditSummary['functions'];
    readonly files: AuditSummary['files'];
    readonly release: AuditSummary['release'];
    readonly userModel: AuditSummary['userModel'];
  };
}

/** A call of a function that passes the answer of a reserved test on. */
export interface WrapperCallSite extends Place {
  readonly function: string;
  readonly wrapper: string;
  readonly role: WrapperRole;
}

/** What a call site of a wrapper of the reserved test decides: the effect on the page that happens on one answer only. */
export const WRAPPER_ROLES = ['release-ref', 'get-ref', 'set-dirty', 'set-accessed', 'map-attr', 'other'] as const;
export type WrapperRole = (typeof WRAPPER_ROLES)[number];

/** What a rule has to say about a place. */
export interface Finding extends Place {
  readonly rule: RuleId;
  /** UTF-16 code units from the column on that the finding is about. */
  readonly length: number;
  /** Enclosing function or macro, or "-" outside of one. */
  readonly function: string;
  readonly severity: FindingSeverity;
  /** Null where the rule does not tell wrong from right by accident. */
  readonly impact: Impact | null;
  readonly message: string;
  /** The wrapper a call site uses and what the caller does with its answer; null for other rules. */
  readonly wrapper: string | null;
  readonly role: WrapperRole | null;
  /** Places that belong to the explanation, in the order a person reads them. */
  readonly related: readonly RelatedPlace[];
  /**
   * The way to what is wrong, in the order in which it is gone: where the page is taken, the conditions that lead away from the
   * right ways, where it ends. The finding's own place is among them. Rules that follow no path have none.
   */
  readonly steps?: readonly RelatedPlace[];
  /** The line that it stands in, as it is in the file, without the line's end: for people to see. */
  readonly source?: string;
  /** Stays the same when code above moves. */
  readonly fingerprint: string;
  /** What it is in each release that has it, oldest first; only in a check by several releases. */
  readonly releases?: readonly FindingInRelease[];
}

/** A finding of a check by several releases, as one of them has it. */
export interface FindingInRelease extends Pick<Finding, 'severity' | 'impact' | 'message'> {
  readonly release: Release;
}
