import type { CallExpr } from '../../ownership/calls.js';
import type { Followed, Prepared } from '../../ownership/prepared.js';
import type { Expr, Stmt } from '../../syntax/index.js';
import { expressionLine } from '../../syntax/source-text.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { Exit } from './insert.js';
import { givesBack, givesOnly } from './own-release.js';

/** A label that gives back what is owed and goes on where the jump went. */
export interface UnwindLabel {
  readonly name: string;
  /** Its give-backs, one for each of what is owed, in that order. */
  readonly calls: readonly CallExpr[];
  /** What has to be written in front of `goto`, so that the same is returned. */
  readonly before: readonly string[];
}

/**
 * The label of the unwind chain behind an exit whose code gives back what is owed, and does nothing else until it comes to where
 * the exit leads now: to the label of its `goto`, or to a `return` of the same.
 */
export function labelFor(
  { text }: SourceFile,
  prepared: Prepared,
  { statement }: Exit,
  { left, all }: { readonly left: readonly Followed[]; readonly all: readonly Followed[] },
): UnwindLabel | undefined {
  if (statement.op !== 'goto' && statement.op !== 'return') return undefined;
  const { body } = prepared.fn;
  for (const [at, label] of body.entries()) {
    if (label.op !== 'label' || label.start < statement.start || entersScope(body.slice(0, at), statement)) continue;
    const given = codeBehind(body.slice(at + 1), statement);
    const calls = given?.calls.every(({ start }) => givesOnly(start, left, all))
      ? matched(given.calls, left)
      : undefined;
    const before = given && calls && returning(text, prepared, statement, given.end);
    if (calls && before) return { name: label.name, calls, before };
  }
  return undefined;
}

/** A jump there would go past a variable that is cleaned up at the end of the function, before it was set. */
function entersScope(before: readonly Stmt[], { start }: Stmt): boolean {
  return before.some(
    (one) => one.start > start && (one.op === 'guard' || (one.op === 'declare' && one.cleanup !== undefined)),
  );
}

/** The calls of a label's code and what they end with; undefined where it does anything else. */
function codeBehind(
  statements: readonly Stmt[],
  jump: Extract<Stmt, { op: 'goto' | 'return' }>,
): { readonly calls: readonly CallExpr[]; readonly end: Stmt } | undefined {
  const calls: CallExpr[] = [];
  for (const one of statements) {
    if (one.op === 'label' && jump.op === 'goto' && one.name === jump.label) return { calls, end: one };
    if (one.op === 'return') return jump.op === 'return' ? { calls, end: one } : undefined;
    if (one.op === 'label') continue;
    if (one.op !== 'expr' || one.expr.op !== 'call') return undefined;
    calls.push(one.expr);
  }
  return undefined;
}

/** The call by which each of what is owed is given back there on other ways; undefined where one is missing, or another one is there. */
function matched(calls: readonly CallExpr[], owed: readonly Followed[]): readonly CallExpr[] | undefined {
  const found = owed.map((one) => calls.find(({ start }) => givesBack(one, start)));
  const known = found.filter((call) => call !== undefined);
  return known.length === owed.length && new Set(known).size === calls.length ? known : undefined;
}

/** What makes the return behind a label one of the same value; undefined where that takes more than an assignment. */
function returning(
  text: string,
  { locals }: Prepared,
  jump: Extract<Stmt, { op: 'goto' | 'return' }>,
  end: Stmt,
): readonly string[] | undefined {
  if (jump.op === 'goto' || end.op !== 'return') return [];
  const [here, there] = [jump.value, end.value];
  if (!here || !there) return here === there ? [] : undefined;
  if (isSameText(text, here, there)) return [];
  const isVariable = there.op === 'name' && locals.types.has(there.name);
  return isVariable ? [`${there.name} = ${expressionLine(text, here)}`] : undefined;
}

function isSameText(text: string, one: Expr, other: Expr): boolean {
  return one.op !== 'call' && expressionLine(text, one) === expressionLine(text, other);
}
