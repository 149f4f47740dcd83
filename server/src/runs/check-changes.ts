import { dirname } from 'node:path';
import type { CheckReport } from '@pageref/shared';
import { lineStarts } from '../syntax/index.js';
import { statTree } from '../vfs/index.js';
import { archVerdict } from '../kernel/arch.js';
import { activate, checkFile } from './check-file.js';
import type { ActiveRule, FileResult, UnmarkedFinding } from './check-file.js';
import { checkReport, emptyGathering, gather, rulesAsked, worldOf } from './check.js';
import { inferTexts } from '../knowledge/infer-tree.js';
import { buildMatcher } from '../search/matcher.js';
import { findTargets } from '../project/targets.js';
import { readChanges } from '../project/changes.js';
import type { ChangedFile, Changes } from '../project/changed-file.js';
import { loadJudged } from './suppressions/load.js';
import type { CheckChangesOptions } from '../project/options.js';
import type { RuleWorld } from '../rules/rule.js';
import { openSource } from '../contracts/open-text.js';
import { touchedBy } from '../project/touched.js';
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
  const changes = await readChanges(root, options.changes, options.signal);
  try {
    unread.add(changes.unreadable);
    return await checkWith(options, root, changes, unread);
  } finally {
    changes.close();
  }
}

async function checkWith(
  options: CheckChangesOptions,
  root: string,
  { files, tree: treeFiles }: Changes,
  unread: UnreadFiles,
): Promise<CheckReport> {
  const judged = await loadJudged(root, options.baseline);
  const tree = await openTree(root, options.release, undefined, treeFiles, options.models);
  const rules = rulesAsked(options.rules);
  // What rests on several files is inferred from the changed ones: a patch says nothing of the others.
  const contracts = await inferTexts(tree, files, options.signal);
  const world = worldOf(tree, contracts);
  const active = activate(rules, world);
  const gathered = emptyGathering(unread);
  const names = [...new Set(active.flatMap((one) => [...one.names]))];
  const matcher = buildMatcher(names);
  let matched = 0;
  for (const [at, file] of files.entries()) {
    const held = new Set([...matcher.match(file.bytes, file.bytes.length)].map((index) => names[index]));
    const isPlaced = ({ rule }: ActiveRule): boolean => (rule.placesIn?.(world.tree, file.path) ?? []).length > 0;
    const interested = active.filter((one) => isPlaced(one) || [...one.names].some((name) => held.has(name)));
    if (interested.length > 0) {
      matched++;
      gather(await changedOnly(file, checkOne(tree, world, file, interested)), gathered);
    }
    if (interested.length > 0 || at % FILES_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    options.signal?.throwIfAborted();
  }
  // Most findings are out of sight here, so none of them is called gone.
  const judging = { files: judged, looked: () => false };
  return checkReport(tree, rules, { filesRead: files.length, matched }, gathered, judging);
}

/** Files that are looked through before the event loop gets its turn. */
const FILES_AT_ONCE = 64;

/** A text that stands for a file belongs to the tree that file is in, or would be in. */
function placeOf({ path, changes }: CheckChangesOptions): string {
  if (changes.kind !== 'text') return path;
  let folder = dirname(changes.path);
  while (statTree(folder).kind !== 'folder' && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

function checkOne(tree: Tree, world: RuleWorld, { path, text }: ChangedFile, rules: readonly ActiveRule[]): FileResult {
  const file = openSource(path, text(), tree.tools);
  return checkFile({ file, rules, world, arch: archVerdict(tree, path, undefined) });
}

/** What stands in changed items; a file about which there is nothing to say is not compared with what it was. */
async function changedOnly(file: ChangedFile, result: FileResult): Promise<FileResult> {
  if (result.findings.length + result.undecided.length + result.notAnalysed.length === 0) return result;
  const after = file.text();
  const starts = lineStarts(after);
  const isTouched = touchedBy(await file.before(), after);
  const inChange = ({ line, column }: Pick<UnmarkedFinding, 'line' | 'column'>): boolean =>
    isTouched((starts[line - 1] ?? 0) + column - 1);
  return {
    ...result,
    findings: result.findings.filter(inChange),
    undecided: result.undecided.filter(inChange),
    notAnalysed: result.notAnalysed.filter(inChange),
  };
}
