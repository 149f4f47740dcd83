import type { OwnedUnit, OwnershipAct, Outcome } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
import { visitExpressions } from '../../syntax/ir-walk.js';
import type { FunctionIr } from '../../syntax/index.js';
import type { RuleWorld } from '../rule.js';
import { actsIn } from './file-knowledge.js';

/** A function that does something to references of its callers, and what, in a few words. */
export interface LabelledFunction {
  readonly fn: FunctionIr;
  readonly label: string;
}

/** The functions of a file that take for their callers, give back what they are handed, or keep it, in the order of the file. */
export function labelledFunctions(world: RuleWorld, file: SourceFile): readonly LabelledFunction[] {
  const { names } = world.model.pageTypes;
  return actsIn(world, file).flatMap(({ fn, acts }) => {
    const label = actsLabel(fn, acts, names, countedIn(world, fn));
    return label === undefined ? [] : [{ fn, label }];
  });
}

/** What a function takes or drops as many of as an argument of a call says. */
function countedIn({ model }: RuleWorld, fn: FunctionIr): ReadonlySet<OwnershipAct['does']> {
  const counted = new Set<OwnershipAct['does']>();
  visitExpressions(fn.body, (expr) => {
    if (expr.op !== 'call' || expr.callee.op !== 'name') return;
    for (const { does, count = '' } of model.entries.get(expr.callee.name)?.effects ?? []) {
      const at = /^arg(\d)/.exec(count)?.[1];
      if (at !== undefined && expr.args[Number(at)]?.op === 'name') counted.add(does === 'acquire' ? 'take' : 'drop');
    }
  });
  return counted;
}

const UNITS: Readonly<Record<OwnedUnit, string>> = {
  reference: 'ref',
  pin: 'pin',
  page: 'page',
  fragment: 'fragment',
  'page-pool': 'page of a pool',
  'pgmap-reference': 'pgmap ref',
  'kvm-map': 'mapping',
  lock: 'lock',
};

/** Outcomes in the order in which they are told. */
const ORDER: readonly Outcome[] = ['always', 'zero', 'positive', 'negative'];

/**
 * `returns 0: +1 ref in *out; fails: -1 ref of page`; undefined where nothing is done. Pure.
 * @param pages names of the types that stand for a page
 * @param counted what is done as often as an argument says
 */
export function actsLabel(
  fn: Pick<FunctionIr, 'returns' | 'params'>,
  acts: readonly OwnershipAct[],
  pages: readonly string[],
  counted: ReadonlySet<OwnershipAct['does']> = new Set(),
): string | undefined {
  const parts = ORDER.flatMap((when) => {
    const told = acts
      .filter((act) => act.when === when)
      .flatMap((act) => partOf(fn, act, pages, counted.has(act.does) ? 'n' : '1') ?? []);
    if (told.length === 0) return [];
    const outcome = outcomeOf(fn, when);
    return [`${outcome === undefined ? '' : `${outcome}: `}${[...new Set(told)].join(', ')}`];
  });
  return parts.length === 0 ? undefined : parts.join('; ');
}

function outcomeOf({ returns }: Pick<FunctionIr, 'returns'>, when: Outcome): string | undefined {
  if (when === 'always') return undefined;
  if (returns.pointers > 0) return { zero: 'returns NULL', positive: 'returns a pointer', negative: 'fails' }[when];
  if (returns.base === 'bool') return when === 'zero' ? 'returns false' : 'returns true';
  // An error is a large number among those of page frames, and no negative one.
  if (/(?:^|_)pfn_t$/.test(returns.base)) return { zero: 'returns 0', positive: 'no error', negative: 'fails' }[when];
  return { zero: 'returns 0', positive: 'returns > 0', negative: 'fails' }[when];
}

function partOf(
  { params }: Pick<FunctionIr, 'params'>,
  { does, unit, on }: OwnershipAct,
  pages: readonly string[],
  amount: string,
): string | undefined {
  const what = UNITS[unit];
  if (on.at === 'result') return does === 'take' ? `+${amount} ${what}` : undefined;
  const { name, type } = params[on.at] ?? {};
  if (name === undefined || does === 'borrow') return undefined;
  // Whatever is stored is kept, and of most of it nobody counts references.
  if (does === 'hand-over' && unit !== 'pgmap-reference' && !pages.includes(type?.base ?? '')) return undefined;
  // A table that a function goes through by itself.
  const isTable = on.through === 'array' || (on.through === undefined && (type?.pointers ?? 0) > 1);
  const through = { out: `*${name}`, array: `${name}[]`, field: `${name}->...` };
  const place = isTable ? through.array : on.through ? through[on.through] : name;
  if (does === 'take') return `+${amount} ${what} ${on.through ? 'in' : 'of'} ${place}`;
  return does === 'drop' ? `-${amount} ${what} of ${isTable ? 'each of ' : ''}${place}` : `caller gives up ${place}`;
}
