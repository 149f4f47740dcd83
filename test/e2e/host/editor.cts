import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { App } from 'pageref-client/dist/app.js' with { 'resolution-mode': 'import' };

/** What the tests inside the editor have in common: opening, editing and waiting. */

/** Longest wait for a condition, in milliseconds: below mocha's limit, so that the message says what was missing. */
const PATIENCE_MS = 40_000;

export const CODE = 'reserved-conflates-zone-device';

export function extension(): vscode.Extension<App | undefined> {
  const found = vscode.extensions.getExtension<App | undefined>('pageref.pageref');
  assert.ok(found, 'the extension is installed');
  return found;
}

/** The extension's insides, which it hands out only to tests. */
export async function app(): Promise<App> {
  const insides = await extension().activate();
  assert.ok(insides, 'the extension knows that it is tested');
  return insides;
}

/** Waits until `look` gives something, and gives that. */
export async function until<Seen>(
  what: string,
  look: () => Seen | undefined | Thenable<Seen | undefined>,
  milliseconds = PATIENCE_MS,
): Promise<Seen> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    assert.ok(Date.now() < end, `waited for ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** A workspace folder by its name. */
export function folder(name: string): vscode.WorkspaceFolder {
  const found = vscode.workspace.workspaceFolders?.find((one) => one.name === name);
  assert.ok(found, `the folder ${name} is open`);
  return found;
}

/** Opens a file of a workspace folder in the editor. */
export async function open(folderName: string, path: string): Promise<vscode.TextEditor> {
  return show(await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder(folderName).uri, path)));
}

export async function show(document: vscode.TextDocument): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(document, { preview: false });
}

/** The extension's diagnostics of a document, once they are as wanted: their number, or what a look at them says. */
export async function diagnostics(
  { uri }: { readonly uri: vscode.Uri },
  wanted: number | ((found: readonly vscode.Diagnostic[]) => boolean),
): Promise<vscode.Diagnostic[]> {
  const are = typeof wanted === 'number' ? (found: readonly unknown[]) => found.length === wanted : wanted;
  let last: readonly vscode.Diagnostic[] = [];
  try {
    return await until('diagnostics', () => {
      const found = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'pageref');
      last = found;
      return are(found) ? found : undefined;
    });
  } catch {
    assert.fail(
      `${uri.toString()} should have other diagnostics than ${JSON.stringify(last.map(({ message }) => message))}`,
    );
  }
}

/** Replaces the first place where `old` stands. The document is not saved. */
export async function replace({ document }: vscode.TextEditor, old: string, text: string): Promise<void> {
  const offset = document.getText().indexOf(old);
  assert.ok(offset >= 0, `${old} is in the document`);
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + old.length));
  edit.replace(document.uri, range, text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

/** Undoes every edit of the active document. */
export async function revert(editor: vscode.TextEditor): Promise<void> {
  await show(editor.document);
  await vscode.commands.executeCommand('workbench.action.files.revert');
}

/** The place where `text` first stands, `into` characters further on. */
export function placeOf({ document }: vscode.TextEditor, text: string, into = 1): vscode.Position {
  const offset = document.getText().indexOf(text);
  assert.ok(offset >= 0, `${text} is in the document`);
  return document.positionAt(offset + into);
}

/** "line:column" of a place as people count. */
export function spot({ line, character }: vscode.Position): string {
  return `${String(line + 1)}:${String(character + 1)}`;
}

/** The texts of the hovers at a place, once one of them holds `part`. */
export async function hover(editor: vscode.TextEditor, place: vscode.Position, part: string): Promise<string> {
  return until(`a hover with ${part}`, async () => {
    const { uri } = editor.document;
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, place);
    const text = hovers
      .flatMap(({ contents }) => contents.map((one) => (one as vscode.MarkdownString).value))
      .join('\n');
    return text.includes(part) ? text : undefined;
  });
}

/** Changes a setting of a folder for the time of `body`. */
export async function withSetting(name: string, key: string, value: unknown, body: () => Promise<void>): Promise<void> {
  const settings = vscode.workspace.getConfiguration('pageref', folder(name).uri);
  const target = vscode.ConfigurationTarget.WorkspaceFolder;
  await settings.update(key, value, target);
  try {
    await body();
  } finally {
    await settings.update(key, undefined, target);
  }
}

/** What a person would choose in the questions a command asks. */
export interface Answers {
  /** The label of the choice, for each list in turn. */
  readonly picks?: readonly string[];
  readonly saveAs?: vscode.Uri;
  /** What is typed into each box in turn; undefined for one that is dismissed. */
  readonly inputs?: readonly (string | undefined)[];
}

/** Runs a command and answers its questions: nobody sits in front of this editor. */
export async function run(
  command: string,
  { picks = [], inputs = [], saveAs }: Answers = {},
  ...given: readonly unknown[]
): Promise<void> {
  const { window } = vscode;
  const { showErrorMessage, showInputBox, showQuickPick, showSaveDialog, showWorkspaceFolderPick } = window;
  const left = [...picks];
  const typed = [...inputs];
  const errors: unknown[] = [];
  const pick = async (items: unknown): Promise<unknown> => {
    const label = left.shift();
    const found = (await (items as Promise<readonly { label: string }[]>)).find((item) => item.label === label);
    assert.ok(found, `${String(label)} can be chosen`);
    return found;
  };
  Object.assign(window, {
    showErrorMessage: (message: unknown) => Promise.resolve(void errors.push(message)),
    showInputBox: () => {
      assert.ok(typed.length > 0, 'there is something to type');
      return Promise.resolve(typed.shift());
    },
    showQuickPick: pick,
    showSaveDialog: () => Promise.resolve(saveAs),
    showWorkspaceFolderPick: () => Promise.resolve(folder(left.shift() ?? '')),
  });
  try {
    await vscode.commands.executeCommand(command, ...given);
  } finally {
    Object.assign(window, { showErrorMessage, showInputBox, showQuickPick, showSaveDialog, showWorkspaceFolderPick });
  }
  assert.deepEqual(errors, [], `${command} complains`);
  assert.deepEqual([...left, ...typed], [], 'every answer was asked for');
}

/** The active document, once its name holds `part`. */
export async function activeDocument(part: string): Promise<vscode.TextDocument> {
  return until(`a document called ${part}`, () => {
    const document = vscode.window.activeTextEditor?.document;
    return document && decodeURIComponent(document.uri.path).includes(part) ? document : undefined;
  });
}
