import {
  AUDIT_COMMAND,
  OPEN_RULE_COMMAND,
  SHOW_REASON_COMMAND,
  SHOW_WHY_COMMAND,
  SUPPRESS_COMMAND,
} from '@pageref/shared';
import type { ExecuteCommandParams } from 'vscode-languageserver/node';
import { fields, invalid, text } from '../params.js';
import type { Handler } from '../session.js';
import { auditCommand } from './audit.js';
import { openRule, showWhy } from './finding-commands.js';
import { showReason, suppress } from './suppress.js';

const COMMANDS: Readonly<Record<string, Handler<ExecuteCommandParams, unknown>>> = {
  [AUDIT_COMMAND]: auditCommand,
  [SHOW_WHY_COMMAND]: showWhy,
  [OPEN_RULE_COMMAND]: openRule,
  [SUPPRESS_COMMAND]: suppress,
  [SHOW_REASON_COMMAND]: showReason,
};

export const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS);

/** `workspace/executeCommand`. */
export const executeCommand: Handler<ExecuteCommandParams, unknown> = (session, params, token) => {
  const name = text('command', fields(params)['command']);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw invalid(`there is no command "${name}"`);
  return command(session, params, token);
};
