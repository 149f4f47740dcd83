import { Uri, window, workspace } from 'vscode';
import { PERSONAL_VERDICTS, SUPPRESS_COMMAND } from '@pageref/shared';
import type { FindingParams, PersonalVerdict, SuppressParams, SuppressResult } from '@pageref/shared';
import type { App } from '../app.js';

/** What a code action gives; a keybinding or a test may give the answers with it. */
type AskedReason = FindingParams & Partial<SuppressParams>;

/**
 * Asks for a verdict and a reason and has the finding judged. The file of judged findings is saved, unless it held something
 * unsaved before.
 */
export async function askReason({ server }: App, { uri, fingerprint, ...given }: AskedReason): Promise<void> {
  const verdict = given.verdict ?? (await askVerdict());
  if (verdict === undefined) return;
  const reason = given.reason ?? (await askText());
  if (reason === undefined) return;
  const argument: SuppressParams = { uri, fingerprint, verdict, reason };
  const unsaved = new Set(workspace.textDocuments.filter(({ isDirty }) => isDirty));
  const judged = await server.request<SuppressResult>('workspace/executeCommand', {
    command: SUPPRESS_COMMAND,
    arguments: [argument],
  });
  const path = Uri.parse(judged.uri, true).toString();
  const document = workspace.textDocuments.find((one) => one.uri.toString() === path);
  if (document && !unsaved.has(document)) await document.save();
}

async function askVerdict(): Promise<PersonalVerdict | undefined> {
  const items = PERSONAL_VERDICTS.map(({ verdict, label, about }) => ({ label, detail: about, verdict }));
  return (await window.showQuickPick(items, { title: 'Suppress the finding: what is it?' }))?.verdict;
}

async function askText(): Promise<string | undefined> {
  return window.showInputBox({
    title: 'Suppress the finding',
    prompt: 'Why? It is kept in .pageref-judged.jsonl for whoever looks next.',
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? 'Say why: the reason must not be empty.' : undefined),
  });
}
