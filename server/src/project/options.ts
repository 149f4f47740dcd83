import type { CacheFile } from '../vfs/cache.js';
import type { SharedFiles } from './shared-files.js';
import type { RunControl } from '../search/run-control.js';
import type { AuditedFile, Defines, Impact, Release, RuleId, Site, Verdict } from '@pageref/shared';

export type { Progress } from '../search/run-control.js';

/** What every run over a tree takes. */
export interface TreeOptions extends RunControl {
  /** Absolute paths: a tree, or files and folders of one. */
  readonly paths: readonly string[];
  /** Release to judge by; detected from the tree when it is not given. */
  readonly release?: Release;
  /** Absolute path of the kernel that the code is built for, where it is in none itself. */
  readonly kernel?: string;
  /** Macros of the build: whether it defines them. They win over those of the user's files. */
  readonly defines?: Defines;
  /** The run is one of several over the same files, each by a release of its own. */
  readonly among?: AmongReleases;
  /** Absolute paths of files with entries for the model; with any the tree's own file is not read. */
  readonly models?: readonly string[];
  /** Worker threads for the scan; 1 or more. */
  readonly jobs: number;
  /** Absolute path of a folder that keeps what a run found out for the next one; nothing is kept without it. */
  readonly cache?: string;
  /** How much text stays open for who asks for it again, in UTF-16 units: a run says the same for any, and takes longer for less. */
  readonly openText?: number;
}

/** What runs over the same files by different releases have in common. */
export interface AmongReleases {
  readonly releases: readonly Release[];
  /** Reads and cuts each file once for all of them. */
  readonly files: SharedFiles;
  /** Keeps what one of them has searched for. */
  readonly searches: CacheFile | undefined;
}

export interface AuditOptions extends TreeOptions {
  /** Judge as if only this arch (a folder under arch/) were built. */
  readonly arch?: string;
  readonly whatIf?: 'no-reserved-zone-device';
  readonly verdicts?: readonly Verdict[];
  /** Texts that stand for the files of these paths (relative to the root): unsaved buffers of an editor. */
  readonly buffers?: ReadonlyMap<string, string>;
  /** Told of the sites of each file as it is done, in no particular order; `verdicts` applies. */
  readonly onSites?: (sites: readonly Site[]) => void;
  /** Told at the end of the files that name the bit, by path. */
  readonly onFiles?: (files: readonly AuditedFile[]) => void;
}

export interface FixOptions extends TreeOptions {
  /** Only findings of these rules. */
  readonly rules?: readonly RuleId[];
  /** Only findings with one of these verdicts, and with one of these impacts. */
  readonly verdicts?: readonly Verdict[];
  readonly impacts?: readonly Impact[];
  /** Where there is no single safe fix the first that is offered is taken, whose precondition somebody has to check. */
  readonly needsLook?: boolean;
}

export interface UsesOptions extends TreeOptions {
  /** API names to list; all names of the release's model when empty. */
  readonly apis: readonly string[];
}

export interface OwnersOptions extends TreeOptions {
  /** Only functions of this name. */
  readonly function?: string;
  /** Only what is taken on this line, from one. */
  readonly line?: number;
}

export interface CheckOptions extends TreeOptions {
  /** Rules to run; all of them when left out. */
  readonly rules?: readonly RuleId[];
  /** Absolute path of a file of judged findings, which counts beside the tree's own. */
  readonly baseline?: string;
}

export interface BaselineOptions extends Omit<CheckOptions, 'baseline'> {
  /** Why the findings are let be, in a person's words. */
  readonly reason: string;
  /** Absolute path of the file that is to be written, whose lines are kept; the tree's own when left out. */
  readonly file?: string;
  /** Leave out judgements of findings that are gone. */
  readonly prune?: boolean;
}

export interface ContractsOptions extends TreeOptions {
  /** Only this function or macro, read on demand where the rounds over the tree do not follow it. */
  readonly function?: string;
}

/** Where changes come from. Nothing is checked out and nothing is written. */
export type ChangeSource =
  /** A patch against the files on disk, or against a revision. */
  | { readonly kind: 'patch'; readonly bytes: Uint8Array; readonly name: string; readonly at: string | undefined }
  /** From a revision to the files on disk (`REV`), or from one to another (`A..B`). */
  | { readonly kind: 'range'; readonly range: string }
  /** A text that stands for the file at an absolute path; all of it counts as changed. */
  | { readonly kind: 'text'; readonly bytes: Uint8Array; readonly path: string };

export interface CheckChangesOptions extends Omit<CheckOptions, 'paths'> {
  /** Absolute path of the tree the changes belong to, or of a folder in it. */
  readonly path: string;
  readonly changes: ChangeSource;
}

/**
 * The run could not be done at all: no such folder, unknown arch, unknown release. `message` says what to do next.
 */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}
