import type { RuleId, Settings } from '@pageref/shared';
import { ErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { CancellationToken, Connection, Position } from 'vscode-languageserver/node';
import { CannotRun } from '../editor/workspace.js';
import type { Workspace } from '../editor/workspace.js';
import type { Changes } from './changes.js';
import type { Client } from './client.js';
import type { Configuration } from './configuration.js';
import type { Documents, OpenDocument } from './documents.js';
import { folderOf } from './folders.js';
import type { Folder } from './folders.js';
import type { Log } from './log.js';
import type { ProgressReporter } from './progress.js';
import type { Publisher } from './publish.js';
import type { ScopePublisher } from './scope-publish.js';
import type { ScopeReports } from './scope.js';
import { pathOfUri } from './uris.js';

/** Everything between `initialize` and `exit`. */
export interface Session {
  readonly connection: Connection;
  readonly client: Client;
  readonly workspace: Workspace;
  readonly documents: Documents;
  readonly configuration: Configuration;
  readonly publisher: Publisher;
  /** Told when files that are not open may have other diagnostics. */
  readonly changes: Changes;
  readonly scope: ScopeReports;
  readonly scopePublisher: ScopePublisher;
  /** The client has had an answer about files that are not open. */
  wasToldOfScope: boolean;
  /**
   * Documents that were closed since: a client that asks for the workspace too keeps showing what it knew of them until an
   * answer says otherwise.
   */
  readonly closed: Set<string>;
  readonly progress: ProgressReporter;
  readonly log: Log;
  /** URI of the page with the words of verdicts and hovers; undefined where the documentation was not installed. */
  readonly glossary: string | undefined;
  /** URI of the page about a rule; undefined where the documentation was not installed. */
  readonly pageOf: (rule: RuleId) => string | undefined;
  folders: readonly Folder[];
}

/** Answers one kind of request. `token` is cancelled when the client no longer waits. */
export type Handler<Params, Result> = (session: Session, params: Params, token: CancellationToken) => Promise<Result>;

/** The open document a request speaks of, with its folder's settings applied; undefined for one that is not open. */
export async function documentOf(
  session: Session,
  params: { readonly textDocument: { readonly uri: string } },
): Promise<{ readonly document: OpenDocument; readonly settings: Settings } | undefined> {
  const document = session.documents.get(uriIn(params));
  if (!document) return undefined;
  const settings = await session.configuration.of(folderOf(session, document.uri)?.uri);
  document.content.setRelease(settings.kernelRelease);
  document.content.setWholeTree(settings.wholeTree);
  return { document, settings };
}

/** What came over the wire has the type somebody wrote, not the one the protocol says. */
function uriIn(params: unknown): string {
  const uri = (params as { textDocument?: { uri?: unknown } | null } | null)?.textDocument?.uri;
  if (typeof uri === 'string') return uri;
  throw new ResponseError(ErrorCodes.InvalidParams, 'textDocument.uri must be a string');
}

/** The position a request speaks of. */
export function positionIn(params: unknown): { readonly line: number; readonly character: number } {
  const position = (params as { position?: { line?: unknown; character?: unknown } | null } | null)?.position;
  if (typeof position?.line === 'number' && typeof position.character === 'number') {
    return { line: position.line, character: position.character };
  }
  throw new ResponseError(ErrorCodes.InvalidParams, 'position must have a line and a character');
}

/** The range a request speaks of. */
export function rangeIn(params: unknown): { readonly start: Position; readonly end: Position } {
  const range = (params as { range?: { start?: unknown; end?: unknown } | null } | null)?.range;
  return { start: positionIn({ position: range?.start }), end: positionIn({ position: range?.end }) };
}

/** The tree a URI lies in, or the folder it names. */
export function rootOf(session: Session, uri: string | undefined): string {
  const path = uri === undefined ? session.folders[0]?.path : pathOfUri(uri);
  if (path === undefined) {
    throw new CannotRun(uri === undefined ? 'no folder is open: open a kernel tree first' : `not a file: URI: ${uri}`);
  }
  return session.workspace.trees.rootOfFolder(path);
}
