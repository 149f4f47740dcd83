import { compareTexts } from '@pageref/shared';
import type { EffectTableParams, EffectTableResult, NamesParams, NamesResult } from '@pageref/shared';
import { describeApi, effectTable as tableFor } from '../../editor/workspace.js';
import type { EffectTable, KnownTree } from '../../editor/workspace.js';
import { effectTableMarkdown } from '../../print/api/effect-table.js';
import { fields, optional, text } from '../params.js';
import { folderOf } from '../folders.js';
import { documentOf, rootOf } from '../session.js';
import type { Handler, Session } from '../session.js';
import { uriOfPath } from '../uris.js';

/** `pageref/effectTable`. */
export const effectTable: Handler<EffectTableParams, EffectTableResult> = async (session, params) => {
  const given = fields(params);
  const name = text('name', given['name']);
  const { model, table } = await lookUp(session, optional('uri', given['uri']), name);
  const found = describeApi(name, model.release, model.user);
  const isThere = found.known && found.entries.length > 0;
  if (!table && !found.known) return { markdown: null, near: found.near };
  return {
    markdown: effectTableMarkdown(name, table, isThere || (found.known && !table) ? found : undefined),
    near: [],
  };
};

/** `pageref/names`. */
export const names: Handler<NamesParams | null, NamesResult> = async (session, params) => {
  const { model } = await lookUp(session, optional('uri', params === null ? undefined : fields(params)['uri']));
  const all = [...model.entries.values()].map(({ name, summary }) => ({ name, summary }));
  return { release: model.release, names: all.sort((a, b) => compareTexts(a.name, b.name)) };
};

interface FoundTable {
  readonly model: KnownTree['tree']['model'];
  readonly table: EffectTable | undefined;
}

/** An open document speaks for itself; any other place for the release of its tree. */
async function lookUp(session: Session, uri: string | undefined, name?: string): Promise<FoundTable> {
  const open = uri === undefined ? undefined : await documentOf(session, { textDocument: { uri } });
  if (open) {
    const { content } = open.document;
    const { tree } = await content.tree();
    return { model: tree.model, table: name === undefined ? undefined : await content.effectTable(name) };
  }
  const { model } = (await treeAt(session, uri)).tree;
  return { model, table: name === undefined ? undefined : tableFor(name, model) };
}

/** Without a folder there is no tree, and the newest release the model knows is meant. */
async function treeAt(session: Session, uri: string | undefined): Promise<KnownTree> {
  const { trees } = session.workspace;
  const isNowhere = uri === undefined && session.folders.length === 0;
  const root = isNowhere || uri?.startsWith('file:') === false ? undefined : rootOf(session, uri);
  const folder = root === undefined ? undefined : folderOf(session, uri ?? uriOfPath(root));
  const { kernelRelease } = await session.configuration.of(folder?.uri);
  return trees.open(root, kernelRelease);
}
