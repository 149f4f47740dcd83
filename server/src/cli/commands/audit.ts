import type { AuditReport } from '@pageref/shared';
import { VERDICT_TEXTS } from '@pageref/shared';
import { EXIT } from '../io.js';
import { chooseColors } from '../paint.js';
import type { Options, Run } from '../table.js';
import type { Io } from '../io.js';
import { runOverTree } from './tree-run.js';

export const run: Run = async (io, tree, options) => {
  const report = await runOverTree(
    io,
    tree,
    options,
    (engine, common) => engine.audit({ ...common, ...auditOptions(options) }),
    (done) => print(io, done, options),
  );
  return report.sites.some(({ verdict }) => VERDICT_TEXTS[verdict].needsCare) ? EXIT.findings : EXIT.clean;
};

function auditOptions({
  arch,
  whatIf,
  verdict,
}: Options): Pick<import('../../ide/options.js').AuditOptions, 'arch' | 'whatIf' | 'verdicts'> {
  return {
    ...(arch === undefined ? {} : { arch }),
    ...(whatIf === undefined ? {} : { whatIf }),
    ...(verdict === undefined ? {} : { verdicts: verdict }),
  };
}

/** Only the chosen printer is loaded. */
async function print(io: Io, report: AuditReport, options: Options): Promise<string> {
  switch (options.format ?? 'text') {
    case 'json':
      return (await import('../print/json.js')).auditJson(report);
    case 'sarif':
      return (await import('../print/sarif.js')).auditSarif(report);
    case 'markdown':
      return (await import('../print/markdown.js')).auditMarkdown(report);
    case 'text': {
      const { auditText } = await import('../print/text.js');
      return auditText(report, {
        verbose: options.verbose ?? false,
        paint: chooseColors(io, options.color, options.output),
      });
    }
  }
}
