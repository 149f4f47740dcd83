import { availableParallelism } from 'node:os';
import type { Connection, InitializeParams } from 'vscode-languageserver/node';
import { glossaryPage, rulePage, Workspace } from '../editor/workspace.js';
import { Changes } from './changes.js';
import { readClient } from './client.js';
import { Configuration } from './configuration.js';
import { Documents } from './documents.js';
import { diagnosticsToPublish } from './handlers/diagnostic.js';
import type { Log } from './log.js';
import { ProgressReporter } from './progress.js';
import { Publisher } from './publish.js';
import { ScopePublisher } from './scope-publish.js';
import { ScopeReports } from './scope.js';
import { showLook } from './look.js';
import { foldersOf } from './folders.js';
import type { Session } from './session.js';
import { uriOfPath } from './uris.js';

/**
 * @param onChange told when open documents may be judged otherwise than before
 * @param cache absolute path of the folder that keeps what is found out of a tree
 */
export function startSession(
  connection: Connection,
  params: InitializeParams,
  log: Log,
  onChange: () => void,
  cache: string | undefined,
): Session {
  const client = readClient(params);
  const tell = (message: string): void => {
    log.warnOnce(message);
  };
  const onOpen = (message: string): void => {
    log.info(message);
  };
  const progress = new ProgressReporter(connection, client);
  const workspace = new Workspace({
    jobs: availableParallelism(),
    log: tell,
    onChange,
    onOpen,
    cache,
    onLook: (root, stop, what) => showLook({ progress, log }, root, stop, what),
  });
  const session: Session = {
    connection,
    client,
    workspace,
    documents: new Documents(workspace, client.encoding),
    configuration: new Configuration(connection, client, log, params.initializationOptions),
    publisher: new Publisher(connection, log, (uri) => diagnosticsToPublish(session, uri)),
    changes: new Changes(),
    scope: new ScopeReports(),
    scopePublisher: new ScopePublisher(),
    wasToldOfScope: false,
    closed: new Set(),
    progress,
    log,
    glossary: uriOfPage(glossaryPage()),
    pageOf: (rule) => uriOfPage(rulePage(rule)),
    folders: foldersOf(firstFolders(params)),
  };
  return session;
}

/** Clients of different age name their folders in three ways. */
function firstFolders({ workspaceFolders, ...old }: InitializeParams): readonly { readonly uri: string }[] {
  if (Array.isArray(workspaceFolders)) return workspaceFolders;
  const { rootUri, rootPath } = old as { rootUri?: unknown; rootPath?: unknown };
  if (typeof rootUri === 'string') return [{ uri: rootUri }];
  return typeof rootPath === 'string' && rootPath !== '' ? [{ uri: uriOfPath(rootPath) }] : [];
}

function uriOfPage(path: string | undefined): string | undefined {
  return path === undefined ? undefined : uriOfPath(path);
}
