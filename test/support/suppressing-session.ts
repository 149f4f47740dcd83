import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  ApplyWorkspaceEditResult,
  CodeAction,
  Diagnostic,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { SUPPRESSIONS_FILE } from '@pageref/shared';
import { HEADER } from 'pageref/dist/runs/suppressions/write.js';
import { PULLS, uriOf, withServer } from './lsp.js';
import type { LspClient } from './lsp.js';
import { LEAK, MAKEFILE_6_12 } from './lsp-texts.js';
import { withTree } from './tree.js';
import type { Tree } from './tree.js';

/** An editor in which findings are judged: for the tests of the action, and of what it silences. */

export const PATH = 'mm/demo.c';
export const TREE = `${MAKEFILE_6_12}//- ${PATH}\n${LEAK}`;

export const CODE_ACTION = {
  codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } },
  dataSupport: true,
  resolveSupport: { properties: ['edit'] },
};

/** An editor with everything, columns in UTF-16. */
export const EDITOR = {
  ...PULLS,
  general: { positionEncodings: ['utf-16'] },
  textDocument: { ...PULLS.textDocument, codeAction: CODE_ACTION },
  workspace: {
    ...PULLS.workspace,
    applyEdit: true,
    workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
  },
  window: { ...PULLS.window, showDocument: { support: true } },
};

/** The same with another set of workspace capabilities. */
export function editorWith(workspace: object): object {
  return { ...EDITOR, workspace: { ...EDITOR.workspace, ...workspace } };
}

/** An editor with LEAK open in a small kernel. */
export class SuppressingSession {
  readonly uri: string;
  readonly judged: string;

  constructor(
    readonly tree: Tree,
    readonly client: LspClient,
    path = PATH,
  ) {
    this.uri = uriOf(join(tree.root, path));
    this.judged = uriOf(join(tree.root, SUPPRESSIONS_FILE));
  }

  diagnostics(): Promise<Diagnostic[]> {
    return this.client.diagnostics(this.uri);
  }

  /** What the menu has for suppressing the first finding. */
  async actions(diagnostic?: Diagnostic): Promise<CodeAction[]> {
    const diagnostics = diagnostic ? [diagnostic] : await this.diagnostics();
    const menu = await this.client.request<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri: this.uri },
      range: diagnostics[0]?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      context: { diagnostics },
    });
    return menu.filter(({ title }) => title.startsWith('Suppress'));
  }

  /** The edit of an action. */
  async edit(title: string): Promise<WorkspaceEdit> {
    const action = (await this.actions()).find((one) => one.title === title);
    assert.ok(action, title);
    const { edit } = action.edit ? action : await this.client.request<CodeAction>('codeAction/resolve', action);
    assert.ok(edit);
    return edit;
  }

  /** Runs the command with a reason, or what is given instead. */
  async suppress(given: object = {}): Promise<unknown> {
    const [finding] = await this.diagnostics();
    const { fingerprint } = (finding?.data ?? {}) as { fingerprint?: string };
    const argument = { uri: this.uri, fingerprint, verdict: 'intended', reason: 'No dax here.', ...given };
    return this.client.request('workspace/executeCommand', { command: 'pageref.suppress', arguments: [argument] });
  }

  /** Tells of a file of judged findings that was written to disk. */
  async wrote(text: string | undefined): Promise<void> {
    if (text === undefined) rmSync(join(this.tree.root, SUPPRESSIONS_FILE));
    else this.tree.write(SUPPRESSIONS_FILE, text);
    await this.client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: this.judged, type: 2 }] });
  }

  onDisk(): string {
    return readFileSync(join(this.tree.root, SUPPRESSIONS_FILE), 'utf8');
  }
}

export async function withSession(
  body: (session: SuppressingSession) => Promise<void>,
  capabilities: object = EDITOR,
  text = LEAK,
  settings?: object,
): Promise<void> {
  await withTree(`${MAKEFILE_6_12}//- ${PATH}\n${text}`, async (tree) => {
    const applyEdit = (edit: WorkspaceEdit): ApplyWorkspaceEditResult => {
      apply(edit);
      return { applied: true };
    };
    await withServer(
      { folders: [tree.root], capabilities, applyEdit, ...(settings && { settings: () => settings }) },
      async (client) => {
        const session = new SuppressingSession(tree, client);
        await client.open(session.uri, text, 7);
        await body(session);
      },
    );
  });
}

/** What an editor does with an edit, to files that it has not open. */
export function apply(edit: WorkspaceEdit): void {
  for (const change of edit.documentChanges ?? []) {
    if ('kind' in change) assert.equal(change.kind, 'create');
    else {
      assert.equal(change.textDocument.version, null);
      applyTo(change.textDocument.uri, change.edits as TextEdit[]);
    }
  }
  for (const [uri, edits] of Object.entries(edit.changes ?? {})) applyTo(uri, edits);
}

function applyTo(uri: string, edits: TextEdit[]): void {
  const path = fileURLToPath(uri);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  writeFileSync(path, TextDocument.applyEdits(TextDocument.create(uri, 'jsonl', 0, text), edits));
}

interface Line {
  readonly path: string;
  readonly rule: string;
  readonly verdict: string;
  readonly reason: string;
}

export function linesOf(text: string): Line[] {
  const [header, ...lines] = text.trimEnd().split('\n');
  assert.equal(header, HEADER);
  return lines.map((line) => JSON.parse(line) as Line);
}

/** Writes in the reason an action left open. */
export function reasoned(text: string): string {
  assert.match(text, /"reason":""/);
  return text.replace('"reason":""', '"reason":"Looked at."');
}
