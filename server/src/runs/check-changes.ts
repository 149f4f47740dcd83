import { dirname } from 'node:path';
import type { CheckReport } from '@pageref/shared';
import { lineStarts } from '../syntax/index.js';
import { statTree } from '../vfs/index.js';
import { archVerdict } from '../kernel/arch.js';
import { activate, checkFile } from './check-file.js';
import type { ActiveRule, FileResult, UnmarkedFinding } from './check-file.js';
import { checkReport, emptyGathering, gather, rulesAsked, worldOf } from './check.js';
import { inferTexts } from '../knowledge/infer-tree.js';
import { findTargets } from '../project/targets.js';
import { readChanges, touchedBy } from '../project/changes.js';
import type { ChangedFile } from '../project/changes.js';
import { loadJudged } from './suppressions/load.js';
import type { CheckChangesOptions } from '../project/options.js';
import type { RuleWorld } from '../rules/rule.js';
import { openSource } from '../contracts/open-text.js';
import { openTree } from '../project/tree.js';
import type { Tree } from '../project/tree.js';
import { UnreadFiles } from '../project/unread.js';

/**
 * Runs rules over changed C files and reports what stands in changed functions: a leak shows at another line than the one
 * that was changed, but in the same function. Throws CannotRun where nothing can be done.
 */
export async function checkChanges(options: CheckChangesOptions): Promise<CheckReport> {
  const { root } = await findTargets([placeOf(options)]);
  const unread = new UnreadFiles(root);
  const judged = await loadJudged(root, options.baseline);
  const { files, unreadable, tree: treeFiles } = readChanges(root, options.changes);
  unread.add(unreadable);
  const tree = await openTree(root, options.release, undefined, treeFiles, options.models);
  const rules = rulesAsked(options.rules);
  // What rests on several files is inferred from the changed ones: a patch says nothing of the others.
  const contracts = inferTexts(tree, new Map(files.map(({ path, after }) => [path, after])));
  const world = worldOf(tree, contracts);
  const active = activate(rules, world);
  const gathered = emptyGathering(unread);
  let matched = 0;
  for (const file of files) {
    options.signal?.throwIfAborted();
    const isPlaced = ({ rule }: ActiveRule): boolean => (rule.placesIn?.(world.tree, file.path) ?? []).length > 0;
    const interested = active.filter(
      (one) => isPlaced(one) || [...one.names].some((name) => file.after.includes(name)),
    );
    if (interested.length === 0) continue;
    matched++;
    gather(changedOnly(file, checkOne(tree, world, file, interested)), gathered);
    await new Promise((resolve) => setImmediate(resolve));
  }
  // Most findings are out of sight here, so none of them is called gone.
  const judging = { files: judged, looked: () => false };
  return checkReport(tree, rules, { filesRead: files.length, matched }, gathered, judging);
}

/** A text that stands for a file belongs to the tree that file is in, or would be in. */
function placeOf({ path, changes }: CheckChangesOptions): string {
  if (changes.kind !== 'text') return path;
  let folder = dirname(changes.path);
  while (statTree(folder).kind !== 'folder' && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

function checkOne(
  tree: Tree,
  world: RuleWorld,
  { path, after }: ChangedFile,
  rules: readonly ActiveRule[],
): FileResult {
  const file = openSource(path, after, tree.tools);
  return checkFile({ file, rules, world, arch: archVerdict(tree, path, undefined) });
}

function changedOnly(file: ChangedFile, result: FileResult): FileResult {
  const starts = lineStarts(file.after);
  const isTouched = touchedBy(file);
  const inChange = ({ line, column }: Pick<UnmarkedFinding, 'line' | 'column'>): boolean =>
    isTouched((starts[line - 1] ?? 0) + column - 1);
  return {
    ...result,
    findings: result.findings.filter(inChange),
    undecided: result.undecided.filter(inChange),
    notAnalysed: result.notAnalysed.filter(inChange),
  };
}
