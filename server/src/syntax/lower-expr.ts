import type { Expr, Stmt } from './ir.js';
import type { LowerContext } from './lower-context.js';
import {
  declaratorOf,
  field,
  markOf,
  numberValue,
  partsOf,
  sourceOf,
  spanOf,
  startOf,
  typeOf,
  unknown,
} from './lower-context.js';
import type { CNode } from './parser.js';
import { UNEVALUATED } from './tables.js';

type Lower = (context: LowerContext, node: CNode) => Expr;

const FORMS: Readonly<Record<string, Lower>> = {
  identifier: name,
  type_identifier: name,
  field_identifier: name,
  statement_identifier: name,
  true: name,
  false: name,
  null: name,
  number_literal: number,
  char_literal: number,
  string_literal: string,
  concatenated_string: string,
  call_expression: call,
  field_expression: member,
  subscript_expression: index,
  unary_expression: unary,
  pointer_expression: unary,
  update_expression: update,
  binary_expression: binary,
  assignment_expression: assign,
  conditional_expression: conditional,
  cast_expression: cast,
  compound_literal_expression: compoundLiteral,
  comma_expression: comma,
  initializer_list: initialiser,
  parenthesized_expression: parenthesised,
  compound_statement: block,
  sizeof_expression: type,
  alignof_expression: type,
  offsetof_expression: type,
  type_descriptor: type,
};

/** Lowers an expression node. Total: forms without an entry become `unknown` with their parts. */
export function lowerExpr(context: LowerContext, node: CNode): Expr {
  if (markOf(context, node) === 'type' && node.children.length === 0) return type(context, node);
  const form = FORMS[node.type];
  return form === undefined ? other(context, node) : form(context, node);
}

/** The operand in a field; an empty `unknown` where the grammar allows it to be missing. */
function operand(context: LowerContext, node: CNode, name: string): Expr {
  const child = field(node, name);
  return child === undefined ? unknown(context, node, []) : lowerExpr(context, child);
}

function other(context: LowerContext, node: CNode): Expr {
  const parts = partsOf(node).map((child) => lowerExpr(context, child));
  return unknown(context, node, parts);
}

function name(context: LowerContext, node: CNode): Expr {
  return { op: 'name', name: sourceOf(context, node), ...spanOf(context, node) };
}

function number(context: LowerContext, node: CNode): Expr {
  return { op: 'number', value: numberValue(sourceOf(context, node)), ...spanOf(context, node) };
}

function string(context: LowerContext, node: CNode): Expr {
  return { op: 'string', ...spanOf(context, node) };
}

function type(context: LowerContext, node: CNode): Expr {
  return { op: 'type', ...spanOf(context, node) };
}

function call(context: LowerContext, node: CNode): Expr {
  const callee = operand(context, node, 'function');
  const named = callee.op === 'name' ? callee.name : undefined;
  if (named !== undefined && UNEVALUATED.has(named)) return type(context, node);
  const list = field(node, 'arguments');
  const args = list === undefined ? [] : partsOf(list).map((child) => lowerArgument(context, child));
  return { op: 'call', callee, name: named, args, ...spanOf(context, node) };
}

/** An argument; code that a macro is handed becomes a statement expression of what it may do. */
export function lowerArgument(context: LowerContext, node: CNode): Expr {
  const span = spanOf(context, node);
  const jump = jumpArgument(context, node);
  if (jump) return { op: 'block', body: [{ op: 'maybe', body: [jump], ...span }], ...span };
  const expr = lowerExpr(context, node);
  if (markOf(context, node) !== 'maybe' || expr.op === 'block') return expr;
  return { op: 'block', body: [{ op: 'maybe', body: [{ op: 'expr', expr, ...span }], ...span }], ...span };
}

function jumpArgument(context: LowerContext, node: CNode): Stmt | undefined {
  const span = spanOf(context, node);
  const mark = markOf(context, node);
  switch (mark) {
    case 'goto':
      return { op: 'goto', label: sourceOf(context, node), ...span };
    case 'break':
    case 'continue':
      return { op: mark, ...span };
    case 'return':
      return { op: 'return', value: undefined, ...span };
    case 'returns':
      return { op: 'return', value: lowerExpr(context, node), ...span };
    default:
      return undefined;
  }
}

function member(context: LowerContext, node: CNode): Expr {
  const fieldNode = field(node, 'field');
  const object = field(node, 'argument');
  const between =
    object === undefined ? '' : context.text.slice(object.end + context.base, startOf(context, fieldNode ?? node));
  return {
    op: 'member',
    object: operand(context, node, 'argument'),
    field: fieldNode === undefined ? '' : sourceOf(context, fieldNode),
    arrow: between.includes('->'),
    ...spanOf(context, node),
  };
}

function index(context: LowerContext, node: CNode): Expr {
  return {
    op: 'index',
    object: operand(context, node, 'argument'),
    index: operand(context, node, 'index'),
    ...spanOf(context, node),
  };
}

function unary(context: LowerContext, node: CNode): Expr {
  const sign = operator(context, node).charAt(0);
  const inner = operand(context, node, 'argument');
  if (markOf(context, node) === 'label' && inner.op === 'name') {
    return { op: 'label', name: inner.name, ...spanOf(context, node) };
  }
  if (sign === '!' || sign === '-' || sign === '+' || sign === '~' || sign === '*' || sign === '&') {
    return { op: 'unary', operator: sign, operand: inner, ...spanOf(context, node) };
  }
  return unknown(context, node, [inner]);
}

function operator(context: LowerContext, node: CNode): string {
  const child = field(node, 'operator');
  if (child === undefined) return '';
  return markOf(context, child) === 'and' ? '&&' : sourceOf(context, child);
}

function update(context: LowerContext, node: CNode): Expr {
  const operatorNode = field(node, 'operator');
  return {
    op: 'update',
    operator: operator(context, node) === '--' ? '--' : '++',
    prefix: operatorNode?.start === node.start,
    operand: operand(context, node, 'argument'),
    ...spanOf(context, node),
  };
}

function binary(context: LowerContext, node: CNode): Expr {
  return {
    op: 'binary',
    operator: operator(context, node),
    left: operand(context, node, 'left'),
    right: operand(context, node, 'right'),
    ...spanOf(context, node),
  };
}

function assign(context: LowerContext, node: CNode): Expr {
  return {
    op: 'assign',
    operator: operator(context, node) || '=',
    target: operand(context, node, 'left'),
    value: operand(context, node, 'right'),
    ...spanOf(context, node),
  };
}

function conditional(context: LowerContext, node: CNode): Expr {
  const then = field(node, 'consequence');
  return {
    op: 'conditional',
    condition: operand(context, node, 'condition'),
    then: then === undefined ? undefined : lowerExpr(context, then),
    else: operand(context, node, 'alternative'),
    ...spanOf(context, node),
  };
}

function cast(context: LowerContext, node: CNode): Expr {
  const descriptor = field(node, 'type');
  const value = field(node, 'value');
  const inner = operand(context, node, 'value');
  // `(x) && y | z` is no cast, see `rewriteConjunctions`: which of its operands belong together is not known.
  if (value && markOf(context, value) !== 'label' && sourceOf(context, value).startsWith('&&')) {
    return unknown(context, node, [inner]);
  }
  return { op: 'cast', type: descriptorType(context, descriptor), operand: inner, ...spanOf(context, node) };
}

function compoundLiteral(context: LowerContext, node: CNode): Expr {
  const descriptor = field(node, 'type');
  const value = operand(context, node, 'value');
  return { op: 'cast', type: descriptorType(context, descriptor), operand: value, ...spanOf(context, node) };
}

function descriptorType(context: LowerContext, descriptor: CNode | undefined): ReturnType<typeof typeOf> {
  if (descriptor === undefined) return typeOf(context, undefined, 0);
  const { pointers } = declaratorOf(field(descriptor, 'declarator'));
  return typeOf(context, field(descriptor, 'type'), pointers);
}

function comma(context: LowerContext, node: CNode): Expr {
  return {
    op: 'comma',
    left: operand(context, node, 'left'),
    right: operand(context, node, 'right'),
    ...spanOf(context, node),
  };
}

function initialiser(context: LowerContext, node: CNode): Expr {
  const entries = partsOf(node).map((child) => entry(context, child));
  return { op: 'initialiser', entries, ...spanOf(context, node) };
}

function entry(context: LowerContext, node: CNode): { field: string | undefined; value: Expr } {
  if (node.type !== 'initializer_pair') return { field: undefined, value: lowerExpr(context, node) };
  const designators = node.children.filter((child) => child.field === 'designator');
  const named = designators.filter((child) => child.type === 'field_designator');
  const path = named.map((child) => sourceOf(context, child).replace(/^\.\s*/, '')).join('.');
  return { field: path === '' ? undefined : path, value: operand(context, node, 'value') };
}

/** Brackets change nothing but the span, which stays that of what they hold. */
function parenthesised(context: LowerContext, node: CNode): Expr {
  const inner = partsOf(node);
  return inner.length === 1 && inner[0] !== undefined ? lowerExpr(context, inner[0]) : other(context, node);
}

function block(context: LowerContext, node: CNode): Expr {
  const span = spanOf(context, node);
  const body = context.lowerBody(context, node);
  // The brace may have moved by one, to make room for a bracket.
  const isMaybe = [span.start, span.start - 1].some((at) => context.marks.get(at) === 'maybe');
  return { op: 'block', body: isMaybe ? [{ op: 'maybe', body, ...span }] : body, ...span };
}
