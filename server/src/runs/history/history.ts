import { join } from 'node:path';
import { TOOL_VERSION } from '@pageref/shared';
import type { HistoryBisection, HistoryColumn, HistoryReport, RevisionResult } from '@pageref/shared';
import { CannotRun } from '../../project/options.js';
import type { TreeOptions } from '../../project/options.js';
import { openRepository } from '../../project/stored.js';
import { findTargets } from '../../project/targets.js';
import { exists, readGiven } from '../../vfs/index.js';
import type { Repository, StoreRoom } from '../../vfs/index.js';
import { rulesAsked } from '../check.js';
import type { CheckOptions } from '../../project/options.js';
import { bisect } from './bisect.js';
import { lookAt } from './look.js';
import type { LookOptions } from './look.js';
import { countsOf, matrixOf } from './matrix.js';
import type { Looked } from './matrix.js';
import { NO_RENAMES, renamedIn } from './renames.js';
import { revisionsOf } from './revisions.js';
import type { Revision, RevisionChoice } from './revisions.js';
import { askedOf, RunShelves } from './shelves.js';
import { RevisionWalk } from './walk.js';

export interface HistoryOptions extends Omit<TreeOptions, 'among' | 'kernel'>, Pick<CheckOptions, 'rules'> {
  /** Revisions of those paths that are repositories; every path is a tree on disk when left out. */
  readonly choice?: RevisionChoice;
  /** Fingerprints of tests or findings whose commits are wanted. */
  readonly bisect?: readonly string[];
  /** Absolute path of the folder that keeps what was found for other runs, and on other machines; nothing is kept without it. */
  readonly store?: string;
  /** What may stay in it; `DEFAULT_ROOM` when left out. */
  readonly room?: StoreRoom;
  /** Told why the store could not keep something. */
  readonly onTrouble?: (why: string) => void;
}

/** A year of use, and what a few releases with their commits take. */
export const DEFAULT_ROOM: StoreRoom = { age: 365 * 86_400_000, bytes: 4 * 1024 * 1024 * 1024 };

/** A column with what was found in it. */
export interface HistoryPart extends Looked {
  readonly column: HistoryColumn;
}

/** What was found over the revisions of repositories, and in trees on disk, in the order of the paths. Throws CannotRun. */
export async function history(options: HistoryOptions): Promise<HistoryReport> {
  const parts: HistoryPart[] = [];
  const bisections: HistoryBisection[] = [];
  let onDisk: number | undefined;
  checkPaths(options);
  for (const path of options.paths) {
    if (options.choice && isRepository(path)) await lookThrough(path, options, options.choice, parts, bisections);
    else {
      parts.push({ ...(await treeOnDisk(path, lookOptions(options))), before: onDisk });
      onDisk = parts.length - 1;
    }
  }
  return reportOf(parts, options.bisect && bisections);
}

export function lookOptions(options: HistoryOptions): LookOptions {
  const { rules, release, models, defines, jobs, cache, signal, onProgress } = options;
  const control = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  return { rules: rulesAsked(rules), asked: rules, release, models, defines, jobs, cache, ...control };
}

/** What the result of a revision rests on beside its tree, as one text. */
export function askedFor(options: HistoryOptions): string {
  const texts = (options.models ?? []).map((path) => readGiven(path));
  return askedOf(
    lookOptions(options),
    texts.map((source) => ('text' in source ? source.text : '')),
  );
}

export function shelvesFor(options: HistoryOptions): RunShelves | undefined {
  return options.store === undefined ? undefined : new RunShelves(options.store, askedFor(options));
}

/** Keeps what a walk has found out, and tells what could not be kept. */
export async function keepFor(
  options: HistoryOptions,
  shelves: RunShelves | undefined,
  walk: RevisionWalk,
): Promise<void> {
  await shelves?.keep(walk, options.room ?? DEFAULT_ROOM);
  if (shelves?.trouble !== undefined) options.onTrouble?.(shelves.trouble);
}

function checkPaths({ paths, choice, bisect: asked }: HistoryOptions): void {
  if (choice && !paths.some(isRepository)) {
    throw new CannotRun(`--revs: ${paths.join(', ')} is no git repository: name the top folder of one`);
  }
  if (asked && !choice) throw new CannotRun('--bisect looks through a repository: say with --revs from where to where');
}

/** A work tree with its repository, or a bare one: what lies in a folder of another repository is a tree on disk. */
export function isRepository(path: string): boolean {
  return exists(join(path, '.git')) || (exists(join(path, 'HEAD')) && exists(join(path, 'objects')));
}

async function lookThrough(
  path: string,
  options: HistoryOptions,
  choice: RevisionChoice,
  parts: HistoryPart[],
  bisections: HistoryBisection[],
): Promise<void> {
  const repository = await openRepository(path, path, options.signal);
  const shelves = shelvesFor(options);
  const walk = new RevisionWalk(repository, path, lookOptions(options), shelves);
  try {
    shelves?.know(walk.source);
    const revisions = await revisionsOf(repository, choice);
    const looked: LookedAt[] = [];
    for (const revision of revisions) {
      const result = await walk.look(revision);
      looked.push({ revision, result, column: columnOf(path, revision, result) });
    }
    const results = looked.map(({ result }) => result);
    for (const fingerprint of options.bisect ?? []) {
      bisections.push(...(await bisect({ repository, walk, revisions, fingerprint, results })));
    }
    parts.push(...(await partsOf(repository, looked, parts.length)));
    await keepFor(options, shelves, walk);
  } finally {
    walk.close();
    repository.close();
  }
}

/** A revision of a repository with what was found in it. */
export interface LookedAt {
  readonly revision: Revision;
  readonly result: RevisionResult;
  readonly column: HistoryColumn;
}

/**
 * The columns of one repository, each with the one before it.
 * @param first column of the first of them
 */
export async function partsOf(
  repository: Repository,
  looked: readonly LookedAt[],
  first: number,
): Promise<readonly HistoryPart[]> {
  const parts: HistoryPart[] = [];
  for (const [at, { revision, result, column }] of looked.entries()) {
    const before = looked[at - 1];
    const renamed = before && (await renamedIn(repository, before.revision, revision, before.result, result));
    parts.push({ column, result, before: before && first + at - 1, renamed: renamed ?? NO_RENAMES });
  }
  return parts;
}

export function columnOf(path: string, { name, id, date, subject }: Revision, result: RevisionResult): HistoryColumn {
  return { tree: path, revision: name, commit: id, date, subject, ...figuresOf(result) };
}

function figuresOf(result: RevisionResult): Pick<HistoryColumn, 'release' | 'counts' | 'files' | 'notAnalysed'> {
  const { release, files, notAnalysed } = result;
  return { release, counts: countsOf(result), files, notAnalysed };
}

async function treeOnDisk(path: string, options: LookOptions): Promise<Omit<HistoryPart, 'before'>> {
  const targets = await findTargets([path]);
  if (targets.alone || targets.files) throw new CannotRun(`${path} is not the top folder of a kernel tree`);
  const result = await lookAt(targets, options);
  if (result.release === null) throw new CannotRun(`${path} is no kernel: it has no top Makefile that says so`);
  const column = { tree: path, revision: null, commit: null, date: null, subject: null, ...figuresOf(result) };
  return { column, result, renamed: NO_RENAMES };
}

export function reportOf(
  parts: readonly HistoryPart[],
  bisections: readonly HistoryBisection[] | undefined,
): HistoryReport {
  return {
    schemaVersion: 1,
    tool: { name: 'pageref', version: TOOL_VERSION },
    columns: parts.map(({ column }) => column),
    ...matrixOf(parts),
    ...(bisections && { bisections }),
  };
}
