import { byPlace, TOOL_VERSION } from '@pageref/shared';
import type { FunctionOwners, NotAnalysed, OwnersReport } from '@pageref/shared';
import type { OpenText } from '../../contracts/open-text.js';
import { viewSource } from '../../contracts/view-source.js';
import type { OwnersOptions } from '../../project/options.js';
import { CannotRun } from '../../project/options.js';
import { findTargets } from '../../project/targets.js';
import type { Tree } from '../../project/tree.js';
import { ownersIn, takerNames } from '../../rules/references/owners.js';
import { filesOf, treeSummary } from '../coverage.js';
import { run } from '../pipeline.js';
import type { Inventory } from '../run-request.js';
import { worldOf } from '../rule-world.js';

/**
 * Lists who owns what functions take where they are left, from each function's own code and that of its file.
 * Throws CannotRun where nothing can be done, and what `signal` is aborted with.
 */
export async function owners({ function: only, line, ...options }: OwnersOptions): Promise<OwnersReport> {
  const targets = await findTargets(options.paths, options.kernel);
  const found: FunctionOwners[] = [];
  const notAnalysed: NotAnalysed[] = [];
  const inventory = (tree: Tree): Inventory => {
    const world = worldOf(tree);
    const take = (open: OpenText): void => {
      const file = viewSource(open);
      const asked = file.items.filter(({ kind, name }) => kind === 'function' && (only ?? name) === name);
      for (const item of asked) {
        const [fn] = file.table.find(item.name);
        const one = fn && ownersIn(world, file, fn);
        if (one) found.push(one);
        const unread = file.unread(item);
        if (unread) notAnalysed.push({ ...file.place(unread.start), function: unread.name, why: unread.why });
      }
    };
    return { names: takerNames(world), take };
  };
  const result = await run({ ...options, targets, kind: 'owners', rules: [], names: [], inventory });
  const unread = notAnalysed.sort(byPlace);
  const functions = (line === undefined ? found : found.flatMap((one) => atLine(one, line))).sort(byPlace);
  if (functions.length === 0) refuseNothing(only, line);
  const acquisitions = functions.flatMap((one) => one.acquisitions);
  return {
    schemaVersion: 1,
    tool: { name: 'pageref', version: TOOL_VERSION },
    release: result.tree.release ?? null,
    root: result.tree.root,
    functions,
    summary: {
      acquisitions: acquisitions.length,
      reported: acquisitions.filter(({ reported }) => reported).length,
      functions: { mentioning: found.length + unread.length, analysed: found.length, notAnalysed: unread },
      files: filesOf(result.coverage),
      ...treeSummary(result.tree),
    },
  };
}

function atLine(one: FunctionOwners, line: number): readonly FunctionOwners[] {
  const acquisitions = one.acquisitions.filter((acquisition) => acquisition.line === line);
  return acquisitions.length === 0 ? [] : [{ ...one, acquisitions }];
}

/** Who asks for one function or line wants to know why there is nothing. */
function refuseNothing(only: string | undefined, line: number | undefined): void {
  if (line !== undefined) throw new CannotRun(`no call on line ${String(line)} takes a page, a lock or a mapping`);
  if (only !== undefined) throw new CannotRun(`no call in a function ${only}() takes a page, a lock or a mapping`);
}
