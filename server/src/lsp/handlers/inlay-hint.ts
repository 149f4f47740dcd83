import { HINT_FAMILIES } from '@pageref/shared';
import { MarkupKind } from 'vscode-languageserver/node';
import type { InlayHint, InlayHintParams } from 'vscode-languageserver/node';
import { effectTableMarkdown } from '../../print/api/effect-table.js';
import { fields } from '../params.js';
import { toOffset, toRange } from '../positions.js';
import { documentOf, rangeIn } from '../session.js';
import type { Handler } from '../session.js';

/** What is needed to show the effect table of a hint when somebody points at it. */
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

/** `inlayHint/resolve`: the effect table, which nobody waits for while text is shown. */
export const inlayHintResolve: Handler<InlayHint, InlayHint> = async (session, hint) => {
  const data = fields(hint)['data'] as Partial<HintData> | null | undefined;
  const { uri, name } = data ?? {};
  if (typeof uri !== 'string' || typeof name !== 'string') return hint;
  const found = await documentOf(session, { textDocument: { uri } });
  const table = await found?.document.content.effectTable(name);
  if (!table) return hint;
  return {
    ...hint,
    tooltip: { kind: MarkupKind.Markdown, value: effectTableMarkdown(name, table, undefined, '####') },
  };
};
