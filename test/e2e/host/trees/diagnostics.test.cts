import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CODE, diagnostics, hover, open, placeOf, replace, revert, spot, until, withSetting } from '../editor.cjs';

suite('in a kernel tree', () => {
  test('a C file shows where the bit is taken for something else, why and since where', async () => {
    const { document } = await open('newer', 'drivers/demo/leak.c');
    const [found] = await diagnostics(document, 1);
    assert.ok(found);
    assert.equal(spot(found.range.start), '10:7');
    assert.equal(document.getText(found.range), 'PageReserved');
    assert.equal(found.severity, vscode.DiagnosticSeverity.Warning);
    assert.equal((found.code as { value: string }).value, CODE);
    assert.match(found.message, /get_user_pages_fast.*leaks.*Linux 7\.0/s);
    assert.ok(found.relatedInformation?.some(({ location }) => location.range.start.line === 6));
  });

  test('diagnostics follow the unsaved text, there and back', async () => {
    const editor = await open('newer', 'drivers/demo/leak.c');
    await diagnostics(editor.document, 1);
    const online = '!pfn_to_online_page(page_to_pfn(page)) || ';
    await replace(editor, '!PageReserved(page)', `${online}!is_zone_device_page(page)`);
    await diagnostics(editor.document, 0);
    assert.ok(editor.document.isDirty);
    await revert(editor);
    await diagnostics(editor.document, 1);
  });

  test('a finding moves with the lines above it', async () => {
    const editor = await open('newer', 'drivers/demo/leak.c');
    await replace(editor, '#include', '\n\n\n#include');
    await diagnostics(editor.document, ([one]) => one !== undefined && spot(one.range.start) === '13:7');
    await revert(editor);
    await diagnostics(editor.document, ([one]) => one !== undefined && spot(one.range.start) === '10:7');
  });

  test('lines that end in CR LF are no hindrance', async () => {
    const { document } = await open('newer', 'drivers/demo/crlf.c');
    assert.equal(document.eol, vscode.EndOfLine.CRLF);
    const [found] = await diagnostics(document, 1);
    assert.equal(found && spot(found.range.start), '10:7');
  });

  test('each folder is judged by its own release', async () => {
    const newer = await open('newer', 'mm/walk.c');
    const older = await open('older', 'mm/walk.c');
    const [found] = await diagnostics(newer.document, 1);
    assert.match(found?.message ?? '', /Linux 7\.0/);
    await hover(older, placeOf(older, 'vm_normal_page'), '5.4');
    await diagnostics(older.document, 0);
  });

  test('a folder can be told its release', async () => {
    const { document } = await open('older', 'mm/walk.c');
    await diagnostics(document, 0);
    await withSetting('older', 'kernelRelease', '7.0', async () => {
      const [found] = await diagnostics(document, 1);
      assert.match(found?.message ?? '', /Linux 7\.0/);
    });
    await diagnostics(document, 0);
  });

  test('a severity can be chosen, and nonsense is not taken', async () => {
    const { document } = await open('newer', 'drivers/demo/leak.c');
    const severity = async (value: unknown, expected: vscode.DiagnosticSeverity | undefined): Promise<void> =>
      withSetting('newer', 'severities.wrong-today', value, async () => {
        await diagnostics(document, (found) => found[0]?.severity === expected);
      });
    await severity('error', vscode.DiagnosticSeverity.Error);
    await severity('off', undefined);
    await severity(['no', 'severity'], vscode.DiagnosticSeverity.Warning);
  });
});

suite('at the cursor', () => {
  test('a hover says what a call does in this release', async () => {
    const editor = await open('newer', 'drivers/demo/leak.c');
    const text = await hover(editor, placeOf(editor, 'get_user_pages_fast'), 'get_user_pages_fast');
    assert.match(text, /7\.0/);
  });

  test('a hover on a variable says which pages it can hold', async () => {
    const editor = await open('newer', 'drivers/demo/leak.c');
    await hover(editor, placeOf(editor, 'put_page(page)', 'put_page('.length + 1), 'fs-dax');
  });

  test('what takes a reference and what drops it are highlighted together', async () => {
    const editor = await open('newer', 'drivers/demo/leak.c');
    const place = placeOf(editor, 'put_page');
    const lines = await until('highlights', async () => {
      const found = await vscode.commands.executeCommand<vscode.DocumentHighlight[]>(
        'vscode.executeDocumentHighlights',
        editor.document.uri,
        place,
      );
      const all = found.map(({ range }) => range.start.line + 1);
      return all.includes(7) ? all : undefined;
    });
    assert.deepEqual(lines, [7, 11]);
  });

  test('functions that test the bit are symbols of the workspace', async () => {
    const query = 'demo_is_reserved';
    await until(query, async () => {
      const found = await vscode.commands.executeCommand<vscode.SymbolInformation[]>(
        'vscode.executeWorkspaceSymbolProvider',
        query,
      );
      return found.find(({ name }) => name.startsWith(query));
    });
  });

  test('a code lens counts the callers when it is asked for', async () => {
    const { document } = await open('newer', 'drivers/demo/wrapper.c');
    const titles = async (): Promise<string[]> => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        10,
      );
      return lenses.flatMap(({ command }) => command?.title ?? []);
    };
    await diagnostics(document, (found) => found.length > 0);
    assert.deepEqual(
      (await titles()).filter((title) => title.includes('reserved')),
      [],
    );
    await withSetting('newer', 'codeLens', true, async () => {
      await until('a code lens', async () => (await titles()).find((title) => /reserved test: \d+ call/.test(title)));
    });
  });
});
