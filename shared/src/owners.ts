import type { AuditSummary, Place } from './finding.js';
import type { OwnedUnit } from './ownership.js';

/**
 * Who owns what a call took where the function is left.
 *  this-function  nobody else does: the give-back is missing, or is somebody's who calls
 *  given-back     it was given back
 *  kept           it is in a place that others know
 *  returned       the caller gets it
 *  handed-over    a call took it over
 *  unknown-call   a call was handed it of which nothing is known: it may have taken it over
 *  lost           its last name was written over, or what held it was freed
 *  not-followed   a test says that the page is none that is counted, or where it went is not followed
 */
export const OWNERS = [
  'this-function',
  'given-back',
  'kept',
  'returned',
  'handed-over',
  'unknown-call',
  'lost',
  'not-followed',
] as const;
export type Owner = (typeof OWNERS)[number];

export interface OwnedBy {
  readonly owner: Owner;
  /** The call or the place that `owner` speaks of, as it is written; empty where there is none. */
  readonly by: string;
  /** Line of that, from one; null where there is none. */
  readonly line: number | null;
}

/** A way out of a function, with what became of one acquisition on the paths that lead there. */
export interface OwnedWay {
  readonly line: number;
  readonly column: number;
  /** Source text of what is returned, on one line; empty for nothing. */
  readonly returns: string;
  readonly owners: readonly OwnedBy[];
}

/** One call by which a function comes to owe a give-back. */
export interface OwnedAcquisition {
  readonly line: number;
  readonly column: number;
  readonly api: string;
  readonly unit: OwnedUnit;
  /** In order of place. */
  readonly ways: readonly OwnedWay[];
  /** A rule reports a way on which it is not given back. */
  readonly reported: boolean;
  /** Why nothing is reported, a sentence each; empty where something is. */
  readonly silence: readonly string[];
}

export interface FunctionOwners extends Place {
  readonly function: string;
  readonly acquisitions: readonly OwnedAcquisition[];
}

export interface OwnersReport {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'pageref'; readonly version: string };
  readonly release: string | null;
  readonly root: string;
  readonly functions: readonly FunctionOwners[];
  readonly summary: {
    readonly acquisitions: number;
    readonly reported: number;
    /** Functions that take something, and those that could not be read. */
    readonly functions: AuditSummary['functions'];
    readonly files: AuditSummary['files'];
    readonly release: AuditSummary['release'];
    readonly userModel: AuditSummary['userModel'];
  };
}
