import type { TextEdit } from '@pageref/shared';
import { REPLACEMENTS } from '@pageref/shared/model';
import { partsOf, visitExpressions } from '../../syntax/ir-walk.js';
import type { Expr, Stmt } from '../../syntax/index.js';
import { isCounted } from '../reserved/consequence.js';
import { includeEdits } from './includes.js';
import { knownName } from './names.js';
import type { PageOperand } from './operand.js';
import type { Candidate, FixRequest } from './request.js';
import { indentAt, lineBreak, lineEnd, expressionLine } from '../../syntax/source-text.js';
import type { Slot } from './slot.js';
import { isJump, removedLines, statementsAround, wholeLines } from './statements.js';
import type { Placed } from './statements.js';

type Call = Extract<Expr, { op: 'call' }>;
type Loop = Extract<Stmt, { op: 'loop' }>;

const PRECONDITION = 'the walk is of online RAM and has no business with device pages';

/**
 * A walk over pfns that means RAM takes the page with pfn_to_online_page(), which gives none for a device page. Not where
 * the page has a known source or is counted: there device pages are legitimate, and this would refuse them.
 */
export function onlinePageFixes(request: FixRequest, slot: Slot, page: PageOperand): Candidate[] {
  const { source, consequence, test } = request.basis;
  const name = knownName(request, REPLACEMENTS.onlinePage);
  if (!name || source || [...consequence.skipped, ...consequence.added].some(isCounted)) return [];
  const around = statementsAround(test.fn, slot.start);
  const loop = around.findLast(({ statement }) => statement.op === 'loop')?.statement;
  if (loop?.op !== 'loop') return [];
  const edits = inlineEdits(request, around, page, loop) ?? assignedEdits(request, page, loop);
  if (!edits) return [];
  const title = `Take the page with ${name.name}(), which gives online RAM only`;
  return [
    {
      id: 'online-page',
      title: `${title} (${PRECONDITION})`,
      kind: 'needs-look',
      precondition: PRECONDITION,
      ...includeEdits(request, [name], edits),
    },
  ];
}

/** `pfn_valid(pfn) && ... PageReserved(pfn_to_page(pfn))`: the same condition asks whether the pfn is online instead. */
function inlineEdits(
  request: FixRequest,
  around: readonly Placed[],
  page: PageOperand,
  loop: Loop,
): readonly TextEdit[] | undefined {
  const pfn = pfnOf(page.expr);
  const statement = around.at(-1)?.statement;
  if (!pfn || statement?.op !== 'if' || !isWalked(request, loop, pfn)) return undefined;
  const asked = find(statement.condition, (expr) => isCallOn(request, expr, REPLACEMENTS.pfnValid, pfn));
  return asked && [renamed(asked)];
}

/** `page = pfn_to_page(pfn);` in the walk's body, behind `if (!pfn_valid(pfn)) continue;` or with nothing before it. */
function assignedEdits(request: FixRequest, page: PageOperand, loop: Loop): readonly TextEdit[] | undefined {
  if (page.expr.op !== 'name') return undefined;
  const { name } = page.expr;
  const made = loop.body.findIndex((statement) => pfnOf(assignedTo(statement, name)) !== undefined);
  const statement = loop.body[made];
  const call = statement && assignedTo(statement, name);
  const pfn = pfnOf(call);
  if (
    !statement ||
    call?.op !== 'call' ||
    !pfn ||
    !isWalked(request, loop, pfn) ||
    isAssignedElsewhere(request, name, call)
  ) {
    return undefined;
  }
  const { text } = request.file;
  const lines = wholeLines(text, statement);
  if (!lines) return undefined;
  const check = loop.body.slice(0, made).find((one) => isValidCheck(request, one, pfn));
  const exit = check
    ? check.then[0]
    : loop.style === 'for' || loop.style === 'macro'
      ? ('continue;' as const)
      : undefined;
  if (exit === undefined) return undefined;
  const leave = exit === 'continue;' ? exit : statementText(text, exit);
  const [indent, eol] = [indentAt(text, statement.start), lineBreak(text, statement.start)];
  const end = lineEnd(text, statement.end);
  const inserted = `${eol}${indent}if (!${name})${eol}${indent}\t${leave}`;
  const removed = check && removedLines(text, check);
  if (check && !removed) return undefined;
  return [
    ...(removed ? [{ ...removed, text: '' }] : []),
    { start: call.start, end: call.start + REPLACEMENTS.pfnToPage.length, text: REPLACEMENTS.onlinePage },
    { start: end, end, text: inserted },
  ];
}

function statementText(text: string, statement: Stmt): string {
  return expressionLine(text, { start: statement.start, end: text.indexOf(';', statement.start) + 1 });
}

function renamed(call: Call): TextEdit {
  return { start: call.start, end: call.start + (call.name?.length ?? 0), text: REPLACEMENTS.onlinePage };
}

function pfnOf(expr: Expr | undefined): Expr | undefined {
  return expr?.op === 'call' && expr.name === REPLACEMENTS.pfnToPage ? expr.args[0] : undefined;
}

function assignedTo(statement: Stmt, name: string): Expr | undefined {
  if (statement.op === 'expr' && statement.expr.op === 'assign' && statement.expr.operator === '=') {
    const { target, value } = statement.expr;
    return target.op === 'name' && target.name === name ? value : undefined;
  }
  return undefined;
}

function isAssignedElsewhere({ basis }: FixRequest, name: string, here: Expr): boolean {
  let found = false;
  visitExpressions(basis.test.fn.body, (expr) => {
    if (expr.op === 'assign' && expr.target.op === 'name' && expr.target.name === name && expr.value !== here)
      found = true;
  });
  return found;
}

/** The loop itself moves the pfn on: it walks. */
function isWalked({ file }: FixRequest, loop: Loop, pfn: Expr): boolean {
  if (pfn.op !== 'name') return false;
  const counted = loop.macro?.name === undefined ? undefined : file.analysis.vocabulary.rangeLoops.get(loop.macro.name);
  const variable = counted && loop.macro?.args[counted.variable];
  if (variable?.op === 'name' && variable.name === pfn.name) return true;
  return loop.step !== undefined && find(loop.step, (expr) => moves(expr, pfn.name)) !== undefined;
}

function moves(expr: Expr, name: string): boolean {
  const target = expr.op === 'assign' ? expr.target : expr.op === 'update' ? expr.operand : undefined;
  return target?.op === 'name' && target.name === name;
}

function isValidCheck(request: FixRequest, statement: Stmt, pfn: Expr): statement is Extract<Stmt, { op: 'if' }> {
  if (statement.op !== 'if' || statement.else.length > 0 || !isJump(statement.then)) return false;
  const { condition } = statement;
  return (
    condition.op === 'unary' &&
    condition.operator === '!' &&
    isCallOn(request, condition.operand, REPLACEMENTS.pfnValid, pfn)
  );
}

function isCallOn({ file }: FixRequest, expr: Expr, name: string, argument: Expr): expr is Call {
  return (
    expr.op === 'call' &&
    expr.name === name &&
    expr.args[0] !== undefined &&
    expressionLine(file.text, expr.args[0]) === expressionLine(file.text, argument)
  );
}

function find<Found extends Expr>(expr: Expr, wanted: (expr: Expr) => expr is Found): Found | undefined;
function find(expr: Expr, wanted: (expr: Expr) => boolean): Expr | undefined;
function find(expr: Expr, wanted: (expr: Expr) => boolean): Expr | undefined {
  if (wanted(expr)) return expr;
  for (const part of partsOf(expr)) {
    const found = find(part, wanted);
    if (found) return found;
  }
  return undefined;
}
