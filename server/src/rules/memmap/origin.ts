import type { FunctionIr, Expr, Stmt } from '../../syntax/index.js';
import { valuesAssigned, visitExpressions, visitStatements } from '../../syntax/ir-walk.js';
import type { SourceFile } from '../../contracts/source-file.js';

/** What the code shows of where a pfn comes from, by its text alone. */

/** The expression without casts. */
export function plain(expr: Expr): Expr {
  return expr.op === 'cast' ? plain(expr.operand) : expr;
}

/** True for two expressions that are written alike and call nothing. */
export function isSame(one: Expr, other: Expr): boolean {
  const [a, b] = [plain(one), plain(other)];
  if (a.op === 'name') return b.op === 'name' && a.name === b.name;
  if (a.op === 'number') return b.op === 'number' && a.value !== undefined && a.value === b.value;
  if (a.op === 'member') return b.op === 'member' && a.field === b.field && isSame(a.object, b.object);
  if (a.op === 'index') return b.op === 'index' && isSame(a.object, b.object) && isSame(a.index, b.index);
  if (a.op !== 'binary') return a.op === 'call' && b.op === 'call' && isSameConversion(a, b);
  return b.op === 'binary' && a.operator === b.operator && isSame(a.left, b.left) && isSame(a.right, b.right);
}

type Call = Extract<Expr, { op: 'call' }>;

/** Calls in capitals convert numbers (PHYS_PFN): twice the same gives the same. */
function isSameConversion(a: Call, b: Call): boolean {
  if (a.name === undefined || a.name !== b.name || !/^[A-Z_]+$/.test(a.name)) return false;
  return a.args.length === b.args.length && a.args.every((arg, at) => isSame(arg, b.args[at] ?? arg));
}

/** Variables a number is added up of. What is read from a table, or given by a call, is not of them. */
export function variablesOf(expr: Expr): readonly string[] {
  const one = plain(expr);
  if (one.op === 'name') return [one.name];
  if (one.op === 'binary' && /^(?:[-+]|<<|>>)$/.test(one.operator)) {
    return [...variablesOf(one.left), ...variablesOf(one.right)];
  }
  return [];
}

/** True where a loop around the place counts one of the variables on. */
export function isCounted({ body }: FunctionIr, at: number, variables: readonly string[]): boolean {
  let counted = false;
  visitStatements(body, (loop) => {
    if (loop.op === 'loop' && loop.start <= at && at < loop.end) counted ||= countsOne(loop, variables);
  });
  return counted;
}

function countsOne(loop: Extract<Stmt, { op: 'loop' }>, variables: readonly string[]): boolean {
  let found = false;
  const named = (expr: Expr): boolean => expr.op === 'name' && variables.includes(expr.name);
  visitExpressions([loop], (expr) => {
    if (expr.op === 'update') found ||= named(expr.operand);
    if (expr.op !== 'assign' || !named(expr.target)) return;
    const ahead = /^[-+]=$/.test(expr.operator) || (expr.operator === '=' && isAhead(expr.value, named));
    found ||= ahead;
  });
  return found;
}

/** `pfn = pfn + nr`, `pfn = ALIGN(pfn + 1, nr)`: counted from itself. */
function isAhead(value: Expr, named: (expr: Expr) => boolean): boolean {
  const one = plain(value);
  if (one.op === 'binary') return named(plain(one.left)) || named(plain(one.right));
  return (
    one.op === 'call' &&
    one.name !== undefined &&
    /^[A-Z_]+$/.test(one.name) &&
    one.args.some((arg) => isAhead(arg, named))
  );
}

/** True where a number is computed from a parameter of one of the types. */
export function isFromParameter(fn: FunctionIr, expr: Expr, types: readonly string[], depth = 2): boolean {
  const one = plain(expr);
  if (one.op === 'binary') return isFromParameter(fn, one.left, types, depth);
  if (one.op === 'call') {
    const [first] = one.args;
    return (
      first !== undefined &&
      one.args.length === 1 &&
      /^[A-Z_]+$/.test(one.name ?? '') &&
      isFromParameter(fn, first, types, depth)
    );
  }
  if (one.op !== 'name') return false;
  if (fn.params.some(({ name, type }) => name === one.name && type.pointers === 0 && types.includes(type.base)))
    return true;
  return depth > 0 && valuesAssigned(fn, one.name).some((value) => isFromParameter(fn, value, types, depth - 1));
}

/** True where a variable that a number is computed from is written by one of the calls, through its address. */
export function isParsed(fn: FunctionIr, expr: Expr, parsers: readonly string[]): boolean {
  const names = variablesBehind(fn, expr);
  let found = false;
  visitExpressions(fn.body, (call) => {
    if (call.op !== 'call' || !parsers.includes(call.name ?? '')) return;
    found ||= call.args.some(
      (arg) =>
        arg.op === 'unary' && arg.operator === '&' && arg.operand.op === 'name' && names.includes(arg.operand.name),
    );
  });
  return found;
}

/** The variables of a number, and those that they are set by. */
function variablesBehind(fn: FunctionIr, expr: Expr): readonly string[] {
  const names = variablesOf(expr);
  return [...names, ...names.flatMap((name) => valuesAssigned(fn, name).flatMap(variablesOf))];
}

/** True where a caller in the file hands in a number that a loop counts on. */
export function isWalkedByCaller({ table }: SourceFile, fn: FunctionIr, variables: readonly string[]): boolean {
  const at = fn.params.findIndex(({ name }) => variables.includes(name));
  if (at < 0) return false;
  return table.mentioning(fn.name).functions.some((caller) => {
    let walked = false;
    visitExpressions(caller.body, (expr) => {
      if (expr.op !== 'call' || expr.name !== fn.name) return;
      const arg = expr.args[at];
      walked ||= arg !== undefined && isCounted(caller, expr.start, variablesOf(arg));
    });
    return walked;
  });
}

/** How many calls up somebody is looked for who knows that the memory is online. */
const CALLERS = 3;

/** True for a function that is marked to run at boot only, or that is called by such functions alone. */
export function isBootOnly(file: SourceFile, fn: FunctionIr, marks: RegExp, up = CALLERS): boolean {
  const item = file.itemAt(fn.nameAt);
  if (marks.test(file.text.slice(item?.start ?? fn.start, fn.nameAt))) return true;
  const { table } = file;
  if (up === 0 || !fn.static || !table.closed || file.matches(addressOf(fn.name))) return false;
  const { functions, complete } = table.mentioning(fn.name);
  // A declaration of the function is found as a mention in itself.
  const callers = functions.filter(({ name }) => name !== fn.name);
  return complete && callers.length > 0 && callers.every((caller) => isBootOnly(file, caller, marks, up - 1));
}

/** The name where it is neither called nor declared: somebody may call it through a pointer. */
function addressOf(name: string): RegExp {
  return new RegExp(`\\b${name}\\b(?!\\s*\\()`);
}

/** True where the function, or one that leads to it in the file, mentions one of the names. */
export function isVouchedFor(file: SourceFile, fn: FunctionIr, names: RegExp): boolean {
  const seen = new Set([fn.name]);
  let level: readonly FunctionIr[] = [fn];
  for (let up = 0; up <= CALLERS && level.length > 0; up++) {
    if (level.some(({ start, end }) => names.test(file.text.slice(start, end)))) return true;
    level = level.flatMap(({ name }) => file.table.mentioning(name).functions).filter(({ name }) => !seen.has(name));
    for (const { name } of level) seen.add(name);
  }
  return false;
}
