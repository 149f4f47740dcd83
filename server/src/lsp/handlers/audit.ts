import { AUDIT_COMMAND, knownReleases, parseRelease, VERDICT_TEXTS, VERDICTS } from '@pageref/shared';
import type { AuditParams, AuditPartialResult, AuditReport, AuditResult, Release } from '@pageref/shared';
import {
  ErrorCodes,
  MessageType,
  ProgressType,
  ResponseError,
  ShowMessageNotification,
} from 'vscode-languageserver/node';
import type { CancellationToken, ExecuteCommandParams } from 'vscode-languageserver/node';
import { CannotRun } from '../../ide/workspace.js';
import type { AuditRun } from '../../ide/workspace.js';
import type { RunningWork } from '../progress.js';
import { folderOf } from '../session.js';
import type { Handler, Session } from '../session.js';
import { pathOfUri, uriOfPath } from '../uris.js';

const PARTIAL = new ProgressType<AuditPartialResult>();

/** `pageref/audit`. */
export const auditRequest: Handler<AuditParams | null | undefined, AuditResult> = (session, params, token) =>
  runAudit(session, readParams(params), token);

/** `workspace/executeCommand`: the same for any editor, with a sentence for those that show no result of a command. */
export const executeCommand: Handler<ExecuteCommandParams, AuditResult> = async (session, params, token) => {
  if (params.command !== AUDIT_COMMAND) {
    throw new ResponseError(ErrorCodes.InvalidParams, `there is no command "${params.command}"`);
  }
  const given = readParams(params.arguments?.[0]);
  const workDoneToken = given.workDoneToken ?? params.workDoneToken;
  const result = await runAudit(session, { ...given, ...(workDoneToken !== undefined && { workDoneToken }) }, token);
  const message = summaryOf(result.report);
  await session.connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
  return result;
};

function summaryOf({ release, summary }: AuditReport): string {
  const care = VERDICTS.filter((verdict) => VERDICT_TEXTS[verdict].needsCare);
  const count = care.reduce((sum, verdict) => sum + summary.byVerdict[verdict], 0);
  const name = release === null ? 'This tree' : `Linux ${release}`;
  return `${name}: ${summary.mentions} mentions of the reserved bit, ${count} need care (${summary.byImpact['wrong-today']} wrong today).`;
}

async function runAudit(session: Session, params: AuditParams, token: CancellationToken): Promise<AuditResult> {
  const root = rootOf(session, params.uri);
  const settings = await session.configuration.of(folderOf(session, params.uri ?? uriOfPath(root))?.uri);
  const abort = new AbortController();
  const listener = token.onCancellationRequested(() => abort.abort());
  const work = await session.progress.begin('Audit PageReserved', params.workDoneToken, () => abort.abort());
  const { partialResultToken } = params;
  try {
    const report = await session.workspace.audit(root, params.kernelRelease ?? settings.kernelRelease, {
      ...optionsOf(params),
      signal: abort.signal,
      onProgress: (progress) => showProgress(work, progress),
      ...(partialResultToken !== undefined && {
        onSites: (sites) => {
          if (sites.length > 0) void session.connection.sendProgress(PARTIAL, partialResultToken, { sites });
        },
      }),
    });
    work.end(summaryOf(report));
    return { rootUri: uriOfPath(root), report: partialResultToken === undefined ? report : { ...report, sites: [] } };
  } catch (error) {
    work.end(abort.signal.aborted ? 'stopped' : 'failed');
    throw error;
  } finally {
    listener.dispose();
  }
}

/** The tree a URI lies in, or the folder it names. */
function rootOf(session: Session, uri: string | undefined): string {
  const path = uri === undefined ? session.folders[0]?.path : pathOfUri(uri);
  if (path === undefined) {
    throw new CannotRun(uri === undefined ? 'no folder is open: open a kernel tree first' : `not a file: URI: ${uri}`);
  }
  return session.workspace.trees.rootOfFolder(path);
}

function optionsOf({ arch, whatIf, verdicts }: AuditParams): Pick<AuditRun, 'arch' | 'whatIf' | 'verdicts'> {
  return {
    ...(arch !== undefined && { arch }),
    ...(whatIf !== undefined && { whatIf }),
    ...(verdicts !== undefined && { verdicts }),
  };
}

/** Reading the tree is most of the time, so it has most of the bar. */
function showProgress(work: RunningWork, progress: Parameters<NonNullable<AuditRun['onProgress']>>[0]): void {
  const { phase, done, total } = progress;
  const part = total > 0 ? done / total : 0;
  if (phase === 'analyse') work.report('analysing', 80 + 20 * part);
  else work.report('reading files', total > 0 ? 80 * part : undefined);
}

/** Parameters come from a person's editor configuration as well: what can't be meant is refused with the reason. */
function readParams(value: unknown): AuditParams {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid('the argument must be an object');
  const { uri, kernelRelease, arch, whatIf, verdicts, workDoneToken, partialResultToken } = value as Record<
    string,
    unknown
  >;
  const read: { -readonly [Key in keyof AuditParams]: AuditParams[Key] } = {};
  if (isGiven(uri)) read.uri = text('uri', uri);
  if (isGiven(kernelRelease)) read.kernelRelease = release(kernelRelease);
  if (isGiven(arch)) read.arch = text('arch', arch);
  if (isGiven(whatIf)) read.whatIf = oneOf('whatIf', ['no-reserved-zone-device'] as const, whatIf);
  if (isGiven(verdicts)) {
    if (!Array.isArray(verdicts)) throw invalid('verdicts must be an array');
    read.verdicts = verdicts.map((verdict) => oneOf('verdicts', VERDICTS, verdict));
  }
  if (isToken(workDoneToken)) read.workDoneToken = workDoneToken;
  if (isToken(partialResultToken)) read.partialResultToken = partialResultToken;
  return read;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function isToken(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw invalid(`${name} must be a string`);
}

function release(value: unknown): Release {
  const found = typeof value === 'string' ? parseRelease(value) : undefined;
  if (found !== undefined && knownReleases().includes(found)) return found;
  throw invalid(`kernelRelease must be a release the model knows, such as "6.12"`);
}

function oneOf<T extends string>(name: string, choices: readonly T[], value: unknown): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw invalid(`${name} can be ${choices.join(', ')}`);
}

function invalid(message: string): ResponseError {
  return new ResponseError(ErrorCodes.InvalidParams, message);
}
