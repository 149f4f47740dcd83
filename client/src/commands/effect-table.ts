import { window } from 'vscode';
import { EFFECT_TABLE_REQUEST, NAMES_REQUEST } from '@pageref/shared';
import type { EffectTableParams, EffectTableResult, NamesResult } from '@pageref/shared';
import type { App } from '../app.js';

/** Shows what a kernel name does to each page kind: the name under the cursor, or one that is picked. */
export async function showEffectTable(app: App): Promise<void> {
  const where = placeOfEditor();
  const under = where.name === undefined ? undefined : await tableOf(app, where.name, where.uri);
  if (where.name !== undefined && under !== undefined) return show(app, where.name, where.uri);
  const name = await pickName(app, where.uri);
  if (name !== undefined) await show(app, name, where.uri);
}

/** Shows the table that a hover or a hint links to. */
export async function effectTableOf(app: App, { name, uri }: EffectTableParams): Promise<void> {
  await show(app, name, uri);
}

function placeOfEditor(): { readonly uri: string | undefined; readonly name: string | undefined } {
  const editor = window.activeTextEditor;
  if (!editor) return { uri: undefined, name: undefined };
  const { document, selection } = editor;
  const range = document.getWordRangeAtPosition(selection.active, /[A-Za-z_]\w*/);
  return { uri: document.uri.toString(), name: range && document.getText(range) };
}

async function tableOf({ server }: App, name: string, uri: string | undefined): Promise<string | undefined> {
  const params = { name, ...(uri !== undefined && { uri }) };
  return (await server.request<EffectTableResult>(EFFECT_TABLE_REQUEST, params)).markdown ?? undefined;
}

async function show(app: App, name: string, uri: string | undefined): Promise<void> {
  await app.documents.show(name, async () => (await tableOf(app, name, uri)) ?? `Nothing is known of ${name}.\n`);
}

async function pickName({ server }: App, uri: string | undefined): Promise<string | undefined> {
  const { release, names } = await server.request<NamesResult>(NAMES_REQUEST, { ...(uri !== undefined && { uri }) });
  const items = names.map(({ name, summary }) => ({ label: name, detail: summary }));
  const options = { title: `Effect table, Linux ${release}`, placeHolder: 'A kernel name', matchOnDetail: true };
  return (await window.showQuickPick(items, options))?.label;
}
