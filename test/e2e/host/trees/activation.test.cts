import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { app, extension, until } from '../editor.cjs';

// The first file by name: afterwards others have opened C files.
suite('in a window with a kernel', () => {
  test('the extension and its server start before a file is opened', async () => {
    const files = vscode.workspace.textDocuments.filter(({ languageId }) => languageId === 'c');
    assert.deepEqual(
      files.map(({ uri }) => uri.toString()),
      [],
    );
    await until('the extension to start', () => extension().isActive || undefined);
    const { server } = await app();
    await until('the server to start', () => server.isRunning || undefined);
  });

  test('every command is there that the manifest promises', async () => {
    const { contributes } = extension().packageJSON as { contributes: { commands: { command: string }[] } };
    await app();
    const known = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      contributes.commands.filter(({ command }) => !known.has(command)),
      [],
    );
  });
});
