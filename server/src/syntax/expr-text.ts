import type { Expr } from './ir.js';

/** An expression in a few words, for people; long ones are cut. */
export function exprText(expr: Expr | undefined): string {
  switch (expr?.op) {
    case undefined:
      return '';
    case 'name':
      return expr.name;
    case 'number':
      return expr.value === undefined ? '?' : String(expr.value);
    case 'unary':
      return `${expr.operator}${exprText(expr.operand)}`;
    case 'cast':
      return exprText(expr.operand);
    case 'member':
      return `${exprText(expr.object)}${expr.arrow ? '->' : '.'}${expr.field}`;
    case 'call':
      return `${expr.name ?? '?'}(${expr.args.map((arg) => exprText(arg)).join(', ')})`;
    default:
      return '...';
  }
}
