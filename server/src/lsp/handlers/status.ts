import { RESERVED_CONFLATES_ZONE_DEVICE } from '@pageref/shared';
import type { StatusParams, StatusResult } from '@pageref/shared';
import { defectsIn } from '../../editor/workspace.js';
import type { EditorFinding } from '../../editor/workspace.js';
import { documentOf } from '../session.js';
import type { Handler } from '../session.js';
import { uriOfPath } from '../uris.js';

/** `pageref/status`. */
export const status: Handler<StatusParams | null, StatusResult> = async (session, params) => {
  const found = await documentOf(session, { textDocument: { uri: params?.uri as string } });
  if (!found) return { status: null };
  const { content } = found.document;
  const { root, tree } = await content.tree();
  const analysis = await content.unsuppressed();
  return {
    status: {
      rootUri: root === undefined ? null : uriOfPath(root),
      release: tree.model.release,
      detected: tree.detected,
      findings: defectsIn(analysis).filter(({ head }) => needsCare(head)).length,
      notAnalysed: analysis.notAnalysed.length,
    },
  };
};

/** A note of another rule is there to be read; a test of the reserved bit counts as it does in the audit. */
function needsCare({ rule, severity }: EditorFinding): boolean {
  return severity !== 'information' || rule === RESERVED_CONFLATES_ZONE_DEVICE.id;
}
