import type { MacroArm } from '../../contracts/macro-arms.js';
import { plainView } from '../../contracts/view-source.js';
import type { OpenText } from '../../contracts/open-text.js';
import { StandIns } from '../../contracts/stand-ins.js';
import { wordAt } from '../../syntax/scan.js';
import { visitExpressions } from '../../syntax/ir-walk.js';
import type { Expr } from '../../syntax/index.js';
import * as lexical from '../../syntax/c-scan.js';
import { holders } from '../../syntax/items-holding.js';
import type { ApiFacts, ApiTable } from './facts.js';

/** A call of a macro of the file or of a header, under a name that it stands for. */
export interface MacroUse {
  /** Offset of the macro's name at the call. */
  readonly start: number;
  readonly function: string;
  readonly api: ApiFacts;
  /** What is written for the operand; empty where the macro's own text says what it is. */
  readonly argument: string;
}

/** The calls of macros that stand for names of the table: `#define card_put(p) put_page(p)`. Each name once for each call. */
export function usesThroughMacros(
  open: OpenText,
  { facts }: ApiTable,
  macros: ReadonlyMap<string, readonly MacroArm[]>,
): readonly MacroUse[] {
  const { text, items, functions } = open;
  const standIns = new StandIns(plainView(open), new Set(facts.keys()), macros);
  const found = new Map<string, MacroUse>();
  for (const item of holders(text, items, standIns.names)) {
    const named = item.kind === 'function' ? functions.named(item.name) : [];
    const own = named.filter(({ start }) => item.start <= start && start < item.end);
    for (const { fn } of own.flatMap((one) => standIns.readingsOf(one))) {
      visitExpressions(fn.body, (expr) => {
        const api = expr.op === 'call' ? facts.get(expr.name ?? '') : undefined;
        if (expr.op !== 'call' || !api || !standIns.names.has(wordAt(text, expr.start))) return;
        if (wordAt(text, expr.start) === api.name) return;
        const { start } = expr;
        found.set(`${start} ${api.name}`, { start, function: item.name, api, argument: operandOf(text, expr, api) });
      });
    }
  }
  return [...found.values()];
}

function operandOf(text: string, call: Extract<Expr, { op: 'call' }>, { operand }: ApiFacts): string {
  const arg = typeof operand?.at === 'number' ? call.args[operand.at] : undefined;
  // What comes out of the macro's text has the place of the whole call.
  return !arg || arg.start <= call.start ? '' : lexical.oneLineOf(text.slice(arg.start, arg.end));
}
