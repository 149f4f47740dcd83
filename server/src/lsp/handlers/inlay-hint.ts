import { HINT_FAMILIES } from '@pageref/shared';
import type { InlayHint, InlayHintParams } from 'vscode-languageserver/node';
import { callCard } from '../../editor/workspace.js';
import { cardContents } from '../convert.js';
import { fields } from '../params.js';
import { toOffset, toRange } from '../positions.js';
import { documentOf, rangeIn } from '../session.js';
import type { Handler } from '../session.js';

/** What is needed to say what a hint's call does when somebody points at it. */
interface HintData {
  readonly uri: string;
  readonly name: string;
}

/** `textDocument/inlayHint`. */
export const inlayHint: Handler<InlayHintParams, InlayHint[]> = async (session, params) => {
  const found = await documentOf(session, params);
  if (!found) return [];
  const { text, content, uri } = found.document;
  const { encoding } = session.client;
  const range = rangeIn(params);
  const families = new Set(HINT_FAMILIES.filter((family) => found.settings.inlayHints[family]));
  const [start, end] = [toOffset(text, range.start, encoding), toOffset(text, range.end, encoding)];
  const hints = await content.callHints(families, start, end);
  return hints.map(({ name, at, label }) => ({
    position: toRange(text, at, at, encoding).start,
    label,
    paddingLeft: true,
    data: { uri, name } satisfies HintData,
  }));
};

/** `inlayHint/resolve`: what holds for the call, which nobody waits for while text is shown. */
export const inlayHintResolve: Handler<InlayHint, InlayHint> = async (session, hint) => {
  const data = fields(hint)['data'] as Partial<HintData> | null | undefined;
  const { uri, name } = data ?? {};
  if (typeof uri !== 'string' || typeof name !== 'string') return hint;
  const found = await documentOf(session, { textDocument: { uri } });
  if (!found) return hint;
  const { tree } = await found.document.content.tree();
  const card = callCard(name, tree.model);
  return card ? { ...hint, tooltip: cardContents(card, { client: session.client, uri }) } : hint;
};
