import { RULE_RESERVED } from '@pageref/shared';
import type { Release, Site, UnreadableFile } from '@pageref/shared';
import { treeHeaders } from '../../kernel/headers.js';
import { comparePaths, encodeText, filesBelow, readEncoded, replaceSource } from '../../vfs/index.js';
import type { Replacement } from '../../vfs/index.js';
import { archVerdict } from '../../kernel/arch.js';
import { audit } from '../audit.js';
import { findTargets } from '../../project/targets.js';
import { openTree } from '../../project/tree.js';
import { UnreadFiles } from '../../project/unread.js';
import type { Targets } from '../../project/targets.js';
import { fixText, preferred } from './text.js';
import type { AppliedFix, Choose } from './text.js';
import type { FixableSite } from './fixes.js';
import { CannotRun } from '../../project/options.js';
import type { FixOptions } from '../../project/options.js';
import { fileDiff } from '../../project/patch.js';
import { fixSeries } from './series.js';
import type { SeriesPatch } from './series.js';

export interface FileFixes extends Replacement {
  readonly applied: readonly AppliedFix[];
  readonly left: readonly FixableSite[];
}

/** What a run of `fix` would do to a tree; nothing of it is done yet. Files are in the order of their paths. */
export interface FixPlan {
  readonly root: string;
  readonly release: Release | null;
  readonly files: readonly FileFixes[];
  /** What was not read, sorted by path: what stands there is not in the plan. */
  readonly unreadable: readonly UnreadableFile[];
}

/** Works out the fixes of a tree, or of files of one. Throws CannotRun where nothing can be done. */
export async function planFixes(options: FixOptions): Promise<FixPlan> {
  const targets = await findTargets(options.paths);
  const unread = new UnreadFiles(targets.root, targets.named);
  unread.add(targets.unreadable);
  const paths = await pathsToFix(options, targets, unread);
  const tree = await openTree(targets.root, options.release, undefined, undefined, options.models);
  const headers = treeHeaders(filesBelow(tree.root));
  const choose = chooser(options);
  const files: FileFixes[] = [];
  for (const path of paths) {
    options.signal?.throwIfAborted();
    const source = readEncoded(tree.root, path);
    if ('why' in source) {
      unread.add([{ path, why: source.why }]);
      continue;
    }
    const { text, encoding } = source;
    const fixed = fixText({ tree, headers, path, text, arch: archVerdict(tree, path, undefined) }, choose);
    const left = fixed.left.filter(({ site }) => isWanted(options, site));
    if (fixed.applied.length + left.length === 0) continue;
    files.push({ path, before: text, after: fixed.text, encoding, applied: fixed.applied, left });
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { root: tree.root, release: tree.release ?? null, files, unreadable: unread.list() };
}

/** Files that hold a finding, or those that were named. */
async function pathsToFix(
  options: FixOptions,
  { root, files }: Targets,
  unread: UnreadFiles,
): Promise<readonly string[]> {
  // Of the rules that can be asked for, only this one has fixes.
  if (options.rules?.includes(RULE_RESERVED) === false) return [];
  if (files) return [...files].sort(comparePaths);
  const {
    paths: _paths,
    rules: _rules,
    verdicts: _verdicts,
    impacts: _impacts,
    needsLook: _needsLook,
    ...common
  } = options;
  const { sites, summary } = await audit({ ...common, root, verdicts: ['needs-zone-device', 'unclear'] });
  unread.add(summary.files.unreadable);
  return [...new Set(sites.map(({ path }) => path))];
}

function chooser(options: FixOptions): Choose {
  return (finding) => {
    if (!isWanted(options, finding.site)) return undefined;
    return preferred(finding) ?? (options.needsLook ? finding.fixes[0] : undefined);
  };
}

function isWanted({ verdicts, impacts }: FixOptions, { verdict, impact }: Site): boolean {
  if (verdicts !== undefined && !verdicts.includes(verdict)) return false;
  return impacts === undefined || (impact !== null && impacts.includes(impact));
}

/** The changes of a plan as one patch, in the bytes of the files. */
export function planDiff({ files }: FixPlan): Uint8Array {
  const parts = files.map(({ path, before, after, encoding }) => encodeText(fileDiff(path, before, after), encoding));
  return Buffer.concat(parts);
}

/** Writes the changed files; a CannotRun says which could not be written and which were. */
export function applyPlan({ root, files }: FixPlan): readonly string[] {
  const written: string[] = [];
  for (const file of files.filter(({ before, after }) => before !== after)) {
    const why = replaceSource(root, file);
    if (why !== undefined) {
      const done = written.length > 0 ? `written were ${written.join(', ')}` : 'nothing was written';
      throw new CannotRun(`${file.path} cannot be written: ${why}; ${done}`);
    }
    written.push(file.path);
  }
  return written;
}

export function planSeries(plan: FixPlan): readonly SeriesPatch[] {
  return fixSeries(plan);
}
