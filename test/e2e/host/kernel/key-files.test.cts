import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { show, spot, until } from '../editor.cjs';

/** What `check --all` says of files, by path: "line:column rule severity message". */
type Said = Readonly<Record<string, readonly string[]>>;

const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const;
/** What the whole tree knows comes from a thread with a low priority. Milliseconds. */
const PATIENCE = 5 * 60_000;

/** Calls that have an inlay hint without being asked for. */
const ANNOTATED = /\b((un)?pin_user_pages?\w*|get_user_pages\w*|\w*memremap_pages|kvm_release_\w+|gfn_to_\w+)\(/;

function shown(uri: vscode.Uri): string[] {
  const own = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'pageref');
  return own
    .map(({ range, code, severity, message }) => {
      const rule = typeof code === 'object' ? String(code.value) : String(code);
      return `${spot(range.start)} ${rule} ${SEVERITIES[severity]} ${message}`;
    })
    .sort();
}

suite('in a whole kernel', () => {
  const said = JSON.parse(readFileSync(process.env['PAGEREF_E2E_SAID'] ?? '', 'utf8')) as Said;
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  for (const [path, wanted] of Object.entries(said)) {
    test(`${path} shows what check --all says of it, and what its calls do`, async function () {
      this.timeout(PATIENCE);
      assert.ok(folder, 'the kernel is open');
      const uri = vscode.Uri.joinPath(folder.uri, path);
      const { document } = await show(await vscode.workspace.openTextDocument(uri));
      const isAsWanted = (): true | undefined => (shown(uri).join('\n') === wanted.join('\n') ? true : undefined);
      await until('the findings', isAsWanted, PATIENCE - 20_000).catch(() => assert.deepEqual(shown(uri), wanted));
      if (!ANNOTATED.test(document.getText())) return;
      const all = new vscode.Range(0, 0, document.lineCount, 0);
      await until('inlay hints', async () => {
        const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
          'vscode.executeInlayHintProvider',
          uri,
          all,
        );
        return hints.length > 0 ? hints : undefined;
      });
    });
  }
});
