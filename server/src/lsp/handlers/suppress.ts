import { join } from 'node:path';
import {
  ASK_REASON_COMMAND,
  SUPPRESSIONS_FILE,
  PERSONAL_VERDICTS,
  SHOW_REASON_COMMAND,
  SUPPRESS_COMMAND,
} from '@pageref/shared';
import type { PersonalVerdict, SuppressActionData, SuppressParams, SuppressResult } from '@pageref/shared';
import {
  ApplyWorkspaceEditRequest,
  CodeActionKind,
  LSPErrorCodes,
  ResponseError,
  ShowDocumentRequest,
} from 'vscode-languageserver/node';
import type { CodeAction, Command, Diagnostic, ExecuteCommandParams, WorkspaceEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { addSuppression, editsBetween, membersOf, suppressible, reasonPlace } from '../../editor/workspace.js';
import type { EditorDefect, EditorFinding } from '../../editor/workspace.js';
import type { OpenDocument } from '../documents.js';
import { workspaceEdit } from '../edits.js';
import type { EditedText } from '../edits.js';
import { fields, invalid, oneOf, text } from '../params.js';
import { toRange } from '../positions.js';
import { documentOf } from '../session.js';
import type { Handler, Session } from '../session.js';
import { shownDefects } from '../shown.js';
import { uriOfPath } from '../uris.js';
import { findingNamed, say } from './finding-commands.js';

/**
 * Judging a finding: a line in the tree's file of judged findings. The reason has to come from a person. A client that asks for
 * it runs a command with it; for any other the line is written without one, which silences nothing until somebody fills it in.
 */

const TITLE = 'Suppress with a reason';
const VERDICTS = PERSONAL_VERDICTS.map(({ verdict }) => verdict);

/** What a menu offers for a finding. Nothing for a text that stands for no file of a tree. */
export async function suppressActions(
  session: Session,
  document: OpenDocument,
  defect: EditorDefect,
  diagnostics: Diagnostic[],
): Promise<CodeAction[]> {
  const file = await fileOf(document);
  if (!file) return [];
  const { uri } = document;
  const { head } = defect;
  const { fingerprint } = head;
  const shared = { kind: CodeActionKind.QuickFix, diagnostics };
  if (session.client.asksReason) return [{ ...shared, title: `${TITLE}...`, command: askCommand(uri, head) }];
  const command: Command = { title: TITLE, command: SHOW_REASON_COMMAND, arguments: [{ uri, fingerprint }] };
  return PERSONAL_VERDICTS.map(({ verdict, label }) => {
    const data: SuppressActionData = { uri, version: document.text.version, fingerprint, verdict };
    const rest = session.client.resolvesEdits
      ? { data }
      : { edit: suppressEdit(session, file, membersOf(defect), { verdict }).edit };
    return { ...shared, title: `${TITLE}: ${label}`, ...rest, command };
  });
}

/** Commands that judge a finding, for clients that understand no code action but a command. */
export async function suppressCommands(
  session: Session,
  document: OpenDocument,
  finding: EditorFinding,
): Promise<Command[]> {
  const { client } = session;
  if (!client.appliesEdits || !(await fileOf(document))) return [];
  const { uri } = document;
  if (client.asksReason) return [askCommand(uri, finding)];
  return PERSONAL_VERDICTS.map(({ verdict, label }) => ({
    title: `${TITLE}: ${label}`,
    command: SUPPRESS_COMMAND,
    arguments: [{ uri, fingerprint: finding.fingerprint, verdict } satisfies SuppressParams],
  }));
}

function askCommand(uri: string, { fingerprint }: EditorFinding): Command {
  return { title: `${TITLE}...`, command: ASK_REASON_COMMAND, arguments: [{ uri, fingerprint }] };
}

/** The edit of an action that was offered; undefined when the finding is no longer there. */
export async function resolveSuppress(
  session: Session,
  document: OpenDocument,
  { fingerprint, verdict }: SuppressActionData,
): Promise<WorkspaceEdit | undefined> {
  const { findings } = await document.content.unsuppressed();
  const finding = findings.find((one) => one.fingerprint === fingerprint);
  const file = await fileOf(document);
  if (!finding || !file) return undefined;
  return suppressEdit(session, file, await toldWith(session, document, finding), { verdict }).edit;
}

/** The findings that a diagnostic stands for, or the finding alone where none does: who judges one judges them all. */
async function toldWith(
  session: Session,
  document: OpenDocument,
  finding: EditorFinding,
): Promise<readonly EditorFinding[]> {
  const found = await documentOf(session, { textDocument: { uri: document.uri } });
  if (!found) return [finding];
  const taste = { settings: found.settings, tree: await document.content.tree() };
  const shown = shownDefects(await document.content.unsuppressed(), taste);
  const defect = shown.find(({ head }) => head.fingerprint === finding.fingerprint);
  return defect ? membersOf(defect) : [finding];
}

/** The command: judges a finding through an edit that the client applies. */
export const suppress: Handler<ExecuteCommandParams, SuppressResult> = async (session, params, token) => {
  const given = readSuppressParams(params.arguments?.[0]);
  const { document, finding } = await findingNamed(session, given);
  const file = await fileOf(document);
  if (!file) throw failed(NO_FILE);
  if (!session.client.appliesEdits) throw failed('this editor does not apply edits that a command asks for');
  const { uri, edit } = suppressEdit(session, file, await toldWith(session, document, finding), given);
  const { applied, failureReason } = await session.connection.sendRequest(ApplyWorkspaceEditRequest.type, {
    label: TITLE,
    edit,
  });
  if (!applied) throw failed(`the edit was not applied${failureReason === undefined ? '' : `: ${failureReason}`}`);
  if (given.reason === undefined) await showReason(session, params, token);
  return { uri };
};

/** Shows where the reason of a judgement stands: to be written where there is none yet. */
export const showReason: Handler<ExecuteCommandParams, string> = async (session, params) => {
  const { document, finding } = await findingNamed(session, params.arguments?.[0]);
  const file = await fileOf(document);
  if (!file) throw failed(NO_FILE);
  const judged = suppressionsDocument(session, file.root);
  const place = reasonPlace(judged.text.getText(), suppressible(file.path, finding));
  const line = place && judged.text.positionAt(place.start).line + 1;
  const where = [join(file.root, SUPPRESSIONS_FILE), ...(line === undefined ? [] : [line])].join(':');
  const { client, connection } = session;
  if (place && client.showsDocuments) {
    const selection = toRange(judged.text, place.start, place.end, client.encoding);
    await connection.sendRequest(ShowDocumentRequest.type, { uri: judged.uri, takeFocus: true, selection });
    return where;
  }
  return say(session, `${where}: write the reason there. Until then the finding is still shown.`);
};

const NO_FILE = 'the document is no file of a tree: its findings cannot be judged';

/** A file of a tree. */
interface TreeFile {
  readonly root: string;
  /** In the tree. */
  readonly path: string;
}

async function fileOf({ content }: OpenDocument): Promise<TreeFile | undefined> {
  const { root } = await content.tree();
  if (root === undefined || !content.place.isFile) return undefined;
  return { root, path: (await content.analysis()).path };
}

function suppressEdit(
  session: Session,
  { root, path }: TreeFile,
  findings: readonly EditorFinding[],
  { verdict, reason = '' }: { readonly verdict: PersonalVerdict; readonly reason?: string },
): { readonly uri: string; readonly edit: WorkspaceEdit } {
  const judged = suppressionsDocument(session, root);
  const before = judged.text.getText();
  const after = findings.reduce(
    (text, finding) => addSuppression(text, { ...suppressible(path, finding), verdict, reason }),
    before,
  );
  return { uri: judged.uri, edit: workspaceEdit(session.client, judged, editsBetween(before, after)) };
}

/** The file of judged findings in the folder, as the client has it. */
function suppressionsDocument({ documents, workspace }: Session, root: string): EditedText {
  const path = join(root, SUPPRESSIONS_FILE);
  const open = documents.at(path);
  if (open) return { uri: open.uri, text: open.text, as: 'open' };
  const source = workspace.trees.suppressions.text(root);
  if (source && 'why' in source) throw failed(`${path} cannot be read: ${source.why}`);
  const uri = uriOfPath(path);
  const on = TextDocument.create(uri, 'jsonl', 0, source?.text ?? '');
  return { uri, text: on, as: source ? 'closed' : 'missing' };
}

function readSuppressParams(value: unknown): SuppressParams {
  const { uri, fingerprint, verdict, reason } = fields(value);
  const read = {
    uri: text('uri', uri),
    fingerprint: text('fingerprint', fingerprint),
    verdict: oneOf('verdict', VERDICTS, verdict),
  };
  if (reason === undefined || reason === null) return read;
  if (text('reason', reason).trim() === '') throw invalid('say why: the reason must not be empty');
  return { ...read, reason: text('reason', reason) };
}

function failed(message: string): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}
