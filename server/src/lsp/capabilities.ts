import { DIAGNOSTIC_SOURCE, FIX_ALL_KIND, SUPPRESSIONS_FILE, USER_MODEL_FILE } from '@pageref/shared';
import { CodeActionKind, TextDocumentSyncKind } from 'vscode-languageserver/node';
import type { ServerCapabilities } from 'vscode-languageserver/node';
import type { Client } from './client.js';
import { COMMAND_NAMES } from './handlers/execute-command.js';

/** What the server offers a client. */
export function serverCapabilities(client: Client): ServerCapabilities {
  return {
    positionEncoding: client.encoding,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    hoverProvider: true,
    documentHighlightProvider: true,
    workspaceSymbolProvider: true,
    inlayHintProvider: { resolveProvider: client.resolvesHints },
    codeLensProvider: { resolveProvider: true },
    codeActionProvider: {
      codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL_KIND],
      resolveProvider: client.resolvesEdits,
    },
    executeCommandProvider: { commands: [...COMMAND_NAMES], workDoneProgress: true },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    ...(client.pullsDiagnostics && {
      diagnosticProvider: {
        identifier: DIAGNOSTIC_SOURCE,
        interFileDependencies: false,
        workspaceDiagnostics: true,
      },
    }),
  };
}

/**
 * Files whose change can alter a verdict or what is found in a tree: those that say the release, the Kconfig files, C files,
 * HEAD, which tells of a branch switch, the user's own entries of the model, and what people have judged.
 */
export const WATCHED = [
  '**/Makefile',
  '**/Kconfig*',
  '**/.git/HEAD',
  '**/*.{c,h}',
  `**/${USER_MODEL_FILE}`,
  `**/${SUPPRESSIONS_FILE}`,
] as const;
