import type { AuditSummary, Place, WrapperCallSite, WrapperRole } from './finding.js';
import type { PageKind } from './page-kind.js';

/** What a function was found to do with pages, from its own code: the report of `pageref contracts`, plain data. */

/** Kinds for which an answer is certain, and those for which it can be either. */
export interface ContractAnswer {
  /** reserved, zone-device, memory-type, range, valid or kind, as in the model. */
  readonly question: string;
  /** "arg0", "*arg1", "arg2[]", "the result". */
  readonly of: string;
  readonly yes: readonly PageKind[];
  readonly no: readonly PageKind[];
  readonly maybe: readonly PageKind[];
}

export interface ContractEffect {
  readonly does: string;
  readonly on: string;
  /** reference, pin or pgmap-reference; null where it is not about a count. */
  readonly unit: string | null;
  readonly kinds: readonly PageKind[];
  /** The outcome on which it happens, in words. */
  readonly when: string;
  /** The call that does it in the end; null for the function's own. */
  readonly via: string | null;
  /** Where it comes to depend on the kind of page; null where it does not. */
  readonly where: (Place & { readonly function: string }) | null;
}

/** A page that is handed to the caller. */
export interface ContractGift {
  readonly result: string;
  readonly kinds: readonly PageKind[];
  readonly nullable: boolean;
  /** The operand whose page it is; null for another page. */
  readonly same: string | null;
}

/** Where a function is called, or handed over to something that may call it. */
export interface ContractCaller extends Place {
  readonly function: string;
  readonly how: 'call' | 'value';
}

/** What one file's definition of a name does. */
export interface FunctionContract {
  readonly path: string;
  readonly line: number;
  readonly function: string;
  /** True when only its own file can call it. */
  readonly static: boolean;
  readonly tells: ContractAnswer | null;
  readonly effects: readonly ContractEffect[];
  readonly gives: readonly ContractGift[];
  readonly needs: readonly { readonly of: string; readonly text: string }[];
  /** Sentences: what may be missing, and why. */
  readonly limits: readonly string[];
}

export interface WrapperContract {
  readonly path: string;
  readonly line: number;
  readonly function: string;
  readonly static: boolean;
  /** 1 for a function that holds the test, one more for each call in between. */
  readonly level: number;
  /** "arg0"; null when the page is not handed in as such. */
  readonly of: string | null;
  /** True when its value depends on the bit. */
  readonly answers: boolean;
  /** What it does itself on one answer only. */
  readonly does: WrapperRole;
  readonly sites: readonly Omit<WrapperCallSite, 'wrapper'>[];
}

export interface ContractsReport {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'pageref'; readonly version: string };
  readonly release: string | null;
  readonly root: string;
  /** The kinds of page there are in the release. */
  readonly kinds: readonly PageKind[];
  /** The name that was asked for; null for all. */
  readonly asked: string | null;
  readonly wrappers: readonly WrapperContract[];
  readonly contracts: readonly FunctionContract[];
  /** Where the name that was asked for is mentioned in code; empty without one. */
  readonly callers: readonly ContractCaller[];
  readonly summary: ContractsSummary;
}

/** Figures of the whole tree, also where one function was asked for. */
export interface ContractsSummary {
  readonly contracts: number;
  readonly files: number;
  readonly wrappers: number;
  readonly wrapperSites: number;
  readonly rounds: readonly { readonly names: number; readonly files: number; readonly learnt: number }[];
  /** Names learnt in the last round, which nobody looked for any more. */
  readonly unfollowed: readonly string[];
  readonly functions: AuditSummary['functions'];
  readonly read: { readonly files: number; readonly unreadable: AuditSummary['files']['unreadable'] };
  readonly release: AuditSummary['release'];
}
