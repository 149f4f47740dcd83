import type { Expr, FunctionIr, Stmt, TypeName } from 'pageref/dist/syntax/index.js';

/** Renders a function as indented text, one statement a line, for comparison with a golden text. */
export function showIr(fn: FunctionIr): string {
  const params = fn.params.map((param) => `${showType(param.type)} ${param.name}`.trim()).join(', ');
  const head = `${fn.origin}${fn.static ? ' static' : ''} ${showType(fn.returns)} ${fn.name}(${params})`;
  return [head.replace(/ {2,}/g, ' '), ...showStmts(fn.body, 1)].join('\n');
}

export function showType(type: TypeName): string {
  const name = [type.tag, type.base].filter((part) => part !== '').join(' ');
  return (name || '?') + '*'.repeat(type.pointers);
}

export function showStmts(stmts: readonly Stmt[], depth: number): readonly string[] {
  return stmts.flatMap((stmt) => showStmt(stmt, depth));
}

function showStmt(stmt: Stmt, depth: number): readonly string[] {
  const pad = '  '.repeat(depth);
  const line = (text: string): string => pad + text;
  const nested = (title: string, body: readonly Stmt[]): readonly string[] => [
    line(title),
    ...showStmts(body, depth + 1),
  ];
  switch (stmt.op) {
    case 'expr':
      return [line(showExpr(stmt.expr))];
    case 'declare': {
      const value = stmt.initial === undefined ? '' : ` = ${showExpr(stmt.initial)}`;
      const cleanup = stmt.cleanup === undefined ? '' : ` free ${stmt.cleanup}`;
      return [line(`let ${showType(stmt.type)} ${stmt.name}${value}${cleanup}`)];
    }
    case 'if': {
      const tail = stmt.else.length > 0 ? nested('else', stmt.else) : [];
      return [...nested(`if ${showExpr(stmt.condition)}`, stmt.then), ...tail];
    }
    case 'loop':
      return nested(`loop ${loopTitle(stmt)}`, stmt.body);
    case 'switch':
      return nested(`switch ${showExpr(stmt.value)}`, stmt.body);
    case 'case':
      return [line(stmt.value === undefined ? 'default:' : `case ${showExpr(stmt.value)}:`)];
    case 'label':
      return [line(`${stmt.name}:`)];
    case 'goto':
      return [line(`goto ${stmt.label}`)];
    case 'computed-goto':
      return [line(`goto ${showExpr(stmt.target)}`)];
    case 'asm':
      return [line(`asm ${[...stmt.outputs.map(showExpr), ...stmt.labels.map((label) => `goto ${label}`)].join(' ')}`)];
    case 'hidden':
      return [line(`hidden ${stmt.macro}`)];
    case 'break':
    case 'continue':
      return [line(stmt.op)];
    case 'return':
      return [line(stmt.value === undefined ? 'return' : `return ${showExpr(stmt.value)}`)];
    case 'block':
      return nested('block', stmt.body);
    case 'maybe':
      return nested('maybe', stmt.body);
    case 'arms':
      return [line('arms'), ...stmt.arms.flatMap((arm) => [`${pad}  arm`, ...showStmts(arm, depth + 2)])];
    case 'guard':
      return nested(`guard ${showExpr(stmt.call)}`, stmt.body);
    case 'unknown':
      return [line(`unknown ${stmt.parts.map(showExpr).join(' ')}`)];
  }
}

function loopTitle(stmt: Extract<Stmt, { op: 'loop' }>): string {
  if (stmt.macro !== undefined) return `macro ${showExpr(stmt.macro)}`;
  const init = showStmts(stmt.init, 0).join(', ');
  const condition = stmt.condition === undefined ? '' : showExpr(stmt.condition);
  const step = stmt.step === undefined ? '' : showExpr(stmt.step);
  return stmt.style === 'for' ? `for ${init}; ${condition}; ${step}` : `${stmt.style} ${condition}`;
}

/** Renders an expression with all its brackets. */
export function showExpr(expr: Expr): string {
  switch (expr.op) {
    case 'name':
      return expr.name;
    case 'number':
      return String(expr.value ?? 'number');
    case 'string':
      return '"..."';
    case 'call':
      return `${showExpr(expr.callee)}(${expr.args.map(showExpr).join(', ')})`;
    case 'member':
      return `${showExpr(expr.object)}${expr.arrow ? '->' : '.'}${expr.field}`;
    case 'index':
      return `${showExpr(expr.object)}[${showExpr(expr.index)}]`;
    case 'unary':
      return `${expr.operator}${showExpr(expr.operand)}`;
    case 'update':
      return expr.prefix ? expr.operator + showExpr(expr.operand) : showExpr(expr.operand) + expr.operator;
    case 'binary':
    case 'comma':
      return `(${showExpr(expr.left)} ${expr.op === 'comma' ? ',' : expr.operator} ${showExpr(expr.right)})`;
    case 'assign':
      return `${showExpr(expr.target)} ${expr.operator} ${showExpr(expr.value)}`;
    case 'conditional':
      return `(${showExpr(expr.condition)} ? ${expr.then === undefined ? '' : showExpr(expr.then)} : ${showExpr(expr.else)})`;
    case 'cast':
      return `<${showType(expr.type)}>${showExpr(expr.operand)}`;
    case 'initialiser': {
      const entries = expr.entries.map(
        ({ field, value }) => (field === undefined ? '' : `.${field} = `) + showExpr(value),
      );
      return `{ ${entries.join(', ')} }`;
    }
    case 'block':
      return `({ ${showStmts(expr.body, 0).join('; ')} })`;
    case 'label':
      return `&&${expr.name}`;
    case 'type':
      return 'type';
    case 'unknown':
      return `unknown(${expr.parts.map(showExpr).join(', ')})`;
  }
}
