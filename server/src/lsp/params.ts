import { RELEASES, parseRelease, VERDICTS } from '@pageref/shared';
import type { AuditParams, Release } from '@pageref/shared';
import { ErrorCodes, ResponseError } from 'vscode-languageserver/node';

/** Parameters come from a person's editor configuration as well: what can't be meant is refused with the reason. */
export function readAuditParams(value: unknown): AuditParams {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid('the argument must be an object');
  const { uri, kernelRelease, arch, whatIf, verdicts, files, workDoneToken, partialResultToken } = value as Record<
    string,
    unknown
  >;
  const read: { -readonly [Key in keyof AuditParams]: AuditParams[Key] } = {};
  if (isGiven(uri)) read.uri = text('uri', uri);
  if (isGiven(kernelRelease)) read.kernelRelease = release(kernelRelease);
  if (isGiven(arch)) read.arch = text('arch', arch);
  if (isGiven(whatIf)) read.whatIf = oneOf('whatIf', ['no-reserved-zone-device'] as const, whatIf);
  if (isGiven(verdicts)) read.verdicts = list('verdicts', verdicts).map((one) => oneOf('verdicts', VERDICTS, one));
  if (isGiven(files)) read.files = list('files', files).map((one) => text('files', one));
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

export function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw invalid(`${name} must be a string`);
}

export function list(name: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw invalid(`${name} must be an array`);
}

function release(value: unknown): Release {
  const found = typeof value === 'string' ? parseRelease(value) : undefined;
  if (found !== undefined && RELEASES.includes(found)) return found;
  throw invalid(`kernelRelease must be a release the model knows, such as "6.12"`);
}

export function oneOf<T extends string>(name: string, choices: readonly T[], value: unknown): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw invalid(`${name} can be ${choices.join(', ')}`);
}

/** The text of a parameter that may be left out. */
export function optional(name: string, value: unknown): string | undefined {
  return isGiven(value) ? text(name, value) : undefined;
}

/** An object of parameters, whatever was sent. */
export function fields(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid('the parameters must be an object');
}

export function invalid(message: string): ResponseError {
  return new ResponseError(ErrorCodes.InvalidParams, message);
}

/** What is wrong with the parameters of `initialize`; undefined where they can be used. */
export function initializeProblem(params: unknown): string | undefined {
  const given = (params ?? {}) as Record<string, unknown>;
  const isText = (value: unknown): boolean => value === undefined || value === null || typeof value === 'string';
  const { capabilities, processId, rootUri, rootPath, workspaceFolders } = given;
  if (typeof capabilities !== 'object' || capabilities === null) return 'capabilities must be an object';
  if (isGiven(processId) && typeof processId !== 'number') return 'processId must be a number or null';
  if (!isText(rootUri)) return 'rootUri must be a string or null';
  if (!isText(rootPath)) return 'rootPath must be a string or null';
  if (!isGiven(workspaceFolders)) return undefined;
  if (!Array.isArray(workspaceFolders)) return 'workspaceFolders must be an array or null';
  const isFolder = (one: unknown): boolean => typeof (one as { uri?: unknown } | null)?.uri === 'string';
  return workspaceFolders.every(isFolder) ? undefined : 'workspaceFolders must have a uri each';
}
