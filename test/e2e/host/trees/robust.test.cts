import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { app, diagnostics, folder, open, replace, revert, show, until } from '../editor.cjs';

/** After each oddity the server is the one that was there before, and still answers. */
async function stillServes(): Promise<void> {
  const { server } = await app();
  assert.ok(server.isRunning);
  const editor = await open('newer', 'drivers/demo/leak.c');
  await diagnostics(editor.document, 1);
}

suite('odd documents', () => {
  const text = (): string =>
    readFileSync(vscode.Uri.joinPath(folder('newer').uri, 'drivers/demo/leak.c').fsPath, 'utf8');
  teardown(stillServes);

  test('one that was never saved', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'c', content: text() });
    const editor = await show(document);
    await diagnostics(document, 1);
    await replace(editor, '!PageReserved(page)', 'true');
    await diagnostics(document, 0);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  test('one of an older commit', async () => {
    const { uri } = (await open('newer', 'drivers/demo/leak.c')).document;
    const old = uri.with({ scheme: 'git', query: JSON.stringify({ path: uri.fsPath, ref: 'HEAD' }) });
    await until('the git extension', async () => {
      try {
        return await vscode.workspace.openTextDocument(old);
      } catch {
        return undefined;
      }
    });
    const { document } = await show(await vscode.workspace.openTextDocument(old));
    assert.equal(document.getText(), text());
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  test('one that is renamed while it is open and edited', async () => {
    const from = vscode.Uri.joinPath(folder('newer').uri, 'drivers/demo/renamed.c');
    const to = vscode.Uri.joinPath(folder('newer').uri, 'drivers/demo/renamed_again.c');
    await vscode.workspace.fs.writeFile(from, new TextEncoder().encode(text()));
    const editor = await show(await vscode.workspace.openTextDocument(from));
    await replace(editor, '#include', '\n#include');
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(from, to);
    assert.ok(await vscode.workspace.applyEdit(edit));
    await diagnostics({ uri: to }, ([one]) => one?.range.start.line === 10);
    await diagnostics({ uri: from }, 0);
    await revert(await show(await vscode.workspace.openTextDocument(to)));
    await vscode.workspace.fs.delete(to);
  });

  test('one of five megabytes', async () => {
    const filler = 'static inline int demo_filler(int value)\n{\n\treturn value + 1;\n}\n\n';
    const content = filler.repeat(Math.ceil((5 * 1024 * 1024) / filler.length)) + text();
    const document = await vscode.workspace.openTextDocument({ language: 'c', content });
    await show(document);
    await diagnostics(document, 1);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  test('ten thousand files that come and go at once', async () => {
    const many = join(folder('newer').uri.fsPath, 'drivers', 'many');
    mkdirSync(many);
    for (let at = 0; at < 10_000; at++) writeFileSync(join(many, `file${String(at)}.c`), 'int demo;\n');
    await stillServes();
    rmSync(many, { recursive: true });
  });

  test('those of a folder that vanishes', async () => {
    const { uri, index } = folder('vanishing');
    const editor = await open('vanishing', 'drivers/demo/leak.c');
    await diagnostics(editor.document, 1);
    rmSync(uri.fsPath, { recursive: true });
    await replace(editor, '#include', '\n#include');
    await diagnostics(editor.document, ([one]) => one?.range.start.line === 10);
    await stillServes();
    await show(editor.document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    assert.ok(vscode.workspace.updateWorkspaceFolders(index, 1));
  });
});
