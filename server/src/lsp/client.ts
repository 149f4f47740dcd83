import { MarkupKind, PositionEncodingKind } from 'vscode-languageserver/node';
import type { InitializeParams } from 'vscode-languageserver/node';

/** What the client can do, read once from its capabilities. */
export interface Client {
  /** Diagnostics are asked for; else they are published. One of the two, for the whole session. */
  readonly pullsDiagnostics: boolean;
  readonly encoding: Encoding;
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  readonly diagnosticData: boolean;
  readonly hoverMarkdown: boolean;
  readonly configuration: boolean;
  readonly registersConfiguration: boolean;
  readonly registersWatchers: boolean;
  readonly workspaceFolders: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly refreshesCodeLens: boolean;
  readonly refreshesHints: boolean;
  /** The tooltip of an inlay hint may be made when it is asked for. */
  readonly resolvesHints: boolean;
  readonly createsProgress: boolean;
  /** Code actions may be objects with edits; else only commands are understood. */
  readonly codeActionLiterals: boolean;
  /** The edit of a code action may be made when it is chosen. */
  readonly resolvesEdits: boolean;
  readonly disabledActions: boolean;
  readonly documentChanges: boolean;
  /** An edit may make a file. */
  readonly createsFiles: boolean;
  /** Edits may be asked for that belong to no code action. */
  readonly appliesEdits: boolean;
  /** A person is asked for the reason of a judgement by the client's own command. */
  readonly asksReason: boolean;
  /** The client has a command that shows the places which explain a finding. */
  readonly peeksPlaces: boolean;
  /** The client has a command that shows an effect table, and runs it from a link. */
  readonly showsTables: boolean;
  readonly showsDocuments: boolean;
}

/** Unit of the columns in positions. */
export type Encoding = 'utf-8' | 'utf-16';

/** Total: a client that sends nonsense is one that can do nothing. */
export function readClient({ capabilities }: Partial<InitializeParams>): Client {
  const { general, textDocument, workspace, window } = capabilities ?? {};
  const diagnostics = textDocument?.publishDiagnostics;
  const pull = textDocument?.diagnostic;
  return {
    pullsDiagnostics: isObject(pull),
    encoding: chooseEncoding(general?.positionEncodings),
    relatedInformation: (pull?.relatedInformation ?? diagnostics?.relatedInformation) === true,
    codeDescription: (pull?.codeDescriptionSupport ?? diagnostics?.codeDescriptionSupport) === true,
    diagnosticData: (pull?.dataSupport ?? diagnostics?.dataSupport) === true,
    hoverMarkdown: prefersMarkdown(textDocument?.hover?.contentFormat),
    configuration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    registersWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    refreshesCodeLens: workspace?.codeLens?.refreshSupport === true,
    refreshesHints: workspace?.inlayHint?.refreshSupport === true,
    resolvesHints: resolvesTooltips(textDocument?.inlayHint),
    createsProgress: window?.workDoneProgress === true,
    codeActionLiterals: isObject(textDocument?.codeAction?.codeActionLiteralSupport),
    resolvesEdits: resolves(textDocument?.codeAction),
    disabledActions: textDocument?.codeAction?.disabledSupport === true,
    documentChanges: workspace?.workspaceEdit?.documentChanges === true,
    createsFiles: creates(workspace?.workspaceEdit),
    appliesEdits: workspace?.applyEdit === true,
    asksReason: says(capabilities?.experimental, 'asksReason'),
    peeksPlaces: says(capabilities?.experimental, 'peeksPlaces'),
    showsTables: says(capabilities?.experimental, 'showsTables'),
    showsDocuments: window?.showDocument?.support === true,
  };
}

/** The client lists encodings by preference; utf-16 is what every client must understand. */
function chooseEncoding(offered: unknown): Encoding {
  if (!Array.isArray(offered)) return 'utf-16';
  const known = offered.find(
    (one) => one === PositionEncodingKind.UTF8 || one === PositionEncodingKind.UTF16,
  ) as unknown;
  return known === PositionEncodingKind.UTF8 ? 'utf-8' : 'utf-16';
}

function prefersMarkdown(formats: unknown): boolean {
  if (!Array.isArray(formats)) return false;
  const first = formats.find((one) => one === MarkupKind.Markdown || one === MarkupKind.PlainText) as unknown;
  return first === MarkupKind.Markdown;
}

/** Actions are made again from their data: a client that does not hand it back gets the edit at once. */
function resolves(actions: { dataSupport?: unknown; resolveSupport?: { properties?: unknown } } | undefined): boolean {
  const properties = actions?.resolveSupport?.properties;
  return actions?.dataSupport === true && Array.isArray(properties) && properties.includes('edit');
}

function resolvesTooltips(hints: { resolveSupport?: { properties?: unknown } } | undefined): boolean {
  const properties = hints?.resolveSupport?.properties;
  return Array.isArray(properties) && properties.includes('tooltip');
}

function creates(edits: { documentChanges?: unknown; resourceOperations?: unknown } | undefined): boolean {
  const operations = edits?.resourceOperations;
  return edits?.documentChanges === true && Array.isArray(operations) && operations.includes('create');
}

/** What a client made for this server can do beyond the protocol. */
function says(experimental: unknown, what: 'asksReason' | 'peeksPlaces' | 'showsTables'): boolean {
  const own = (experimental as { pageref?: Record<string, unknown> | null } | null | undefined)?.pageref;
  return own?.[what] === true;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
