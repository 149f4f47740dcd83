import { dirname } from 'node:path';
import type { CheckReport } from '@pageref/shared';
import type { ChangedFile, ChangedFiles } from '../project/changed-file.js';
import { readChanges } from '../project/changes.js';
import type { CheckChangesOptions } from '../project/options.js';
import { findTargets, treeAbove } from '../project/targets.js';
import { touchedBy } from '../project/touched.js';
import { lineStarts } from '../syntax/index.js';
import { statTree } from '../vfs/index.js';
import type { FileResult, UnmarkedEditorFinding } from './check-file.js';
import { checkReport, gather, rulesAsked } from './check.js';
import { amongReleases } from './each-release.js';
import { run } from './pipeline.js';
import { loadSuppressions } from './suppressions/load.js';

/**
 * Runs rules over changed C files and reports what stands in changed functions: a leak shows at another line than the one
 * that was changed, but in the same function. What is known of other files is read in the tree on disk.
 * Throws CannotRun where nothing can be done.
 */
export async function checkChanges(options: CheckChangesOptions): Promise<CheckReport> {
  const { root } = await findTargets([placeOf(options)]);
  const changes = await readChanges(root, options.changes, options.signal);
  try {
    return await checkWith(options, root, changes);
  } finally {
    changes.close();
  }
}

async function checkWith(
  { changes: source, rules: asked, baseline, ...common }: CheckChangesOptions,
  root: string,
  changes: ChangedFiles,
): Promise<CheckReport> {
  const { kernel } = common;
  const judged = await loadSuppressions(root, baseline);
  const rules = rulesAsked(asked);
  // A text that is in no tree is all there is; a folder that somebody works in is a tree for them.
  const alone = source.kind === 'text' && treeAbove(root) === undefined;
  const changed = new Map(changes.files.map((file) => [file.path, file]));
  const result = await run({
    ...common,
    targets: {
      root,
      files: [...changed.keys()],
      named: [],
      unreadable: changes.unreadable,
      alone,
      ...(kernel !== undefined && { kernel }),
    },
    kind: `changes ${rules.join()}${amongReleases(common).about}`,
    rules,
    texts: new Map([...changed].map(([path, { bytes, text }]) => [path, { bytes: () => bytes, text }])),
    treeFiles: changes.tree,
  });
  const files: FileResult[] = [];
  for (const file of result.files) files.push(await changedOnly(changed.get(file.path), file));
  // Most findings are out of sight here, so none of them is called gone.
  const judging = { files: judged, looked: () => false };
  return checkReport(result, rules, gather({ ...result, files }), judging);
}

/** A text that stands for a file belongs to the tree that file is in, or would be in. */
function placeOf({ path, changes }: CheckChangesOptions): string {
  if (changes.kind !== 'text') return path;
  let folder = dirname(changes.path);
  while (statTree(folder).kind !== 'folder' && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

/** What stands in changed items; a file about which there is nothing to say is not compared with what it was. */
async function changedOnly(file: ChangedFile | undefined, result: FileResult): Promise<FileResult> {
  if (!file || result.findings.length + result.undecided.length + result.notAnalysed.length === 0) return result;
  const after = file.text();
  const starts = lineStarts(after);
  const isTouched = touchedBy(await file.before(), after);
  const inChange = ({ line, column }: Pick<UnmarkedEditorFinding, 'line' | 'column'>): boolean =>
    isTouched((starts[line - 1] ?? 0) + column - 1);
  return {
    ...result,
    findings: result.findings.filter(inChange),
    undecided: result.undecided.filter(inChange),
    notAnalysed: result.notAnalysed.filter(inChange),
  };
}
