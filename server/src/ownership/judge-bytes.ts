import { writtenIn } from '../flow/cfg/cfg.js';
import type { CfgNode } from '../flow/cfg/cfg.js';
import type { Expr } from '../syntax/ir.js';
import { partsOf } from '../syntax/ir-walk.js';
import { isBorrower } from './calls.js';
import type { CallExpr } from './calls.js';
import { assignmentOf, callsOf } from './nodes.js';
import type { Prepared } from './prepared.js';
import { pathOf } from './paths.js';
import type { Path } from './paths.js';

/** A table of pages that is used up to the number that was asked for, though nobody asked how many bytes were got. */
export interface UnaskedBytes {
  readonly taker: CallExpr;
  /** What gets the table and the number. */
  readonly use: CallExpr;
}

/**
 * Calls that say in bytes how far they got, such as iov_iter_extract_pages(): a result that is asked for its sign alone says nothing of
 * the pages behind a short one, and what gets the table with the number that was asked for reads slots that were not filled.
 */
export function unaskedBytesIn(prepared: Prepared): readonly UnaskedBytes[] {
  const { cfg, knowledge } = prepared;
  return cfg.nodes.flatMap((node): UnaskedBytes[] => {
    const { target, value } = assignmentOf(node) ?? {};
    if (target === undefined || value?.op !== 'call') return [];
    const row = knowledge.model.byBytes.get(value.name ?? '');
    const [table, most] = [row && value.args[row.table], row && value.args[row.most]];
    const tablePath = table && pathOf(table)?.replace(/^&/, '');
    const mostPath = most && pathOf(most);
    if (tablePath === undefined || mostPath === undefined || asksHowMuch(prepared, target)) return [];
    const numbers = namesOf(cfg, mostPath);
    const use = usesBehind(prepared, node, tablePath, numbers);
    return use ? [{ taker: value, use }] : [];
  });
}

/** True where the function does more with a result than ask whether it is a failure. */
function asksHowMuch({ cfg, knowledge }: Prepared, result: Path): boolean {
  const counted = namesOf(cfg, result);
  const reads = (expr: Expr): boolean => {
    if (counted.includes(pathOf(expr) ?? '')) return true;
    if (isSignTest(expr, counted)) return false;
    if (expr.op === 'assign' && expr.operator === '=')
      return !counted.includes(pathOf(expr.value) ?? '') && reads(expr.value);
    if (expr.op === 'conditional')
      return [expr.condition, expr.then, expr.else].some((part) => part !== undefined && !isAlone(part) && reads(part));
    if (expr.op === 'call' && isTold(expr)) return false;
    return partsOf(expr).some(reads);
  };
  const isAlone = (expr: Expr): boolean => counted.includes(pathOf(expr) ?? '');
  const isTold = ({ name }: CallExpr): boolean =>
    name !== undefined && (knowledge.model.errorPointers.includes(name) || isBorrower(knowledge, name));
  return cfg.nodes.some((node) => {
    const expr = writtenIn(node);
    if (!expr) return false;
    if ((node.op === 'branch' || node.op === 'return' || node.op === 'declare') && isAlone(expr)) return false;
    return reads(expr);
  });
}

/** `got < 0`, `got == -EFAULT`. */
function isSignTest(expr: Expr, counted: readonly Path[]): boolean {
  if (expr.op !== 'binary') return false;
  const isBound = (one: Expr): boolean =>
    (one.op === 'number' && one.value === 0) || (one.op === 'unary' && one.operator === '-');
  const isCounted = (one: Expr): boolean => counted.includes(pathOf(one) ?? '');
  return (isCounted(expr.left) && isBound(expr.right)) || (isCounted(expr.right) && isBound(expr.left));
}

/** The places that hold a number as it is: its own, and those that are given it. */
function namesOf(cfg: Prepared['cfg'], number: Path): readonly Path[] {
  const more = cfg.nodes.flatMap((node) => {
    const { target, value } = assignmentOf(node) ?? {};
    return target !== undefined && value && pathOf(value) === number ? [target] : [];
  });
  return [number, ...more];
}

/** The first call behind a node that is given the table and the number. */
function usesBehind({ cfg }: Prepared, from: CfgNode, table: Path, numbers: readonly Path[]): CallExpr | undefined {
  const place = (node: CfgNode): number => cfg.order[node.id] ?? 0;
  const behind = cfg.nodes.filter((node) => place(node) > place(from)).sort((a, b) => place(a) - place(b));
  return behind.flatMap(callsOf).find(({ args }) => {
    const paths = args.map((arg) => pathOf(arg));
    return paths.includes(table) && paths.some((path) => path !== undefined && numbers.includes(path));
  });
}
