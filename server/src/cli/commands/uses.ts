import type { ModelEntry } from '@pageref/shared';
import { EXIT, UsageError, type Engine } from '../io.js';
import { quoted } from '../readers.js';
import type { RunCommand } from '../types.js';
import { runOverTrees } from './tree-run.js';
import { exitCode } from './unread.js';

export const run: RunCommand = async (io, _first, options, paths) => {
  const apis = options.api ?? [];
  const reports = await runOverTrees(io, paths, options, 'uses', async (engine, common) => {
    if (apis.length > 0) {
      const { root } = await engine.findTargets(common.paths);
      refuseUnknown(engine, apis, (await engine.userModelOf(root, common.models)).entries);
    }
    return engine.uses({ ...common, apis });
  });
  const unreadable = reports.flatMap(({ summary }) => summary.files.unreadable);
  return exitCode(io, unreadable, options, EXIT.clean);
};

/** A mistyped name would give an empty list, which reads like "not used". */
function refuseUnknown(engine: Engine, apis: readonly string[], user: readonly ModelEntry[]): void {
  for (const api of apis) {
    const found = engine.describeApi(api, undefined, user);
    if (found.known) continue;
    const near =
      found.near.length > 0 ? `Did you mean ${found.near.join(' or ')}?` : 'Run without --api to list every name.';
    throw new UsageError(`--api: the model knows no ${quoted(api)}`, near);
  }
}
