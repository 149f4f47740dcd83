import type { AuditReport, CompareReport } from '@pageref/shared';
import { VERDICT_TEXTS } from '@pageref/shared';
import { EXIT, UsageError } from '../io.js';
import { chooseColors } from '../paint.js';
import type { Options, Run } from '../table.js';
import type { Io } from '../io.js';
import { absolute } from '../readers.js';
import { runOverTree } from './tree-run.js';

export const run: Run = async (io, tree, options) => {
  if (options.compare !== undefined) return runComparison(io, tree, options, options.compare);
  const report = await runOverTree(
    io,
    tree,
    options,
    (engine, common) => engine.audit({ ...common, ...auditOptions(options) }),
    (done) => print(io, done, options),
  );
  return report.sites.some(({ verdict }) => VERDICT_TEXTS[verdict].needsCare) ? EXIT.findings : EXIT.clean;
};

/** Only what got worse makes a difference to the exit code: what was known before is no news. */
async function runComparison(io: Io, tree: string, options: Options, other: string): Promise<number> {
  refuseWithCompare(options);
  const report = await runOverTree(
    io,
    tree,
    options,
    (engine, common) => engine.compare({ ...common, ...auditOptions(options), other: absolute(io.cwd, other) }),
    (done) => printComparison(io, done, options),
  );
  return report.summary.worse > 0 ? EXIT.findings : EXIT.clean;
}

function refuseWithCompare({ format, whatIf }: Options): void {
  if (format === 'sarif' || format === 'gcc' || format === 'html')
    throw new UsageError(`--compare: there is no ${format} of a comparison`, 'Give --format text, json or markdown.');
  if (whatIf !== undefined)
    throw new UsageError('--compare and --what-if do not go together', 'Run the audit of each tree with --what-if.');
}

async function printComparison(io: Io, report: CompareReport, options: Options): Promise<string> {
  switch (options.format ?? 'text') {
    case 'json':
      return (await import('../../print/audit/json.js')).compareJson(report);
    case 'markdown':
      return (await import('../../print/compare/markdown.js')).compareMarkdown(report);
    default: {
      const { compareText } = await import('../../print/compare/text.js');
      return compareText(report, {
        verbose: options.verbose ?? false,
        paint: chooseColors(io, options.color, options.output),
      });
    }
  }
}

function auditOptions({
  arch,
  whatIf,
  verdict,
}: Options): Pick<import('../../project/options.js').AuditOptions, 'arch' | 'whatIf' | 'verdicts'> {
  return {
    ...(arch === undefined ? {} : { arch }),
    ...(whatIf === undefined ? {} : { whatIf }),
    ...(verdict === undefined ? {} : { verdicts: verdict }),
  };
}

/** Only the chosen printer is loaded. */
async function print(io: Io, report: AuditReport, options: Options): Promise<string> {
  switch (options.format ?? 'text') {
    case 'html':
      return (await import('../../print/audit/html.js')).auditHtml(report);
    case 'json':
      return (await import('../../print/audit/json.js')).auditJson(report);
    case 'sarif':
      return (await import('../../print/audit/sarif.js')).auditSarif(report);
    case 'markdown':
      return (await import('../../print/audit/markdown.js')).auditMarkdown(report);
    case 'gcc':
      return (await import('../../print/audit/gcc.js')).auditGcc(report, {
        cwd: io.cwd,
        verbose: options.verbose ?? false,
      });
    default: {
      const { auditText } = await import('../../print/audit/text.js');
      return auditText(report, {
        verbose: options.verbose ?? false,
        paint: chooseColors(io, options.color, options.output),
      });
    }
  }
}
