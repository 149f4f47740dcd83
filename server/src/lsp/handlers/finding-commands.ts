import { visible } from '@pageref/shared';
import type { FindingParams } from '@pageref/shared';
import {
  ErrorCodes,
  MessageType,
  ResponseError,
  ShowDocumentRequest,
  ShowMessageNotification,
} from 'vscode-languageserver/node';
import type { ExecuteCommandParams } from 'vscode-languageserver/node';
import type { EditorFinding } from '../../editor/workspace.js';
import type { OpenDocument } from '../documents.js';
import { documentOf } from '../session.js';
import type { Handler, Session } from '../session.js';

/** Commands that speak of one finding. They answer with what they have shown, for clients that show nothing. */

/** Says why a finding is one, and why nothing is offered for it where that is so. */
export const showWhy: Handler<ExecuteCommandParams, string> = async (session, params) => {
  const { document, finding } = await findingNamed(session, params.arguments?.[0]);
  const advice = await document.content.fixesOf(finding);
  const why = [finding.message, advice?.why ?? ''];
  return say(session, why.filter((part) => part !== '').join(' '));
};

/** Opens the page about a finding's rule where the client can show a document, else says where it is. */
export const openRule: Handler<ExecuteCommandParams, string> = async (session, params) => {
  const { pageOf, client, connection } = session;
  const page = pageOf((await findingNamed(session, params.arguments?.[0])).finding.rule);
  if (page === undefined) return say(session, 'The page about the rule was not installed with this server.');
  if (client.showsDocuments) await connection.sendRequest(ShowDocumentRequest.type, { uri: page, takeFocus: true });
  else await say(session, page);
  return page;
};

/** The finding a command speaks of. */
export async function findingNamed(
  session: Session,
  argument: unknown,
): Promise<{ readonly document: OpenDocument; readonly finding: EditorFinding }> {
  const { uri, fingerprint } = readParams(argument);
  const found = await documentOf(session, { textDocument: { uri } });
  const finding = (await found?.document.content.analysis())?.findings.find((one) => one.fingerprint === fingerprint);
  if (!found || !finding) throw new ResponseError(ErrorCodes.InvalidParams, 'the finding is no longer there');
  return { document: found.document, finding };
}

export async function say({ connection }: Session, text: string): Promise<string> {
  const message = visible(text);
  await connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
  return message;
}

/** What came over the wire has the type somebody wrote, not the one the protocol says. */
function readParams(argument: unknown): FindingParams {
  const given = argument as { uri?: unknown; fingerprint?: unknown } | null | undefined;
  if (typeof given?.uri === 'string' && typeof given.fingerprint === 'string') {
    return { uri: given.uri, fingerprint: given.fingerprint };
  }
  throw new ResponseError(ErrorCodes.InvalidParams, 'the argument must have a uri and a fingerprint');
}
