import { join } from 'node:path';
import { SUPPRESSIONS_FILE } from '@pageref/shared';
import type { CheckReport, Finding, Suppression } from '@pageref/shared';
import { exists } from '../../vfs/index.js';
import { findTargets } from '../../project/targets.js';
import { check } from '../check.js';
import type { BaselineOptions } from '../../project/options.js';
import { suppressionKey } from './apply.js';
import { loadSuppressions } from './load.js';
import { suppressionsText } from './write.js';

/** A file of judged findings that silences what a run finds; nothing is written yet. */
export interface Baseline {
  readonly text: string;
  /** Findings that were open. */
  readonly added: number;
  /** Judgements the file had before, and has still. */
  readonly kept: number;
  /** Judgements that were left out, because their findings are gone. */
  readonly pruned: number;
  /** The run, before the new lines count. */
  readonly report: CheckReport;
}

/**
 * Judges every open finding. What the file has keeps its line and its reason, and what the tree's own file has judged
 * is not judged again. Throws CannotRun where nothing can be done.
 */
export async function baseline({ reason, file, prune = false, ...options }: BaselineOptions): Promise<Baseline> {
  const { root } = await findTargets(options.paths);
  const own = join(root, SUPPRESSIONS_FILE);
  const target = file ?? own;
  const other = target !== own && exists(target) ? target : undefined;
  const files = await loadSuppressions(root, other);
  const before = files.filter(({ path }) => path === target).flatMap(({ suppressions }) => suppressions);
  const report = await check({ ...options, ...(other !== undefined && { baseline: other }) });
  const gone = new Set(prune ? report.summary.judged.unused.map(({ suppression }) => suppressionKey(suppression)) : []);
  const kept = before
    .map(({ suppression }) => suppression)
    .filter((suppression) => !gone.has(suppressionKey(suppression)));
  const added = report.findings.map((finding) => suppressionsOf(finding, reason));
  return {
    text: suppressionsText([...kept, ...added]),
    added: added.length,
    kept: kept.length,
    pruned: before.length - kept.length,
    report,
  };
}

function suppressionsOf({ rule, path, function: name, fingerprint }: Finding, reason: string): Suppression {
  return { rule, path, function: name, fingerprint, verdict: 'baseline', reason };
}
