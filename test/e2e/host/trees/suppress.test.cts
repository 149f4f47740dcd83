import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { diagnostics, folder, open, replace, revert, run, show, until } from '../editor.cjs';

const TITLE = 'Suppress with a reason...';
const ASK = 'pageref.askReason';

function judgedFile(): vscode.Uri {
  return vscode.Uri.joinPath(folder('newer').uri, '.pageref-judged.jsonl');
}

interface Line {
  readonly verdict: string;
  readonly reason: string;
}

const HEADER = '{"pageref":"judged findings","schemaVersion":1}\n';

/** The editor keeps the text of a file that it has opened for a while: an empty file is sooner seen than a deleted one. */
async function judgeNothing(): Promise<void> {
  await vscode.workspace.fs.writeFile(judgedFile(), new TextEncoder().encode(HEADER));
}

function lines(): Line[] {
  const [, ...rest] = readFileSync(judgedFile().fsPath, 'utf8').trimEnd().split('\n');
  return rest.map((line) => JSON.parse(line) as Line);
}

/** What the menu hands to the command for the finding of a document. */
async function argumentOf(document: vscode.TextDocument): Promise<object> {
  const [finding] = await diagnostics(document, 1);
  assert.ok(finding);
  const action = await until(TITLE, async () => {
    const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      finding.range,
    );
    return found.find(({ title }) => title === TITLE);
  });
  assert.equal(action.command?.command, ASK);
  const [argument] = action.command.arguments as [object];
  return argument;
}

suite('suppressing a finding', () => {
  teardown(async () => {
    await judgeNothing();
    await diagnostics((await open('newer', 'drivers/demo/leak.c')).document, 1);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  suiteTeardown(() => vscode.workspace.fs.delete(judgedFile()));

  test('with a reason that is given along, there and back', async () => {
    const { document } = await open('newer', 'drivers/demo/leak.c');
    const argument = await argumentOf(document);
    assert.equal(existsSync(judgedFile().fsPath), false);
    await run(ASK, {}, { ...argument, verdict: 'intended', reason: 'No dax on this board.' });
    await diagnostics(document, 0);
    assert.deepEqual(
      lines().map(({ verdict, reason }) => [verdict, reason]),
      [['intended', 'No dax on this board.']],
    );
    const judged = await show(await vscode.workspace.openTextDocument(judgedFile()));
    assert.equal(judged.document.isDirty, false);

    // The unsaved text counts, and says what is wrong with it.
    await replace(judged, 'No dax on this board.', '');
    const [problem] = await diagnostics(judged.document, 1);
    assert.match(problem?.message ?? '', /the reason must not be empty/);
    await diagnostics(document, 1);
    await revert(judged);
    await diagnostics(judged.document, 0);
    await diagnostics(document, 0);
  });

  test('with the answers of a person', async () => {
    const { document } = await open('newer', 'drivers/demo/leak.c');
    const argument = await argumentOf(document);
    await run(ASK, { picks: ['later'], inputs: ['After the merge window.'] }, argument);
    await diagnostics(document, 0);
    assert.deepEqual(
      lines().map(({ verdict, reason }) => [verdict, reason]),
      [['later', 'After the merge window.']],
    );
  });

  test('nobody answers: nothing is written', async () => {
    const { document } = await open('newer', 'drivers/demo/leak.c');
    const argument = await argumentOf(document);
    await run(ASK, { picks: ['later'], inputs: [undefined] }, argument);
    assert.deepEqual(lines(), []);
    await diagnostics(document, 1);
  });

  test('what is unsaved in the file is left unsaved', async () => {
    const { document } = await open('newer', 'drivers/demo/leak.c');
    const argument = await argumentOf(document);
    const judged = await show(await vscode.workspace.openTextDocument(judgedFile()));
    await replace(judged, HEADER, `${HEADER}\n`);
    await run(ASK, { inputs: ['Looked at.'] }, { ...argument, verdict: 'intended' });
    await diagnostics(document, 0);
    assert.ok(judged.document.isDirty);
    assert.equal(readFileSync(judgedFile().fsPath, 'utf8'), HEADER);
    await revert(judged);
    await diagnostics(document, 1);
  });
});

suite('files written for pageref', () => {
  test('show their mistakes', async () => {
    const uri = vscode.Uri.joinPath(folder('older').uri, '.pageref.json');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode('{ "schemaVersion": 2, "model": [] }\n'));
    const { document } = await show(await vscode.workspace.openTextDocument(uri));
    await diagnostics(document, 1);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await vscode.workspace.fs.delete(uri);
  });
});
