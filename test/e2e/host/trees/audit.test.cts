import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { activeDocument, app, diagnostics, folder, open, replace, revert, run, until } from '../editor.cjs';

/** The rows of the audit's tree, two spaces for each level. */
async function rows(): Promise<string> {
  const { view } = await app();
  const lines = (node: Parameters<typeof view.getTreeItem>[0], depth: number): string[] => [
    `${'  '.repeat(depth)}${node.label} ${node.description}`.trimEnd(),
    ...view.getChildren(node).flatMap((child) => lines(child, depth + 1)),
  ];
  return view
    .getChildren()
    .flatMap((node) => lines(node, 0))
    .join('\n');
}

/** Waits until the tree is as wanted; fails with what it is instead. */
async function treeChanges(isAsWanted: (now: string) => boolean): Promise<void> {
  let now = '';
  const look = async (): Promise<true | undefined> => (isAsWanted((now = await rows())) ? true : undefined);
  await until('another tree', look).catch(() => assert.fail(`the tree stays\n${now}`));
}

suite('Audit PageReserved', () => {
  test('fills the tree with one top row for each kernel', async () => {
    await run('pageref.auditPageReserved', { picks: ['All trees'] });
    const text = await rows();
    assert.match(text, /^newer Linux 7\.0, \d+ need care$/m);
    assert.match(text, /^older Linux 5\.4, \d+ needs? care$/m);
    assert.match(text, /^ {2}needs-zone-device, wrong-today \d+$/m);
  });

  test('a row leads to its place', async () => {
    const { view } = await app();
    const all = (node?: Parameters<typeof view.getTreeItem>[0]): ReturnType<typeof view.getChildren> =>
      view.getChildren(node).flatMap((child) => [child, ...all(child)]);
    const row = all().find(({ place }) => place?.path === 'drivers/demo/leak.c' && place.rootUri.endsWith('/newer'));
    const command = row && view.getTreeItem(row).command;
    assert.ok(command);
    await vscode.commands.executeCommand(command.command, ...(command.arguments as unknown[]));
    await activeDocument('newer/drivers/demo/leak.c');
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.getText(editor.selection), 'PageReserved');
  });

  test('the tree follows the unsaved text', async () => {
    const before = await rows();
    const editor = await open('newer', 'drivers/demo/leak.c');
    await replace(editor, '!PageReserved(page)', 'true');
    await treeChanges((now) => now !== before);
    await revert(editor);
    await treeChanges((now) => now === before);
  });

  test('the tree follows files on disk', async () => {
    const before = await rows();
    const file = vscode.Uri.joinPath(folder('newer').uri, 'drivers/demo/added.c');
    await vscode.workspace.fs.writeFile(
      file,
      new TextEncoder().encode('bool demo_added(struct page *page)\n{\n\treturn PageReserved(page);\n}\n'),
    );
    await treeChanges((now) => now.includes('added.c'));
    await vscode.workspace.fs.delete(file);
    await treeChanges((now) => now === before);
  });

  test('what-if shows what would change', async () => {
    await run('pageref.auditWhatIf', { picks: ['newer'] });
    assert.match(await rows(), /^ {2}If ZONE_DEVICE pages lose PG_reserved 4 sites change$/m);
    await run('pageref.auditPageReserved', { picks: ['newer'] });
    assert.doesNotMatch(await rows(), /If ZONE_DEVICE/);
  });

  test('the tree can be grouped and filtered', async () => {
    await run('pageref.groupByReason');
    assert.match(await rows(), /^ {2}get_user_pages_fast /m);
    await run('pageref.groupByVerdict');
    const { view } = await app();
    view.setFilter('crlf.c');
    assert.doesNotMatch(await rows(), /leak\.c/);
    await run('pageref.clearFilter');
    assert.match(await rows(), /leak\.c/);
  });

  for (const [label, extension, check] of [
    ['SARIF', 'sarif', (text: string) => assert.equal((JSON.parse(text) as { version: string }).version, '2.1.0')],
    ['JSON', 'json', (text: string) => assert.equal((JSON.parse(text) as { schemaVersion: number }).schemaVersion, 1)],
    ['Markdown', 'md', (text: string) => assert.match(text, /drivers\/demo\/leak\.c/)],
  ] as const) {
    test(`a report is exported as ${label}`, async () => {
      const saveAs = vscode.Uri.file(`${folder('newer').uri.fsPath}.${extension}`);
      await run('pageref.exportReport', { picks: ['newer', label], saveAs });
      check(readFileSync(saveAs.fsPath, 'utf8'));
    });
  }

  test('the report is a document that cannot be edited and keeps up', async () => {
    await run('pageref.openReport', { picks: ['newer'] });
    const report = await activeDocument('PageReserved audit of newer');
    assert.equal(vscode.workspace.fs.isWritableFileSystem(report.uri.scheme), undefined);
    assert.match(report.getText(), /drivers\/demo\/leak\.c/);
  });

  test('the report is a page', async () => {
    await run('pageref.openHtmlReport', { picks: ['newer'] });
    await until('a page', () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .find(({ input }) => input instanceof vscode.TabInputWebview),
    );
  });

  test('the table of a name is shown', async () => {
    const editor = await open('newer', 'drivers/demo/leak.c');
    const offset = editor.document.getText().indexOf('put_page');
    const place = editor.document.positionAt(offset + 2);
    editor.selection = new vscode.Selection(place, place);
    await run('pageref.showEffectTable');
    assert.match((await activeDocument('put_page')).getText(), /7\.0/);
  });
});

suite('around the server', () => {
  test('a release is selected for a folder and taken back', async () => {
    const { document } = await open('older', 'mm/walk.c');
    await run('pageref.selectKernelRelease', { picks: ['older', 'Linux 7.0'] });
    await diagnostics(document, 1);
    await run('pageref.selectKernelRelease', { picks: ['older', "What the tree's Makefile says"] });
    await diagnostics(document, 0);
  });

  test('a restarted server takes up the open documents as they are', async () => {
    const editor = await open('newer', 'drivers/demo/leak.c');
    await replace(editor, '#include', '\n#include');
    await run('pageref.restart');
    const { server } = await app();
    assert.ok(server.isRunning);
    await diagnostics(editor.document, ([one]) => one?.range.start.line === 10);
    await revert(editor);
    await diagnostics(editor.document, ([one]) => one?.range.start.line === 9);
  });

  test('the log is shown', () => run('pageref.showLog'));
});
