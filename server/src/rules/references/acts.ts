import type { OwnedUnit, OwnershipAct, Outcome } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
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
    const label = actsLabel(fn, acts, names);
    return label === undefined ? [] : [{ fn, label }];
  });
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
 */
export function actsLabel(
  fn: Pick<FunctionIr, 'returns' | 'params'>,
  acts: readonly OwnershipAct[],
  pages: readonly string[],
): string | undefined {
  const parts = ORDER.flatMap((when) => {
    const told = acts.filter((act) => act.when === when).flatMap((act) => partOf(fn, act, pages) ?? []);
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
): string | undefined {
  const what = UNITS[unit];
  if (on.at === 'result') return does === 'take' ? `+1 ${what}` : undefined;
  const { name, type } = params[on.at] ?? {};
  if (name === undefined || does === 'borrow') return undefined;
  // Whatever is stored is kept, and of most of it nobody counts references.
  if (does === 'hand-over' && unit !== 'pgmap-reference' && !pages.includes(type?.base ?? '')) return undefined;
  const through = { out: `*${name}`, array: `${name}[]`, field: `${name}->...` };
  const place = on.through ? through[on.through] : name;
  if (does === 'take') return `+1 ${what} ${on.through ? 'in' : 'of'} ${place}`;
  return does === 'drop' ? `-1 ${what} of ${place}` : `takes over ${place}`;
}
