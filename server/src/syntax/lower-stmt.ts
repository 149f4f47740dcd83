import type { Expr, Stmt } from './ir.js';
import type { LowerContext } from './lower-context.js';
import {
  declaratorOf,
  endOf,
  field,
  isPrototype,
  markOf,
  partsOf,
  sourceOf,
  spanOf,
  startOf,
  typeOf,
} from './lower-context.js';
import { lowerArgument, lowerExpr } from './lower-expr.js';
import type { CNode } from './parser.js';

type Lower = (context: LowerContext, node: CNode) => readonly Stmt[];

const FORMS: Readonly<Record<string, Lower>> = {
  comment: () => [],
  compound_statement: block,
  expression_statement: expression,
  declaration: declare,
  if_statement: branch,
  while_statement: whileLoop,
  do_statement: doLoop,
  for_statement: forLoop,
  switch_statement: multiway,
  case_statement: caseLabel,
  labeled_statement: label,
  goto_statement: jump,
  break_statement: (context, node) => [{ op: 'break', ...spanOf(context, node) }],
  continue_statement: (context, node) => [{ op: 'continue', ...spanOf(context, node) }],
  return_statement: leave,
  type_definition: () => [],
  struct_specifier: () => [],
  union_specifier: () => [],
  enum_specifier: () => [],
  attributed_statement: (context, node) => partsOf(node).flatMap((child) => lowerStmt(context, child)),
  else_clause: (context, node) => partsOf(node).flatMap((child) => lowerStmt(context, child)),
  static_assert_declaration: () => [],
};

/** Lowers one statement node; a declaration with several declarators gives several statements. Total. */
export function lowerStmt(context: LowerContext, node: CNode): readonly Stmt[] {
  const form = FORMS[node.type];
  if (form !== undefined) return form(context, node);
  const parts = partsOf(node).map((child) => lowerExpr(context, child));
  return [{ op: 'unknown', parts, ...spanOf(context, node) }];
}

/** The statements of a compound statement, or the one statement that stands for it. */
export function lowerBody(context: LowerContext, node: CNode | undefined): readonly Stmt[] {
  if (node === undefined) return [];
  if (node.type !== 'compound_statement' || isArms(context, node)) return lowerStmt(context, node);
  return node.children.flatMap((child) => lowerStmt(context, child));
}

function isArms(context: LowerContext, node: CNode): boolean {
  const mark = markOf(context, node);
  return mark === 'arms' || mark === 'arms-open';
}

function block(context: LowerContext, node: CNode): readonly Stmt[] {
  if (markOf(context, node) === 'maybe') {
    return [{ op: 'maybe', body: lowerBody(context, node), ...spanOf(context, node) }];
  }
  if (!isArms(context, node)) return [{ op: 'block', body: lowerBody(context, node), ...spanOf(context, node) }];
  const arms = partsOf(node).map((child) => lowerBody(context, child));
  if (markOf(context, node) === 'arms-open') arms.push([]);
  return [{ op: 'arms', arms, ...spanOf(context, node) }];
}

function expression(context: LowerContext, node: CNode): readonly Stmt[] {
  const inner = partsOf(node)[0];
  if (inner === undefined) return [];
  const expr = lowerExpr(context, inner);
  const mark = markOf(context, node);
  if (mark === 'computed-goto') return [{ op: 'computed-goto', target: expr, ...spanOf(context, node) }];
  if (mark === 'asm' && expr.op === 'call') return [assembly(context, node, expr)];
  if (guardName(expr) === 'guard') return [{ op: 'guard', call: expr, body: [], ...spanOf(context, node) }];
  return [{ op: 'expr', expr, ...spanOf(context, node) }];
}

/** Labels are the marked ones among the operands. */
function assembly(context: LowerContext, node: CNode, { args }: Extract<Expr, { op: 'call' }>): Stmt {
  const isLabel = (arg: Expr): boolean => context.marks.get(arg.start) === 'asm-label';
  const labels = args.flatMap((arg) => (isLabel(arg) && arg.op === 'name' ? [arg.name] : []));
  return { op: 'asm', outputs: args.filter((arg) => !isLabel(arg)), labels, ...spanOf(context, node) };
}

/** `guard(class)(args)` calls what `guard(class)` names. */
function guardName(expr: Expr): string | undefined {
  return expr.op === 'call' && expr.callee.op === 'call' ? expr.callee.name : undefined;
}

function declare(context: LowerContext, node: CNode): readonly Stmt[] {
  const typeNode = field(node, 'type');
  const declarators = node.children.filter((child) => child.field === 'declarator');
  return declarators.flatMap((child, index) => {
    const initial = child.type === 'init_declarator' ? field(child, 'value') : undefined;
    const named = declaratorOf(child.type === 'init_declarator' ? field(child, 'declarator') : child);
    if (named.name === undefined || isPrototype(child)) return [];
    const next = declarators[index + 1]?.start ?? node.end;
    const stmt: Stmt = {
      op: 'declare',
      name: sourceOf(context, named.name),
      type: typeOf(context, typeNode, named.pointers),
      initial: initial === undefined ? undefined : lowerExpr(context, initial),
      static: node.children.some(
        (part) => part.type === 'storage_class_specifier' && sourceOf(context, part) === 'static',
      ),
      cleanup: cleanupBetween(context, startOf(context, node), startOf(context, child), next + context.base, index),
      ...spanOf(context, child),
    };
    return [stmt];
  });
}

/** `__free(x)` in front of the declarators belongs to all of them, behind one to that one. */
function cleanupBetween(
  context: LowerContext,
  from: number,
  own: number,
  next: number,
  index: number,
): string | undefined {
  const start = index === 0 ? from : own;
  return context.cleanups.find(({ at }) => at >= start && at < next)?.name;
}

function branch(context: LowerContext, node: CNode): readonly Stmt[] {
  const condition = field(node, 'condition');
  const body = field(node, 'consequence');
  if (markOf(context, node) === 'macro') return macroLoop(context, node, condition, body);
  return [
    {
      op: 'if',
      condition: required(context, node, condition),
      then: lowerBody(context, body),
      else: elseBody(context, field(node, 'alternative')),
      ...spanOf(context, node),
    },
  ];
}

function elseBody(context: LowerContext, clause: CNode | undefined): readonly Stmt[] {
  return clause === undefined ? [] : partsOf(clause).flatMap((child) => lowerBody(context, child));
}

function required(context: LowerContext, owner: CNode, node: CNode | undefined): Expr {
  return node === undefined ? { op: 'unknown', parts: [], ...spanOf(context, owner) } : lowerExpr(context, node);
}

function whileLoop(context: LowerContext, node: CNode): readonly Stmt[] {
  const condition = field(node, 'condition');
  const body = field(node, 'body');
  if (markOf(context, node) === 'macro') return macroLoop(context, node, condition, body);
  return [loop(context, node, 'while', required(context, node, condition), body)];
}

function loop(
  context: LowerContext,
  node: CNode,
  style: 'while' | 'do',
  condition: Expr,
  body: CNode | undefined,
): Stmt {
  const rest = { init: [], condition, step: undefined, macro: undefined, body: lowerBody(context, body) };
  return { op: 'loop', style, ...rest, ...spanOf(context, node) };
}

function doLoop(context: LowerContext, node: CNode): readonly Stmt[] {
  const condition = required(context, node, field(node, 'condition'));
  return [loop(context, node, 'do', condition, field(node, 'body'))];
}

function forLoop(context: LowerContext, node: CNode): readonly Stmt[] {
  const init = field(node, 'initializer');
  const condition = field(node, 'condition');
  const step = field(node, 'update');
  return [
    {
      op: 'loop',
      style: 'for',
      init: init === undefined ? [] : forInit(context, init),
      condition: condition === undefined ? undefined : lowerExpr(context, condition),
      step: step === undefined ? undefined : lowerExpr(context, step),
      macro: undefined,
      body: lowerBody(context, field(node, 'body')),
      ...spanOf(context, node),
    },
  ];
}

function forInit(context: LowerContext, node: CNode): readonly Stmt[] {
  if (node.type === 'declaration') return declare(context, node);
  return [{ op: 'expr', expr: lowerExpr(context, node), ...spanOf(context, node) }];
}

/** A call followed by a statement: a loop macro, or a guard over a scope. */
function macroLoop(
  context: LowerContext,
  node: CNode,
  condition: CNode | undefined,
  body: CNode | undefined,
): readonly Stmt[] {
  const call = macroCall(context, node, condition);
  const statements = lowerBody(context, body);
  if (/^scoped_(?:\w+_)?guard$/.test(call.name ?? '')) {
    return [{ op: 'guard', call, body: statements, ...spanOf(context, node) }];
  }
  const rest = { init: [], condition: undefined, step: undefined, macro: call, body: statements };
  return [{ op: 'loop', style: 'macro', ...rest, ...spanOf(context, node) }];
}

function macroCall(context: LowerContext, node: CNode, condition: CNode | undefined): Extract<Expr, { op: 'call' }> {
  const start = startOf(context, node);
  const name = /^\w*/.exec(context.text.slice(start, start + 128))?.[0] ?? '';
  const callee: Expr = { op: 'name', name, start, end: start + name.length };
  const end = condition === undefined ? start + name.length : endOf(context, condition);
  const args = argumentNodes(condition).map((child) => lowerArgument(context, child));
  const isEmpty = /^\s*\(\s*\)$/.test(context.text.slice(start + name.length, end));
  return { op: 'call', callee, name, args: isEmpty ? [] : args, start, end };
}

/** The arguments of a macro were parsed as one comma expression in brackets, which the grammar nests to the right. */
function argumentNodes(condition: CNode | undefined): readonly CNode[] {
  const nodes: CNode[] = [];
  let rest = condition === undefined ? undefined : partsOf(condition)[0];
  while (rest?.type === 'comma_expression') {
    const left = field(rest, 'left');
    if (left !== undefined) nodes.push(left);
    rest = field(rest, 'right');
  }
  return rest === undefined ? nodes : [...nodes, rest];
}

function multiway(context: LowerContext, node: CNode): readonly Stmt[] {
  const value = required(context, node, field(node, 'condition'));
  return [{ op: 'switch', value, body: lowerBody(context, field(node, 'body')), ...spanOf(context, node) }];
}

/** The grammar puts the statements behind a label into it; here the label is a marker in front of them. */
function caseLabel(context: LowerContext, node: CNode): readonly Stmt[] {
  const valueNode = field(node, 'value');
  const value = valueNode === undefined ? undefined : lowerExpr(context, valueNode);
  const start = startOf(context, node);
  const end = valueNode === undefined ? start + 'default'.length : endOf(context, valueNode);
  const rest = partsOf(node).filter((child) => child !== valueNode);
  return [{ op: 'case', value, start, end }, ...rest.flatMap((child) => lowerStmt(context, child))];
}

function label(context: LowerContext, node: CNode): readonly Stmt[] {
  const name = field(node, 'label');
  if (name === undefined) return [];
  const rest = partsOf(node).filter((child) => child !== name);
  const marker: Stmt = { op: 'label', name: sourceOf(context, name), ...spanOf(context, name) };
  return [marker, ...rest.flatMap((child) => lowerStmt(context, child))];
}

function jump(context: LowerContext, node: CNode): readonly Stmt[] {
  const name = field(node, 'label');
  return name === undefined ? [] : [{ op: 'goto', label: sourceOf(context, name), ...spanOf(context, node) }];
}

function leave(context: LowerContext, node: CNode): readonly Stmt[] {
  const inner = partsOf(node)[0];
  const value = inner === undefined ? undefined : lowerExpr(context, inner);
  return [{ op: 'return', value, ...spanOf(context, node) }];
}
