import { careCount } from '@pageref/shared';
import type { AuditedFile, AuditParams, AuditPartialResult, AuditReport, AuditResult } from '@pageref/shared';
import { MessageType, ProgressType, ShowMessageNotification } from 'vscode-languageserver/node';
import type { CancellationToken, ExecuteCommandParams } from 'vscode-languageserver/node';
import { pathInside } from '../../editor/workspace.js';
import type { EditorAuditOptions } from '../../editor/workspace.js';
import { readAuditParams } from '../params.js';
import type { RunningWork } from '../progress.js';
import { folderOf } from '../folders.js';
import { rootOf } from '../session.js';
import type { Handler, Session } from '../session.js';
import { pathOfUri, uriOfPath } from '../uris.js';

const PARTIAL = new ProgressType<AuditPartialResult>();

/** `pageref/audit`. */
export const auditRequest: Handler<AuditParams | null | undefined, AuditResult> = (session, params, token) =>
  runAudit(session, readAuditParams(params), token);

/** The command: the same for any editor, with a sentence for those that show no result of a command. */
export const auditCommand: Handler<ExecuteCommandParams, AuditResult> = async (session, params, token) => {
  const given = readAuditParams(params.arguments?.[0]);
  const workDoneToken = given.workDoneToken ?? params.workDoneToken;
  const result = await runAudit(session, { ...given, ...(workDoneToken !== undefined && { workDoneToken }) }, token);
  const message = summaryOf(result.report);
  await session.connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
  return result;
};

function summaryOf({ release, summary }: AuditReport): string {
  const name = release === null ? 'This tree' : `Linux ${release}`;
  return `${name}: ${summary.mentions} mentions of the reserved bit, ${careCount(summary)} need care (${summary.byImpact['wrong-today']} wrong today).`;
}

async function runAudit(session: Session, params: AuditParams, token: CancellationToken): Promise<AuditResult> {
  const root = rootOf(session, params.uri);
  const settings = await session.configuration.of(folderOf(session, params.uri ?? uriOfPath(root))?.uri);
  const abort = new AbortController();
  const listener = token.onCancellationRequested(() => abort.abort());
  const work = await session.progress.begin('Audit PageReserved', params.workDoneToken, () => abort.abort());
  const { partialResultToken } = params;
  let files: readonly AuditedFile[] = [];
  try {
    const report = await session.workspace.audit(root, params.kernelRelease ?? settings.kernelRelease, {
      ...optionsOf(params, root),
      onFiles: (found) => (files = found),
      signal: abort.signal,
      onProgress: (progress) => showProgress(work, progress),
      ...(partialResultToken !== undefined && {
        onSites: (sites) => {
          if (sites.length > 0) void session.connection.sendProgress(PARTIAL, partialResultToken, { sites });
        },
      }),
    });
    work.end(summaryOf(report));
    const sent = partialResultToken === undefined ? report : { ...report, sites: [] };
    return { rootUri: uriOfPath(root), report: sent, files };
  } catch (error) {
    work.end(abort.signal.aborted ? 'stopped' : 'failed');
    throw error;
  } finally {
    listener.dispose();
  }
}

function optionsOf(
  { arch, whatIf, verdicts, files }: AuditParams,
  root: string,
): Pick<EditorAuditOptions, 'arch' | 'whatIf' | 'verdicts' | 'files'> {
  return {
    ...(arch !== undefined && { arch }),
    ...(whatIf !== undefined && { whatIf }),
    ...(verdicts !== undefined && { verdicts }),
    ...(files !== undefined && { files: files.flatMap((uri) => pathInside(root, pathOfUri(uri) ?? '') ?? []) }),
  };
}

/** Reading the tree is most of the time, so it has most of the bar. */
function showProgress(work: RunningWork, progress: Parameters<NonNullable<EditorAuditOptions['onProgress']>>[0]): void {
  const { phase, done, total } = progress;
  const part = total > 0 ? done / total : 0;
  if (phase === 'analyse') work.report('analysing', 80 + 20 * part);
  else work.report('reading files', total > 0 ? 80 * part : undefined);
}
