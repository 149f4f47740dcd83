import { visibleLine } from '@pageref/shared';
import { DocumentHighlightKind, ErrorCodes, ResponseError, SymbolKind } from 'vscode-languageserver/node';
import type {
  CodeLens,
  CodeLensParams,
  DocumentHighlight,
  DocumentHighlightParams,
  Hover,
  HoverParams,
  SymbolInformation,
  WorkspaceSymbolParams,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { pathBelow } from '../../editor/workspace.js';
import type { TreeTest } from '../../editor/workspace.js';
import { cardContents } from '../convert.js';
import { fields } from '../params.js';
import { toOffset, toRange } from '../positions.js';
import { documentOf, positionIn } from '../session.js';
import type { Handler, Session } from '../session.js';
import { uriOfPath } from '../uris.js';

export const hover: Handler<HoverParams, Hover | null> = async (session, params) => {
  const found = await documentOf(session, params);
  if (!found) return null;
  const { text, content, uri } = found.document;
  const { client, glossary } = session;
  const card = await content.hover(toOffset(text, positionIn(params), client.encoding));
  if (!card) return null;
  return {
    contents: cardContents(card, { client, uri, glossary }),
    range: toRange(text, card.start, card.end, client.encoding),
  };
};

/** Paired calls: what takes a reference is written, what gives it back is read. */
export const documentHighlight: Handler<DocumentHighlightParams, DocumentHighlight[]> = async (session, params) => {
  const found = await documentOf(session, params);
  if (!found) return [];
  const { text, content } = found.document;
  const { encoding } = session.client;
  const pairs = await content.pairs(toOffset(text, positionIn(params), encoding));
  return pairs.map(({ start, end, does }) => ({
    range: toRange(text, start, end, encoding),
    kind: does === 'acquire' ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
  }));
};

/** Functions of the open trees that test the reserved bit. */
export const workspaceSymbol: Handler<WorkspaceSymbolParams, SymbolInformation[]> = async (session, params, token) => {
  const query: unknown = (params as { query?: unknown } | null)?.query;
  if (typeof query !== 'string') throw new ResponseError(ErrorCodes.InvalidParams, 'query must be a string');
  const roots = new Map<string, SymbolInformation[]>();
  for (const folder of session.folders) {
    const root = session.workspace.trees.rootOfFolder(folder.path);
    if (roots.has(root)) continue;
    const { kernelRelease } = await session.configuration.of(folder.uri);
    const wanted = (): boolean => !token.isCancellationRequested;
    const tests = await session.workspace.symbols(root, kernelRelease, query, wanted);
    roots.set(
      root,
      tests.map((test) => symbolOf(session, root, test)),
    );
  }
  return [...roots.values()].flat();
};

function symbolOf({ client }: Session, root: string, test: TreeTest): SymbolInformation {
  const document = TextDocument.create('', 'c', 0, test.text);
  return {
    name: test.name,
    kind: SymbolKind.Function,
    containerName: `${test.answers ? 'answers for its callers' : 'tests the reserved bit'}, ${test.path}`,
    location: {
      uri: uriOfPath(pathBelow(root, test.path)),
      range: toRange(document, test.start, test.end, client.encoding),
    },
  };
}

/** What is needed to count the calls of a lens when it comes into view. */
interface LensData {
  readonly uri: string;
  readonly name: string;
  readonly local: boolean;
  readonly label?: string;
}

export const codeLens: Handler<CodeLensParams, CodeLens[]> = async (session, params) => {
  const found = await documentOf(session, params);
  if (found?.settings.codeLens !== true) return [];
  const { text, content, uri } = found.document;
  const lenses = await content.functionLenses();
  return lenses.map(({ name, start, end, local, label }) => ({
    range: toRange(text, start, end, session.client.encoding),
    data: { uri, name, local, ...(label !== undefined && { label }) } satisfies LensData,
  }));
};

export const codeLensResolve: Handler<CodeLens, CodeLens> = async (session, lens, token) => {
  const data = fields(lens)['data'] as Partial<LensData> | null | undefined;
  const found = await documentOf(session, { textDocument: { uri: data?.uri ?? '' } });
  if (!found || typeof data?.name !== 'string') return { ...lens, command: { title: 'reserved test', command: '' } };
  const wanted = (): boolean => !token.isCancellationRequested;
  const calls = await found.document.content.countCalls(data.name, data.local === true, wanted);
  return { ...lens, command: { title: lensTitle(data.label, calls), command: '' } };
};

function lensTitle(label: unknown, calls: number): string {
  if (typeof label !== 'string') return `reserved test: ${calls} call ${calls === 1 ? 'site' : 'sites'}`;
  return `${visibleLine(label)}; ${calls} ${calls === 1 ? 'caller' : 'callers'}`;
}
