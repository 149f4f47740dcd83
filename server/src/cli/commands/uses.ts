import type { ModelEntry, UsesReport } from '@pageref/shared';
import { EXIT, UsageError, type Engine, type Io } from '../io.js';
import { chooseColors } from '../paint.js';
import { quoted } from '../readers.js';
import type { Options, Run } from '../table.js';
import { runOverTree } from './tree-run.js';

export const run: Run = async (io, tree, options) => {
  const apis = options.api ?? [];
  await runOverTree(
    io,
    tree,
    options,
    async (engine, common) => {
      if (apis.length > 0) refuseUnknown(engine, apis, (await engine.userModelOf(common.root, common.models)).entries);
      return engine.uses({ ...common, apis });
    },
    (done) => print(io, done, options),
  );
  return EXIT.clean;
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

async function print(io: Io, report: UsesReport, options: Options): Promise<string> {
  switch (options.format ?? 'text') {
    case 'json':
      return (await import('../../print/audit/json.js')).usesJson(report);
    case 'markdown':
      return (await import('../../print/uses/markdown.js')).usesMarkdown(report);
    default: {
      const { usesText } = await import('../../print/uses/text.js');
      return usesText(report, {
        verbose: options.verbose ?? false,
        paint: chooseColors(io, options.color, options.output),
      });
    }
  }
}
