import {
  FIX_ALL_KIND,
  FIX_IDS,
  OPEN_RULE_COMMAND,
  PEEK_WHY_COMMAND,
  PERSONAL_VERDICTS,
  SHOW_WHY_COMMAND,
} from '@pageref/shared';
import type {
  DiagnosticData,
  Fix,
  FixActionData,
  PeekParams,
  Settings,
  SuppressActionData,
  TextEdit,
} from '@pageref/shared';
import { CodeActionKind, ErrorCodes, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { CodeAction, CodeActionParams, Command, Diagnostic, WorkspaceEdit } from 'vscode-languageserver/node';
import type { EditorDefect, EditorFinding, Fixable } from '../../editor/workspace.js';
import type { OpenDocument } from '../documents.js';
import { placesOf } from '../convert.js';
import { workspaceEdit } from '../edits.js';
import { fields } from '../params.js';
import { toOffset, toRange } from '../positions.js';
import { documentOf, rangeIn } from '../session.js';
import type { Handler, Session } from '../session.js';
import { shownDefects } from '../shown.js';
import { resolveSuppress, suppressActions, suppressCommands } from './suppress.js';

/** `textDocument/codeAction`: fixes of the findings in a range, and what else can be done about them. */
export const codeAction: Handler<CodeActionParams, (CodeAction | Command)[]> = async (session, params) => {
  const found = await documentOf(session, params);
  if (!found) return [];
  const { document, settings } = found;
  const only = onlyIn(params);
  const actions: (CodeAction | Command)[] = [];
  if (asksFor(only, CodeActionKind.QuickFix)) {
    for (const defect of await defectsAt(session, params, document, settings)) {
      actions.push(...(await actionsOf(session, document, defect, settings, params)));
    }
  }
  // Nobody gets a change of the whole document who has not asked for that kind.
  if (only.length > 0 && asksFor(only, FIX_ALL_KIND)) actions.push(...(await fixAllAction(session, document)));
  return actions;
};

/** `codeAction/resolve`: the edit, made from the action's data. Refused when the document is no longer that of the menu. */
export const codeActionResolve: Handler<CodeAction, CodeAction> = async (session, action) => {
  fields(action);
  // Some editors ask for the edit of an action that is a command alone.
  if (action.data === undefined && action.command) return action;
  const data = readData(action.data);
  const found = await documentOf(session, { textDocument: { uri: data.uri } });
  if (!found) throw stale();
  const { document } = found;
  if (document.text.version !== data.version) throw stale();
  const edit =
    'verdict' in data ? await resolveSuppress(session, document, data) : await resolveFix(session, document, data);
  if (!edit || document.text.version !== data.version) throw stale();
  return { ...action, edit };
};

async function resolveFix(
  session: Session,
  document: OpenDocument,
  { fingerprint, fix }: FixActionData,
): Promise<WorkspaceEdit | undefined> {
  const edits =
    fingerprint === undefined ? await document.content.fixAll() : (await fixOf(document, fingerprint, fix))?.edits;
  return edits && editOf(session, document, edits);
}

function stale(): ResponseError {
  return new ResponseError(LSPErrorCodes.ContentModified, 'the document has changed since the fix was offered');
}

async function fixOf(document: OpenDocument, fingerprint: string, id: string | undefined): Promise<Fix | undefined> {
  const { findings } = await document.content.unsuppressed();
  const finding = findings.find((one) => one.fingerprint === fingerprint);
  const advice = finding && (await document.content.fixesOf(finding));
  return advice?.fixes.find((fix) => fix.id === id);
}

/** What is shown and touches the range of the request. */
async function defectsAt(
  { client }: Session,
  params: CodeActionParams,
  document: OpenDocument,
  settings: Settings,
): Promise<readonly EditorDefect[]> {
  const range = rangeIn(params);
  const { text } = document;
  const [from, to] = [toOffset(text, range.start, client.encoding), toOffset(text, range.end, client.encoding)];
  const tree = await document.content.tree();
  const shown = shownDefects(await document.content.unsuppressed(), { settings, tree });
  return shown.filter(({ head: { start, end } }) => start <= to && from <= end);
}

async function actionsOf(
  session: Session,
  document: OpenDocument,
  defect: EditorDefect,
  settings: Settings,
  params: CodeActionParams,
): Promise<(CodeAction | Command)[]> {
  const { client } = session;
  const { head, voices } = defect;
  const commands = await commandsOf(session, document, defect, settings);
  if (!client.codeActionLiterals) return [...(await suppressCommands(session, document, head)), ...commands];
  const diagnostics = diagnosticsOf(params, head);
  const fixes: CodeAction[] = [];
  let refused: Fixable | undefined;
  for (const voice of voices) {
    const advice = await document.content.fixesOf(voice);
    fixes.push(...(advice?.fixes ?? []).map((fix) => fixAction(session, document, voice, fix, diagnostics)));
    refused ??= advice;
  }
  const others = commands.map((command) => ({
    title: command.title,
    kind: CodeActionKind.QuickFix,
    diagnostics,
    command,
  }));
  const suppress = await suppressActions(session, document, defect, diagnostics);
  return [...fixes, ...(fixes.length > 0 ? [] : refusal(client.disabledActions, refused)), ...suppress, ...others];
}

function fixAction(
  session: Session,
  document: OpenDocument,
  { fingerprint }: EditorFinding,
  { id, title, preferred, edits }: Fix,
  diagnostics: Diagnostic[],
): CodeAction {
  const data: FixActionData = { uri: document.uri, version: document.text.version, fingerprint, fix: id };
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics,
    ...(preferred && { isPreferred: true }),
    ...(session.client.resolvesEdits ? { data } : { edit: editOf(session, document, edits) }),
  };
}

/** Why there is no fix, where the client can show an action that cannot be taken. */
function refusal(canShow: boolean, advice: Fixable | undefined): CodeAction[] {
  if (!canShow || !advice) return [];
  return [{ title: 'No fix', kind: CodeActionKind.QuickFix, disabled: { reason: advice.why } }];
}

async function commandsOf(
  session: Session,
  document: OpenDocument,
  defect: EditorDefect,
  settings: Settings,
): Promise<Command[]> {
  const { uri } = document;
  const { fingerprint } = defect.head;
  const args = [{ uri, fingerprint }];
  return [
    (await peekCommand(session, document, defect, settings)) ?? {
      title: SHOW_WHY,
      command: SHOW_WHY_COMMAND,
      arguments: args,
    },
    { title: 'Open the page about this rule', command: OPEN_RULE_COMMAND, arguments: args },
  ];
}

const SHOW_WHY = 'Show why pageref says so';

/** Shows the way to a finding; undefined where the client cannot, or there is none to be shown. */
async function peekCommand(
  { client, pageOf }: Session,
  { uri, text, content }: OpenDocument,
  defect: EditorDefect,
  settings: Settings,
): Promise<Command | undefined> {
  if (!client.peeksPlaces) return undefined;
  const places = placesOf(defect, { document: text, tree: await content.tree(), client, settings, pageOf });
  if (places.length < 2) return undefined;
  const { head } = defect;
  const position = toRange(text, head.start, head.end, client.encoding).start;
  const params: PeekParams = { uri, fingerprint: head.fingerprint, position, places };
  return { title: SHOW_WHY, command: PEEK_WHY_COMMAND, arguments: [params] };
}

async function fixAllAction(session: Session, document: OpenDocument): Promise<CodeAction[]> {
  if (!session.client.codeActionLiterals) return [];
  const { uri, text } = document;
  const edits = await document.content.fixAll();
  if (edits.length === 0) return [];
  const data: FixActionData = { uri, version: text.version };
  const rest = session.client.resolvesEdits ? { data } : { edit: editOf(session, document, edits) };
  return [{ title: 'Apply the safe fixes of pageref', kind: FIX_ALL_KIND, ...rest }];
}

function editOf({ client }: Session, { uri, text }: OpenDocument, edits: readonly TextEdit[]): WorkspaceEdit {
  return workspaceEdit(client, { uri, text, as: 'open' }, edits);
}

/** The diagnostics of the request that are this finding. */
function diagnosticsOf(params: CodeActionParams, { fingerprint }: EditorFinding): Diagnostic[] {
  const context = params.context as { diagnostics?: unknown } | null | undefined;
  if (!Array.isArray(context?.diagnostics)) return [];
  const markOf = (one: Diagnostic | null): unknown => (one?.data as DiagnosticData | null | undefined)?.fingerprint;
  return (context.diagnostics as Diagnostic[]).filter((one) => markOf(one) === fingerprint);
}

/** Kinds the client asks for; empty for all. */
function onlyIn({ context }: CodeActionParams): readonly string[] {
  const only = (context as { only?: unknown } | null | undefined)?.only;
  return Array.isArray(only) ? only.filter((kind) => typeof kind === 'string') : [];
}

/** A kind stands for all that begin with it: `source` asks for `source.fixAll.pageref` too. */
function asksFor(only: readonly string[], kind: string): boolean {
  return only.length === 0 || only.some((asked) => asked === '' || kind === asked || kind.startsWith(`${asked}.`));
}

/** What came back over the wire has the type somebody wrote, not the one it was sent with. */
function readData(data: unknown): FixActionData | SuppressActionData {
  const { uri, version, fingerprint, fix, verdict } = (data ?? {}) as Partial<
    Record<keyof FixActionData | keyof SuppressActionData, unknown>
  >;
  const isWhole = fingerprint === undefined && fix === undefined;
  const id = FIX_IDS.find((known) => known === fix);
  if (typeof uri === 'string' && typeof version === 'number') {
    const judged = PERSONAL_VERDICTS.find((known) => known.verdict === verdict);
    if (judged && typeof fingerprint === 'string') return { uri, version, fingerprint, verdict: judged.verdict };
    if (verdict === undefined && isWhole) return { uri, version };
    if (typeof fingerprint === 'string' && id !== undefined) return { uri, version, fingerprint, fix: id };
  }
  throw new ResponseError(ErrorCodes.InvalidParams, 'data must be that of an action this server has offered');
}
