import type { Expr, FunctionIr, Stmt } from '../../syntax/ir.js';
import { bodiesOf, expressionsOf, partsOf } from '../../syntax/ir-walk.js';
import type { CfgVocabulary } from './cfg.js';

/** The labels of a function, and who may jump to them. */
export interface Labels {
  readonly defined: ReadonlySet<string>;
  /** Where `goto *p` may lead: the labels whose address is taken. */
  readonly computed: readonly string[];
  /** The labels that a call may jump to: those among its operands. */
  readonly amongOperands: (call: Extract<Expr, { op: 'call' }>) => readonly string[];
  /** Why a jump cannot be followed: its label is not in the function, or nothing in sight leads to a label. */
  readonly uncertain: string | undefined;
}

export function labelsOf(fn: FunctionIr, vocabulary: CfgVocabulary): Labels {
  const found: Found = { defined: new Set(), aimed: new Set(), addressed: new Set(), declared: new Set(), calls: [] };
  for (const param of fn.params) found.declared.add(param.name);
  visitBody(fn.body, found);
  const { defined, declared, addressed, calls, aimed } = found;
  const amongOperands = ({ name, args }: Extract<Expr, { op: 'call' }>): readonly string[] => {
    const last = args.at(-1);
    return args.flatMap((arg) => {
      if (arg.op !== 'name' || !defined.has(arg.name)) return [];
      const isLabel =
        !declared.has(arg.name) || (arg === last && name !== undefined && vocabulary.jumpsToLast.has(name));
      return isLabel ? [arg.name] : [];
    });
  };
  if (defined.size > 0) for (const call of calls) for (const label of amongOperands(call)) aimed.add(label);
  const computed = [...(addressed.size > 0 ? addressed : defined)];
  return { defined, computed, amongOperands, uncertain: uncertainty(found, fn, vocabulary) };
}

interface Found {
  readonly defined: Set<string>;
  /** Labels that something jumps to. */
  readonly aimed: Set<string>;
  readonly addressed: Set<string>;
  readonly declared: Set<string>;
  readonly calls: Extract<Expr, { op: 'call' }>[];
  computes?: boolean;
}

function uncertainty(
  { defined, aimed, addressed, calls, computes }: Found,
  { origin, unreadWays }: FunctionIr,
  vocabulary: CfgVocabulary,
): string | undefined {
  if (unreadWays !== undefined) return unreadWays;
  const missing = [...aimed, ...addressed].find((label) => !defined.has(label));
  // A macro may well jump to a label of its user.
  if (missing !== undefined && origin === 'function') return `its label ${missing} is not in sight`;
  if (computes && defined.size === 0) return 'a computed goto has no label in sight';
  const orphan = [...defined].find((label) => !aimed.has(label) && !addressed.has(label));
  if (calls.some(({ name }) => name !== undefined && vocabulary.returnsTwice.has(name))) {
    return 'it calls what may return twice';
  }
  return orphan !== undefined && !computes ? `what jumps to its label ${orphan} is not in sight` : undefined;
}

function visitBody(body: readonly Stmt[], found: Found): void {
  for (const statement of body) {
    if (statement.op === 'label') found.defined.add(statement.name);
    if (statement.op === 'goto') found.aimed.add(statement.label);
    if (statement.op === 'declare') found.declared.add(statement.name);
    if (statement.op === 'expr') for (const name of declaredBehind(statement.expr)) found.declared.add(name);
    if (statement.op === 'asm') for (const label of statement.labels) found.aimed.add(label);
    if (statement.op === 'computed-goto') found.computes = true;
    for (const expr of expressionsOf(statement)) visitExpr(expr, found);
    for (const inner of bodiesOf(statement)) visitBody(inner, found);
  }
}

/** `LIST_HEAD(list), *pos, *next;`: what stands behind a macro that declares reads like an expression. */
function declaredBehind(expr: Expr): readonly string[] {
  const [macro, ...declarators] = listed(expr);
  return macro?.op !== 'call' ? [] : declarators.flatMap(declaredBy);
}

/** What commas part. */
function listed(expr: Expr): readonly Expr[] {
  return expr.op === 'comma' ? [...listed(expr.left), ...listed(expr.right)] : [expr];
}

function declaredBy(declarator: Expr): readonly string[] {
  if (declarator.op === 'assign') return declaredBy(declarator.target);
  if (declarator.op === 'unary' && declarator.operator === '*') return declaredBy(declarator.operand);
  return declarator.op === 'name' ? [declarator.name] : [];
}

function visitExpr(expr: Expr, found: Found): void {
  if (expr.op === 'label') found.addressed.add(expr.name);
  if (expr.op === 'call') found.calls.push(expr);
  if (expr.op === 'block') visitBody(expr.body, found);
  for (const part of partsOf(expr)) visitExpr(part, found);
}
