import { REPLACEMENTS } from '@pageref/shared/model';
import { partsOf, visitExpressions, visitStatements } from '../../syntax/ir-walk.js';
import { blankNonCode } from '../../syntax/index.js';
import type { Expr, FunctionIr, Stmt } from '../../syntax/index.js';
import { expressionLine, indentAt, lineBreak, lineEnd } from '../../syntax/source-text.js';
import type { SourceFile } from '../../contracts/source-file.js';
import { isJump, statementsAround } from '../fixes/statements.js';
import { judgedAs, withHeaders } from './repair.js';
import type { Repair, RepairRequest } from './repair.js';

type Call = Extract<Expr, { op: 'call' }>;

const PRECONDITION = 'only RAM is meant';

/** The page of a tested pfn, taken where only the memory map of online RAM gives one. */
interface Made {
  readonly call: Call;
  readonly statement: Stmt;
  /** The variable that gets the page. */
  readonly name: string;
  /** What is done where there is none. */
  readonly leave: string;
}

/**
 * `page = pfn_to_page(pfn)` behind a test of the pfn asks for an online page instead, and leaves as the test does where there is none.
 * The test stays: it costs nothing, and what stands between the two may rest on it.
 */
export function onlinePageRepairs({ world, file, fn, headers, start }: RepairRequest): readonly Repair[] {
  const made = madeBehind(file, fn, start);
  if (!made) return [];
  const place = { file, mention: { start: made.call.start }, model: world.model, headers };
  const change = withHeaders(place, [REPLACEMENTS.onlinePage], [], editsOf(file, made));
  if (!change) return [];
  const title = `Take the page with ${REPLACEMENTS.onlinePage}()`;
  return [
    {
      id: 'online-page',
      ...judgedAs(title, title, PRECONDITION),
      ...change,
      of: { start, taken: undefined },
      owed: [],
    },
  ];
}

function editsOf({ original }: SourceFile, { call, statement, name, leave }: Made): Repair['edits'] {
  const indent = indentAt(original, statement.start);
  const eol = lineBreak(original, statement.start);
  const end = lineEnd(original, statement.end);
  return [
    { start: call.start, end: call.start + (call.name?.length ?? 0), text: REPLACEMENTS.onlinePage },
    { start: end, end, text: `${eol}${indent}if (!${name})${eol}${indent}\t${leave}` },
  ];
}

/** Undefined where the test or the assignment has another shape. */
function madeBehind(file: SourceFile, fn: FunctionIr, at: number): Made | undefined {
  const around = statementsAround(fn, at);
  const owner = around.at(-1);
  if (owner?.statement.op !== 'if' || owner.statement.else.length > 0) return undefined;
  const { statement, list, index } = owner;
  const { condition, then } = statement;
  const pfn = testedIn(condition, at);
  if (!pfn) return undefined;
  if (operandsOf(condition, '||').some((one) => isNegated(one, at))) {
    const leave = isJump(then) ? then[0] : undefined;
    return leave && madeIn(file, list.slice(index + 1), pfn, textOf(file, leave));
  }
  const isAsked = operandsOf(condition, '&&').some((one) => one.op === 'call' && one.start === at);
  const loop = around.at(-2)?.statement;
  const isLast = loop?.op === 'loop' && loop.body === list && index === list.length - 1;
  return isAsked && isLast && then.length > 1 ? madeIn(file, then, pfn, 'continue;') : undefined;
}

function operandsOf(expr: Expr, operator: '&&' | '||'): readonly Expr[] {
  if (expr.op !== 'binary' || expr.operator !== operator) return [expr];
  return [...operandsOf(expr.left, operator), ...operandsOf(expr.right, operator)];
}

function isNegated(expr: Expr, at: number): boolean {
  return expr.op === 'unary' && expr.operator === '!' && expr.operand.op === 'call' && expr.operand.start === at;
}

/** What the test in a condition asks about. */
function testedIn(expr: Expr, at: number): Expr | undefined {
  if (expr.op === 'call' && expr.start === at) return expr.args[0];
  for (const part of partsOf(expr)) {
    const found = testedIn(part, at);
    if (found) return found;
  }
  return undefined;
}

function textOf({ text }: SourceFile, statement: Stmt): string {
  return expressionLine(text, { start: statement.start, end: text.indexOf(';', statement.start) + 1 });
}

/** The first statement of a list that makes the page of the pfn, where nothing comes in or changes the pfn before it. */
function madeIn(file: SourceFile, list: readonly Stmt[], pfn: Expr, leave: string): Made | undefined {
  const { text } = file;
  const at = list.findIndex((one) => callIn(text, one, pfn) !== undefined);
  const statement = list[at];
  const made = statement && callIn(text, statement, pfn);
  if (!made || list[at + 1]?.op === 'declare' || list.slice(0, at).some((one) => changes(one, namesOf(pfn))))
    return undefined;
  const code = blankNonCode(text);
  const isAlone = code.slice(statement.end, lineEnd(text, statement.end)).trim() === '';
  return isAlone ? { ...made, statement, leave } : undefined;
}

function callIn(text: string, statement: Stmt, pfn: Expr): Pick<Made, 'call' | 'name'> | undefined {
  const [name, value] =
    statement.op === 'declare'
      ? [statement.name, statement.initial]
      : statement.op === 'expr' && statement.expr.op === 'assign' && statement.expr.operator === '='
        ? [statement.expr.target.op === 'name' ? statement.expr.target.name : undefined, statement.expr.value]
        : [];
  if (name === undefined || value?.op !== 'call' || value.name !== REPLACEMENTS.pfnToPage) return undefined;
  const [arg] = value.args;
  return arg && expressionLine(text, arg) === expressionLine(text, pfn) ? { call: value, name } : undefined;
}

function namesOf(expr: Expr): readonly string[] {
  return expr.op === 'name' ? [expr.name] : partsOf(expr).flatMap(namesOf);
}

/** A statement that writes one of the variables, or that is come to from elsewhere. */
function changes(statement: Stmt, names: readonly string[]): boolean {
  let found = false;
  visitStatements([statement], ({ op }) => void (found ||= op === 'label' || op === 'case'));
  visitExpressions([statement], (expr) => {
    const target = expr.op === 'assign' ? expr.target : expr.op === 'update' ? expr.operand : undefined;
    const address = expr.op === 'unary' && expr.operator === '&' ? expr.operand : undefined;
    found ||= [target, address].some((one) => one?.op === 'name' && names.includes(one.name));
  });
  return found;
}
