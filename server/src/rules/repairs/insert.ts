import type { TextEdit } from '@pageref/shared';
import { blankNonCode } from '../../syntax/index.js';
import type { Stmt } from '../../syntax/index.js';
import { indentAt, lineBreak, lineEnd, lineStart } from '../../syntax/source-text.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { Placed } from '../fixes/statements.js';
import { callLines } from './layout.js';
import type { WrittenCall } from './give-back.js';

/** Statements in front of a jump, as edits in the order of the text. */
export interface Inserted {
  readonly edits: readonly TextEdit[];
  /** The edit that holds the calls, and where each of them begins in its text. */
  readonly holder: TextEdit;
  readonly calls: readonly number[];
}

/** A statement that stands in the branch of an `if`, or in any other list. */
export interface Exit extends Placed {
  /** The `if` whose branch it ends. */
  readonly around: Extract<Stmt, { op: 'if' }> | undefined;
}

/**
 * Statements, each on a line of its own, in front of one that has its lines to itself. The branch of an `if` that had none
 * gets braces. Undefined where the text is laid out otherwise, and where other branches would need braces as well.
 * @param jump what stands there in place of the statement; the same as before when left out
 */
export function insertedBefore(
  { original, text }: SourceFile,
  exit: Exit,
  added: readonly (WrittenCall | string)[],
  jump?: string,
): Inserted | undefined {
  const { statement } = exit;
  const start = lineStart(original, statement.start);
  const stop = lineEnd(original, statement.end);
  const code = blankNonCode(text);
  if (code.slice(start, statement.start).trim() !== '' || code.slice(statement.end, stop).trim() !== '')
    return undefined;
  const indent = indentAt(original, statement.start);
  const eol = lineBreak(original, statement.start);
  const written = added.map((one) => statementLines(one, indent, eol));
  const lines = written.map(({ line }) => line);
  const begins = written.map(({ call }, at) => lines.slice(0, at).join('').length + call);
  const inFront = { start, end: start, text: lines.join('') };
  const holder = jump === undefined ? inFront : { start, end: statement.end, text: `${inFront.text}${indent}${jump}` };
  const braces = added.length === 0 ? NO_BRACES : bracesFor(original, code, exit);
  return braces && { edits: [...braces.before, holder, ...braces.after(stop, eol)], holder, calls: begins };
}

/** A statement on lines of its own, and where its call begins in them. */
function statementLines(
  added: WrittenCall | string,
  indent: string,
  eol: string,
): { readonly line: string; readonly call: number } {
  if (typeof added === 'string') return { line: `${indent}${added};${eol}`, call: indent.length };
  const head = added.when === undefined ? '' : `${indent}if (${added.when})${eol}`;
  const inner = added.when === undefined ? indent : `${indent}\t`;
  const call = callLines(added, { before: inner, rest: ';', eol });
  return { line: `${head}${inner}${call};${eol}`, call: head.length + inner.length };
}

interface Braces {
  readonly before: readonly TextEdit[];
  readonly after: (at: number, eol: string) => readonly TextEdit[];
}

const NO_BRACES: Braces = { before: [], after: () => [] };

/** The braces that a branch needs to hold more than one statement; undefined where the branch beside it would need some as well. */
function bracesFor(original: string, code: string, { statement, list, around }: Exit): Braces | undefined {
  const previous = /\S(?=\s*$)/.exec(code.slice(0, statement.start))?.[0];
  if (previous === '{' || previous === ';' || previous === '}' || previous === ':') {
    return list.length > 1 || previous === '{' ? NO_BRACES : undefined;
  }
  if (around === undefined || list.length !== 1 || around.else.length > 0 || list !== around.then) return undefined;
  const head = code.slice(around.condition.end, statement.start);
  if (!/^\s*\)+\s*$/.test(head)) return undefined;
  const close = around.condition.end + head.lastIndexOf(')') + 1;
  const from = lineStart(code, around.start);
  // `else if` would want braces in its other branches.
  if (code.slice(from, around.start).trim() !== '') return undefined;
  const indent = indentAt(original, around.start);
  return {
    before: [{ start: close, end: close, text: ' {' }],
    after: (at, eol) => [{ start: at, end: at, text: `${eol}${indent}}` }],
  };
}
