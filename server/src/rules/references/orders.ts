import type { OwnershipAct, OwnershipModel, PlainBlocks } from '@pageref/shared';
import { isMacroName, withoutCasts } from '../../ownership/calls.js';
import type { CallExpr } from '../../ownership/calls.js';
import { callsOf, isPageUnit } from '../../ownership/nodes.js';
import type { Prepared } from '../../ownership/prepared.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { Expr } from '../../syntax/ir.js';
import { argumentsIn, onlyFilled } from '../../contracts/only-filled.js';
import { memberOf } from './members.js';
import type { CallOnMember } from './members.js';

/** How many pages a block has, as its order is written where it is taken and where it is given back. */

/** An order as it is written, in a tree of expressions or as text; `zero` where a call takes none. */
export type Order = Expr | string | undefined;

/** The order of a block as it is written; undefined for an argument that is not there. */
export function orderOf(order: NonNullable<OwnershipAct['order']>, { args }: CallExpr): Expr | 'zero' | undefined {
  return order === 'zero' ? 'zero' : args[order.at];
}

/**
 * True where one order is that of a single page and the other is not: a number, or a macro, which nobody writes for zero. What
 * get_order() makes of a size may well be one page, and so may a variable.
 */
export function isOtherOrder(file: SourceFile, taken: Order, given: Order): boolean {
  const [one, other] = [taken, given].map((order) => (order === 'zero' ? 0 : numberOf(file, order)));
  if (one === undefined || other === undefined || one === other) return false;
  if (typeof one === 'number' && typeof other === 'number') return true;
  return one === 0 || other === 0;
}

/** Some call makes single pages of a block. */
export function isSplit({ cfg, knowledge: { model } }: Prepared): boolean {
  return cfg.nodes.some((node) => callsOf(node).some(({ name = '' }) => model.splits.has(name)));
}

/** The value of a number or of a macro of the file; the name of a macro whose value is not known. */
function numberOf(file: SourceFile, order: Expr | string | undefined): number | string | undefined {
  const written = typeof order === 'object' ? writtenIn(order) : order;
  if (typeof written !== 'string') return written;
  if (/^\d+$/.test(written)) return Number(written);
  if (!isMacroName(written)) return undefined;
  const value = new RegExp(`^[ \\t]*#[ \\t]*define[ \\t]+${written}[ \\t]+\\(?(\\d+)\\)?[ \\t]*$`, 'm').exec(file.text);
  return value?.[1] === undefined ? written : Number(value[1]);
}

function writtenIn(order: Expr): number | string | undefined {
  if (order.op === 'number') return order.value;
  return order.op === 'name' ? order.name : undefined;
}

/** Give-backs of a block that a member holds, by another order than all that the file fills the member by. */
export function otherOrdersPut(file: SourceFile, prepared: Prepared): readonly CallOnMember[] {
  const { cfg, fn, knowledge } = prepared;
  const { acts, splits } = knowledge.model;
  const split = new RegExp(`\\b(?:${[...splits].join('|')})\\s*\\(`);
  return cfg.nodes.flatMap(callsOf).flatMap((call): CallOnMember[] => {
    const drop = acts
      .get(call.name ?? '')
      ?.find(({ does, unit, order }) => does === 'drop' && isPageUnit(unit) && order);
    const block = drop?.order !== undefined && typeof drop.on.at === 'number' ? call.args[drop.on.at] : undefined;
    const member = block && memberOf(prepared, withoutCasts(block));
    const given = drop?.order && orderOf(drop.order, call);
    if (member?.op !== 'member' || given === undefined || !mayBeOther(file, member.field, acts, given)) return [];
    const isMade = (value: string): string | undefined => {
      const made = blockMade(value, acts);
      return made && isOtherOrder(file, made.order, given) ? made.name : undefined;
    };
    const made = onlyFilled({ file, fn, isMade, out: () => split }, member);
    return made ? [{ call, made }] : [];
  });
}

/** True for a block that is compound, whoever in the file has filled the variable or member: what frees it only puts it then. */
export function isOnlyPut(file: SourceFile, prepared: Prepared, call: CallExpr, blocks: PlainBlocks): boolean {
  const { fn, knowledge } = prepared;
  const { acts } = knowledge.model;
  const drop = acts.get(call.name ?? '')?.find(({ does, order }) => does === 'drop' && order);
  const block = typeof drop?.on.at === 'number' ? call.args[drop.on.at] : undefined;
  if (!blocks.putsCompound || !block) return false;
  const flag = new RegExp(`\\b${blocks.compound}\\b`);
  const isMade = (value: string): string | undefined => {
    const name = blockMade(value, acts)?.name;
    return name !== undefined && (blocks.compoundMakers.includes(name) || flag.test(value)) ? name : undefined;
  };
  const place = withoutCasts(block);
  return (
    onlyFilled(
      {
        file,
        fn,
        isMade,
        out: (name) => new RegExp(`&\\s*(?:\\w+\\s*(?:\\.|->)\\s*)*${name}\\b(?!\\s*(?:\\.|->|\\[))`),
      },
      memberOf(prepared, place) ?? place,
    ) !== undefined
  );
}

/** Whether anything fills a member of that name by a call that takes an order where this one takes none, or the other way round. */
function mayBeOther(file: SourceFile, field: string, acts: OwnershipModel['acts'], given: Order): boolean {
  const isNumber = typeof given === 'object' && given.op === 'number';
  const makers = [...acts].filter(([, all]) =>
    all.some(
      ({ does, order }) =>
        does === 'take' && order !== undefined && (isNumber || (order === 'zero') !== (given === 'zero')),
    ),
  );
  const names = makers.map(([name]) => name).join('|');
  return file.matches(new RegExp(`(?:\\.|->)\\s*${field}\\s*=[^=;]*\\b(?:${names})\\s*\\(`));
}

/** `(void *)__get_free_pages(GFP_KERNEL, 2)` */
function blockMade(
  value: string,
  acts: OwnershipModel['acts'],
): { readonly name: string; readonly order: Order } | undefined {
  const [, name, rest] = /^(?:\([^()]*\)\s*)*(\w+)\s*\((.*)\)$/s.exec(value) ?? [];
  const take = name === undefined ? undefined : acts.get(name)?.find(({ does, order }) => does === 'take' && order);
  if (name === undefined || !take?.order) return undefined;
  return { name, order: take.order === 'zero' ? 'zero' : argumentsIn(rest ?? '')[take.order.at] };
}
