import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { app, extension, open, show, until } from '../editor.cjs';

suite('outside of kernel trees', () => {
  test('nothing is started for a folder without C', async () => {
    await open('plain', 'README');
    assert.equal(extension().isActive, false);
  });

  test('a C file wakes the extension, which starts no server and says nothing', async () => {
    const { document } = await open('plain', 'leak.c');
    await until('the extension to start', () => extension().isActive || undefined);
    const { server } = await app();
    assert.equal(server.isRunning, false);
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
    await show(await vscode.workspace.openTextDocument({ language: 'c', content: document.getText() }));
    assert.equal(server.isRunning, false);
  });

  test('a kernel that is added is taken up', async () => {
    const { server } = await app();
    const root = process.env['PAGEREF_E2E_KERNEL'];
    assert.ok(root !== undefined);
    const { document } = await show(
      await vscode.workspace.openTextDocument(vscode.Uri.file(`${root}/drivers/demo/leak.c`)),
    );
    await until('the server to start', () => server.isRunning || undefined);
    await until('diagnostics', () => vscode.languages.getDiagnostics(document.uri)[0]);
  });
});
