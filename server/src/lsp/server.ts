import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  AUDIT_REQUEST,
  EFFECT_TABLE_REQUEST,
  NAMES_REQUEST,
  REPORT_REQUEST,
  STATUS_REQUEST,
  TOOL_VERSION,
  visible,
} from '@pageref/shared';
import {
  CodeActionRequest,
  CodeActionResolveRequest,
  CodeLensRefreshRequest,
  CodeLensRequest,
  CodeLensResolveRequest,
  DiagnosticRefreshRequest,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidChangeWorkspaceFoldersNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  DocumentHighlightRequest,
  ErrorCodes,
  ExecuteCommandRequest,
  HoverRequest,
  InlayHintRefreshRequest,
  InlayHintRequest,
  InlayHintResolveRequest,
  LSPErrorCodes,
  ResponseError,
  WorkspaceDiagnosticRequest,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver/node';
import type { CancellationToken, Connection, InitializeParams, InitializeResult } from 'vscode-languageserver/node';
import { CannotRun, Superseded } from '../editor/workspace.js';
import { serverCapabilities, WATCHED } from './capabilities.js';
import { auditRequest } from './handlers/audit.js';
import { codeAction, codeActionResolve } from './handlers/code-action.js';
import { executeCommand } from './handlers/execute-command.js';
import { documentDiagnostic } from './handlers/diagnostic.js';
import { effectTable, names } from './handlers/effect-table.js';
import { inlayHint, inlayHintResolve } from './handlers/inlay-hint.js';
import { codeLens, codeLensResolve, documentHighlight, hover, workspaceSymbol } from './handlers/places.js';
import { report } from './handlers/report.js';
import { status } from './handlers/status.js';
import { workspaceDiagnostic } from './handlers/workspace-diagnostic.js';
import type { Life } from './life.js';
import { Log, textOf } from './log.js';
import { foldersOf } from './folders.js';
import { readChanged, readClosed, readFolders, readOpened, readWatched } from './notified.js';
import type { Handler, Session } from './session.js';
import { startSession } from './start.js';
import { pathOfUri } from './uris.js';

/** Events that come one by one are answered together. */
const REFRESH_MS = 50;

/** One server on one connection: the order of its life, and who answers what. */
export class Server {
  private session: Session | undefined;
  private refreshing: NodeJS.Timeout | undefined;
  private readonly log: Log;

  constructor(
    private readonly connection: Connection,
    private readonly life: Life,
    /** Absolute path of the folder that keeps what is found out of a tree; nothing is kept without it. */
    private readonly cache?: string,
  ) {
    this.log = new Log(connection.console);
  }

  /** Attaches every handler; the connection can be listened to afterwards. */
  attach(): void {
    const { connection } = this;
    connection.onInitialize((params) => this.initialize(params));
    connection.onInitialized(() => {
      void this.register();
      void this.warmUp();
      const { session } = this;
      if (session?.client.pullsDiagnostics === false) void session.scopePublisher.follow(session);
    });
    connection.onShutdown(() => {
      if (this.life.wasShutDown) throw wasShutDown();
      this.life.noteShutdown();
      clearTimeout(this.refreshing);
      this.session?.changes.stop();
      this.session?.workspace.stop();
    });
    connection.onRequest(DocumentDiagnosticRequest.method, this.guarded(documentDiagnostic));
    connection.onRequest(WorkspaceDiagnosticRequest.method, this.guarded(workspaceDiagnostic));
    connection.onRequest(HoverRequest.method, this.guarded(hover));
    connection.onRequest(DocumentHighlightRequest.method, this.guarded(documentHighlight));
    connection.onRequest(WorkspaceSymbolRequest.method, this.guarded(workspaceSymbol));
    connection.onRequest(CodeActionRequest.method, this.guarded(codeAction));
    connection.onRequest(CodeActionResolveRequest.method, this.guarded(codeActionResolve));
    connection.onRequest(CodeLensRequest.method, this.guarded(codeLens));
    connection.onRequest(CodeLensResolveRequest.method, this.guarded(codeLensResolve));
    connection.onRequest(InlayHintRequest.method, this.guarded(inlayHint));
    connection.onRequest(InlayHintResolveRequest.method, this.guarded(inlayHintResolve));
    connection.onRequest(ExecuteCommandRequest.method, this.guarded(executeCommand));
    connection.onRequest(AUDIT_REQUEST, this.guarded(auditRequest));
    connection.onRequest(STATUS_REQUEST, this.guarded(status));
    connection.onRequest(REPORT_REQUEST, this.guarded(report));
    connection.onRequest(EFFECT_TABLE_REQUEST, this.guarded(effectTable));
    connection.onRequest(NAMES_REQUEST, this.guarded(names));
    this.attachNotifications();
  }

  private attachNotifications(): void {
    const { connection } = this;
    connection.onNotification(
      DidOpenTextDocumentNotification.type,
      this.noted((session, params) => {
        const { uri, languageId, version, text } = readOpened(params);
        const folders = session.folders.map(({ path }) => path);
        if (!session.client.registersWatchers) session.workspace.trees.recheckReleases();
        if (!session.documents.add(uri, languageId, version, text, folders)) return;
        session.closed.delete(uri);
        if (session.scopePublisher.opened(uri)) session.publisher.takeOver(uri);
        this.publish(session, uri);
        session.changes.note();
      }),
    );
    connection.onNotification(
      DidChangeTextDocumentNotification.type,
      this.noted((session, params) => {
        const { uri, version, contentChanges } = readChanged(params);
        if (session.documents.change(uri, version, contentChanges)) this.publish(session, uri);
      }),
    );
    connection.onNotification(
      DidCloseTextDocumentNotification.type,
      this.noted((session, params) => {
        const uri = readClosed(params);
        if (!session.documents.remove(uri)) return;
        if (session.client.pullsDiagnostics) session.closed.add(uri);
        session.publisher.clear(uri);
        session.changes.note();
      }),
    );
    connection.onNotification(
      DidChangeConfigurationNotification.type,
      this.noted((session, params) => {
        session.configuration.changed(params.settings);
        this.refresh(session);
      }),
    );
    connection.onNotification(
      DidChangeWatchedFilesNotification.type,
      this.noted((session, params) => {
        const changes = readWatched(params);
        const all = session.workspace.filesChanged(changes.flatMap((uri) => pathOfUri(uri) ?? []));
        if (all)
          this.log.info(`${changes.length} files have changed at once: what is known of the trees is read again`);
        session.changes.note();
      }),
    );
  }

  private initialize(params: InitializeParams): InitializeResult {
    if (this.session) throw new ResponseError(ErrorCodes.InvalidRequest, 'the server was initialised before');
    const { connection, log } = this;
    const changed = (): void => {
      this.refresh(session);
    };
    const session = startSession(connection, params, log, changed, this.cache);
    this.session = session;
    this.useFolders(session);
    this.attachFolders(connection);
    return { capabilities: serverCapabilities(session.client), serverInfo: { name: 'pageref', version: TOOL_VERSION } };
  }

  /** The library takes this notification for itself when it is initialised; the last to ask for it gets it. */
  private attachFolders(connection: Connection): void {
    connection.onNotification(
      DidChangeWorkspaceFoldersNotification.type,
      this.noted((session, params) => {
        const { added, removed } = readFolders(params);
        const gone = new Set(removed.map(({ uri }) => uri));
        session.folders = [...session.folders.filter(({ uri }) => !gone.has(uri)), ...foldersOf(added)];
        this.useFolders(session);
        this.refresh(session);
      }),
    );
  }

  private useFolders(session: Session): void {
    session.workspace.trees.setFolders(session.folders.map(({ path }) => path));
  }

  /** What can only be asked for when the client is ready. A client that refuses is used without it. */
  private async register(): Promise<void> {
    const { connection, log } = this;
    const client = this.session?.client;
    if (!client) return;
    log.info(
      `pageref ${TOOL_VERSION}: ${client.pullsDiagnostics ? 'diagnostics are pulled' : 'diagnostics are published'}, columns in ${client.encoding}`,
    );
    try {
      if (client.registersConfiguration) {
        await connection.client.register(DidChangeConfigurationNotification.type, { section: 'pageref' });
      }
      if (client.registersWatchers) {
        const watchers = WATCHED.map((globPattern) => ({ globPattern }));
        await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
      }
    } catch (error) {
      log.warnOnce(`the client refused a registration: ${textOf(error)}`);
    }
  }

  /** Opens the trees of the workspace before somebody waits for the first file. Where there is no kernel nothing is loaded. */
  private async warmUp(): Promise<void> {
    const { session } = this;
    if (!session) return;
    const { trees } = session.workspace;
    for (const { uri, path } of session.folders) {
      const kernel = trees.kernelAround(path);
      if (kernel === undefined) continue;
      const { kernelRelease } = await session.configuration.of(uri);
      await trees.open(kernel, kernelRelease).catch(() => undefined);
    }
  }

  private publish({ client, publisher }: Session, uri: string): void {
    if (!client.pullsDiagnostics) publisher.schedule(uri);
  }

  /** Results may be others now: published ones are made anew, clients that pull are told. */
  private refresh(session: Session): void {
    this.refreshing ??= setTimeout(() => {
      this.refreshing = undefined;
      const { client, connection, documents, log } = session;
      session.changes.note();
      const tell = (error: unknown): void => {
        log.warnOnce(`the client did not refresh: ${textOf(error)}`);
      };
      if (!client.pullsDiagnostics) for (const { uri } of documents.all()) session.publisher.schedule(uri);
      else if (client.refreshesDiagnostics) connection.sendRequest(DiagnosticRefreshRequest.type).catch(tell);
      if (client.refreshesHints) connection.sendRequest(InlayHintRefreshRequest.type).catch(tell);
      if (client.refreshesCodeLens) connection.sendRequest(CodeLensRefreshRequest.type).catch(tell);
    }, REFRESH_MS);
  }

  /** A handler that answers in any state of the server and whatever goes wrong. */
  private guarded<Params, Result>(
    handler: Handler<Params, Result>,
  ): (params: Params, token: CancellationToken) => Promise<Result> {
    return async (params, token) => {
      const { session } = this;
      if (this.life.wasShutDown) throw wasShutDown();
      if (!session) throw new ResponseError(ErrorCodes.ServerNotInitialized, 'the server is not initialised');
      // What the client has sent meanwhile is seen first: an edit that voids the request, or its cancellation.
      await nextTurn();
      try {
        if (token.isCancellationRequested) throw new Superseded();
        return await handler(session, params, token);
      } catch (error) {
        throw this.failure(error, token);
      }
    };
  }

  private failure(error: unknown, token: CancellationToken): ResponseError<unknown> {
    if (token.isCancellationRequested || isAbort(error)) {
      return new ResponseError(LSPErrorCodes.RequestCancelled, 'the request was cancelled');
    }
    if (error instanceof ResponseError) return error as ResponseError<unknown>;
    if (error instanceof Superseded)
      return new ResponseError(LSPErrorCodes.ContentModified, 'the document has changed');
    if (error instanceof CannotRun) return new ResponseError(LSPErrorCodes.RequestFailed, visible(error.message));
    this.log.warnOnce(`a request failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return new ResponseError(ErrorCodes.InternalError, visible(textOf(error)));
  }

  /** A notification cannot be answered: one that makes no sense is noted and left. */
  private noted<Params>(handler: (session: Session, params: Params) => void): (params: Params) => void {
    return (params) => {
      if (!this.session || this.life.wasShutDown) return;
      try {
        handler(this.session, params);
      } catch (error) {
        this.log.warnOnce(`a notification could not be used: ${textOf(error)}`);
      }
    };
  }
}

function wasShutDown(): ResponseError {
  return new ResponseError(ErrorCodes.InvalidRequest, 'the server was shut down');
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
