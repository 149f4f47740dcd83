import type { FixId } from './fix.js';
import type { AuditReport, Site, Verdict } from './finding.js';
import type { PersonalVerdict } from './suppressions.js';
import type { Release } from './release.js';
import type { RuleId } from './rule-meta.js';

/**
 * What the language server says beyond the Language Server Protocol. All of it is optional for a client: the audit is also
 * a command of `workspace/executeCommand`.
 */

export const DIAGNOSTIC_SOURCE = 'pageref';

/**
 * Request `pageref/audit`: judges every mention of the reserved bit in a tree, with unsaved buffers in place of their files.
 * Takes a work-done token, a partial-result token and cancellation.
 */
export const AUDIT_REQUEST = 'pageref/audit';
/** An audit as a command, for editors without requests of their own: its one argument is `AuditParams`, and may be left out. */
export const AUDIT_COMMAND = 'pageref.audit';

/** Commands about one finding; their one argument is `FindingParams`. A server runs them, any editor can offer them. */
export const SHOW_WHY_COMMAND = 'pageref.showWhy';
export const OPEN_RULE_COMMAND = 'pageref.openRule';

/**
 * Judges a finding: an edit of the tree's file of judged findings, which the client is asked to apply (`workspace/applyEdit`).
 * Takes `SuppressParams`, gives `SuppressResult`.
 */
export const SUPPRESS_COMMAND = 'pageref.suppress';
/** Shows where the reason of a judgement stands, or is to be written. Takes `FindingParams`. */
export const SHOW_REASON_COMMAND = 'pageref.showReason';

/**
 * A command of the client, which asks for a verdict and a reason and runs SUPPRESS_COMMAND with them. It is offered to
 * clients with `capabilities.experimental.pageref.asksReason`; others are offered an edit that leaves the reason open.
 */
export const ASK_REASON_COMMAND = 'pageref.askReason';

/**
 * A command of the client that shows the places which explain a finding beside its own, such as in a peek. Takes `PeekParams`; it is
 * offered in place of SHOW_WHY_COMMAND where there are such places, to clients with `capabilities.experimental.pageref.peeksPlaces`.
 */
export const PEEK_WHY_COMMAND = 'pageref.peekWhy';

export interface FindingParams {
  readonly uri: string;
  /** As in `DiagnosticData`. */
  readonly fingerprint: string;
}

/** Positions are those of the protocol, in the columns that were agreed on. */
export interface PeekParams extends FindingParams {
  readonly position: WirePosition;
  /** The way to the finding in the order in which it is gone, its own place among it, and then what else explains it. */
  readonly places: readonly {
    readonly uri: string;
    readonly range: { readonly start: WirePosition; readonly end: WirePosition };
  }[];
}

interface WirePosition {
  readonly line: number;
  readonly character: number;
}

export interface SuppressParams extends FindingParams {
  readonly verdict: PersonalVerdict;
  /** The finding is silent with one only: without it the line waits for a person to write it. */
  readonly reason?: string;
}

export interface SuppressResult {
  /** URI of the file of judged findings that was edited. */
  readonly uri: string;
}

/** Kind of the code action that applies every safe fix of a document. */
export const FIX_ALL_KIND = 'source.fixAll.pageref';

/** `data` of a code action, from which its edit is made when it is chosen. */
export interface FixActionData {
  readonly uri: string;
  /** Version of the document the action was offered for; the edit of another one is refused. */
  readonly version: number;
  /** The finding and its fix; both are left out for the action that fixes everything. */
  readonly fingerprint?: string;
  readonly fix?: FixId;
}

/** `data` of a code action that judges a finding, from which its edit is made when it is chosen. */
export interface SuppressActionData extends FindingParams {
  readonly version: number;
  readonly verdict: PersonalVerdict;
}

export interface AuditParams {
  /** URI of a folder of the tree, or of a file in it; the first workspace folder when it is left out. */
  readonly uri?: string;
  /** Release to judge by, before settings and Makefile. */
  readonly kernelRelease?: Release;
  readonly arch?: string;
  readonly whatIf?: 'no-reserved-zone-device';
  readonly verdicts?: readonly Verdict[];
  /** URIs of files of the tree: only these are looked at, and the report speaks of them alone. All files when left out. */
  readonly files?: readonly string[];
  readonly workDoneToken?: string | number;
  readonly partialResultToken?: string | number;
}

/** Value of `$/progress` for the partial-result token: sites of one more file. Files come in no particular order. */
export interface AuditPartialResult {
  readonly sites: readonly Site[];
}

/** With a partial-result token `report.sites` is empty: they were all sent before. */
export interface AuditResult {
  /** URI of the tree's root; paths of the report are relative to it. */
  readonly rootUri: string;
  readonly report: AuditReport;
  /** The files that name the bit, by path: what an editor needs to put the report of a changed file into an older one. */
  readonly files: readonly AuditedFile[];
}

/** One file an audit has looked into. */
export interface AuditedFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  /** Section of MAINTAINERS the file belongs to; its top folder where there is none. */
  readonly subsystem: string;
  /** Functions with a mention; those that were not analysed among them. */
  readonly functions: number;
}

/** Request `pageref/report`: the report of an audit as a text, by the printers of the command line. */
export const REPORT_REQUEST = 'pageref/report';

export interface ReportParams {
  /** As `pageref/audit` gave it. */
  readonly report: AuditReport;
  /** A format of `pageref audit`: text, json, sarif, markdown, html, gcc. */
  readonly format: string;
}

export interface ReportResult {
  readonly text: string;
}

/** Request `pageref/effectTable`: what a name does to each page kind in a tree's release, as markdown. */
export const EFFECT_TABLE_REQUEST = 'pageref/effectTable';

export interface EffectTableParams {
  /** A kernel name of the model, or a function of the open document `uri`. */
  readonly name: string;
  /** A document or folder; it decides on the release. The first workspace folder when it is left out. */
  readonly uri?: string;
}

export interface EffectTableResult {
  /** Null for a name of which nothing is known; `near` then holds names that are spelled nearly the same. */
  readonly markdown: string | null;
  readonly near: readonly string[];
}

/**
 * A command of the client that shows an effect table. Takes `EffectTableParams`; hovers and hints link to it for clients with
 * `capabilities.experimental.pageref.showsTables`.
 */
export const EFFECT_TABLE_COMMAND = 'pageref.effectTableOf';

/** Request `pageref/names`: the names an effect table can be asked for. */
export const NAMES_REQUEST = 'pageref/names';

export interface NamesParams {
  /** As in `EffectTableParams`. */
  readonly uri?: string;
}

export interface NamesResult {
  readonly release: Release;
  /** In alphabetical order. */
  readonly names: readonly { readonly name: string; readonly summary: string }[];
}

/** Request `pageref/status`: what the server makes of an open document, for a status bar. */
export const STATUS_REQUEST = 'pageref/status';

export interface StatusParams {
  readonly uri: string;
}

export interface StatusResult {
  /** Null for a document the server does not look at. */
  readonly status: DocumentStatus | null;
}

export interface DocumentStatus {
  /** URI of the tree's root; null for a document that is in none. */
  readonly rootUri: string | null;
  /** Release it is judged by. */
  readonly release: Release;
  /** How the release was found, one sentence. */
  readonly detected: string;
  /** Findings that need care: warnings, and tests of the reserved bit that are unclear. */
  readonly findings: number;
  /** Functions with mentions that could not be read. */
  readonly notAnalysed: number;
}

/** `data` of a diagnostic, handed back by the client with code actions. */
export interface DiagnosticData {
  /** The same as the diagnostic's `code`. */
  readonly rule: RuleId;
  /** The same as in SARIF; it stays when lines move. */
  readonly fingerprint: string;
}
