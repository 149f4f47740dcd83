import { byPlace, nearest, TOOL_VERSION } from '@pageref/shared';
import type { ApiUse, ResolvedModel, UsesReport } from '@pageref/shared';
import { CannotRun } from '../../project/options.js';
import type { UsesOptions } from '../../project/options.js';
import { findTargets } from '../../project/targets.js';
import type { Tree } from '../../project/tree.js';
import { comparePaths } from '../../vfs/index.js';
import { filesOf, treeSummary } from '../coverage.js';
import { run } from '../pipeline.js';
import type { Inventory, RunResult } from '../run-request.js';
import type { FileUses } from './file.js';

type Model = typeof import('@pageref/shared/model');

/**
 * Lists every use of the page-reference APIs in a tree. The workers read the tree while this thread parses what they find.
 * Throws CannotRun where nothing can be done, and what `signal` is aborted with.
 */
export async function uses({ apis, ...options }: UsesOptions): Promise<UsesReport> {
  const targets = await findTargets(options.paths, options.kernel);
  const [model, { apiTable }, { fileUses }] = await Promise.all([
    import('@pageref/shared/model'),
    import('./facts.js'),
    import('./file.js'),
  ]);
  const found: FileUses[] = [];
  const inventory = (tree: Tree): Inventory => {
    const table = apiTable(tree.model, namesOf(model, tree.model, apis));
    const take: Inventory['take'] = (open, names, macros) => void found.push(fileUses(open, names, table, macros));
    return { names: [...table.words], standIns: [...table.facts.keys()].sort(), take };
  };
  // This thread parses all the time, so it is one of the jobs.
  const jobs = Math.max(1, options.jobs - 1);
  const result = await run({ ...options, jobs, targets, kind: 'uses', rules: [], names: [], inventory });
  return report(result, apis, found);
}

/** The names asked for, or every page-reference API of the release; those that only tell what a page is are left out. */
function namesOf(model: Model, resolved: ResolvedModel, asked: readonly string[]): readonly string[] {
  for (const name of asked) checkName(model, resolved, name);
  if (asked.length > 0) return asked;
  const names = new Set([...model.API_ENTRIES, ...resolved.user].map((entry) => entry.name));
  return [...names].filter((name) => resolved.entries.has(name));
}

function checkName(model: Model, resolved: ResolvedModel, name: string): void {
  if (resolved.entries.has(name)) return;
  const ranges = model
    .rangesOf(name, resolved.user)
    .map(({ range: { since, until } }) => (until ? `${since} to before ${until}` : `${since} on`));
  if (ranges.length > 0)
    throw new CannotRun(`there is no ${name} in ${resolved.release}: it is there from ${ranges.join(', ')}`);
  const near = nearest(name, resolved.entries.keys());
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'without --api every name is listed';
  throw new CannotRun(`the model knows no "${name}": ${hint}`);
}

function report({ tree, coverage }: RunResult, asked: readonly string[], files: readonly FileUses[]): UsesReport {
  const all = files.flatMap((file) => file.uses).sort(byPlace);
  const notAnalysed = files.flatMap((file) => file.notAnalysed).sort(byPlace);
  const mentioning = files.reduce((sum, { functions }) => sum + functions, 0);
  return {
    schemaVersion: 1,
    tool: { name: 'pageref', version: TOOL_VERSION },
    release: tree.release ?? null,
    root: tree.root,
    uses: all,
    summary: {
      uses: all.length,
      byApi: countByApi(all, asked),
      functions: { mentioning, analysed: mentioning - notAnalysed.length, notAnalysed },
      files: filesOf(coverage),
      ...treeSummary(tree),
    },
  };
}

/** Uses per name, most used first; a name that was asked for is there also when nothing uses it. */
function countByApi(all: readonly ApiUse[], asked: readonly string[]): UsesReport['summary']['byApi'] {
  const counts = new Map<string, number>(asked.map((api) => [api, 0]));
  for (const { api } of all) counts.set(api, (counts.get(api) ?? 0) + 1);
  return [...counts]
    .map(([api, count]) => ({ api, uses: count }))
    .sort((a, b) => b.uses - a.uses || comparePaths(a.api, b.api));
}
