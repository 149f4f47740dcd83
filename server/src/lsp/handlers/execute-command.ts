import {
  AUDIT_COMMAND,
  OPEN_RULE_COMMAND,
  SHOW_REASON_COMMAND,
  SHOW_WHY_COMMAND,
  SUPPRESS_COMMAND,
} from '@pageref/shared';
import { ErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { ExecuteCommandParams } from 'vscode-languageserver/node';
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
  const command = Object.hasOwn(COMMANDS, params.command) ? COMMANDS[params.command] : undefined;
  if (!command) throw new ResponseError(ErrorCodes.InvalidParams, `there is no command "${params.command}"`);
  return command(session, params, token);
};
