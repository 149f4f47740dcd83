import type { OwnershipModel } from '@pageref/shared';
import { seenThrough, withoutCasts } from '../../ownership/calls.js';
import type { CallExpr } from '../../ownership/calls.js';
import { callsOf } from '../../ownership/nodes.js';
import type { Prepared } from '../../ownership/prepared.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { Expr } from '../../syntax/ir.js';
import { onlyFilled } from '../../contracts/only-filled.js';
import type { Made } from '../../contracts/only-filled.js';
import { memberOf } from './members.js';
import type { CallOnMember } from './members.js';

/** The give-backs of a function of pages that a member holds, where all that the file puts into the member is of a page pool. */
export function pooledPagesPut(file: SourceFile, prepared: Prepared): readonly CallOnMember[] {
  const { cfg, knowledge } = prepared;
  const pooled = pooledIn(file, prepared);
  if (!pooled) return [];
  return cfg.nodes.flatMap(callsOf).flatMap((call): CallOnMember[] => {
    const page = pageGiven(knowledge.model, call);
    const made = page && pooled.member(page);
    return made ? [{ call, made }] : [];
  });
}

/**
 * Buffers that a function makes of pages of a pool, in a file that marks none for the pool: whoever frees them frees the pages
 * past it. A function that other files call may have its buffers marked there.
 */
export function unmarkedBuffers(file: SourceFile, prepared: Prepared): readonly CallOnMember[] {
  const { cfg, fn, knowledge } = prepared;
  const { recycling, detaching, acts } = knowledge.model;
  const marks = [...recycling.keys(), ...detaching.keys()];
  if (recycling.size === 0 || !fn.static) return [];
  const pooled = pooledIn(file, prepared);
  if (!pooled || file.matches(new RegExp(`\\b(?:${marks.join('|')}|pp_recycle)\\b`))) return [];
  return cfg.nodes.flatMap(callsOf).flatMap((call): CallOnMember[] => {
    const made = acts.get(call.name ?? '')?.find(({ does, unit }) => does === 'hand-over' && unit === 'fragment');
    const arg = typeof made?.on.at === 'number' ? call.args[made.on.at] : undefined;
    const page = arg && seenThrough(arg, knowledge);
    const from = page && (pooled.member(page) ?? pooled.local(page));
    return from ? [{ call, made: from }] : [];
  });
}

interface Pooled {
  /** What fills the member that a page is read of, where that is a pool. */
  readonly member: (page: Expr) => Made | undefined;
  /** What fills a variable, where that is a pool. */
  readonly local: (page: Expr) => Made | undefined;
}

/** Undefined for a file that takes no page of a pool. */
function pooledIn(file: SourceFile, prepared: Prepared): Pooled | undefined {
  const { fn, knowledge } = prepared;
  const pools = poolsOf(knowledge.model);
  if (pools.size === 0 || !file.matches(new RegExp(`\\b(?:${[...pools].join('|')})\\s*\\(`))) return undefined;
  const isMade = (value: string): string | undefined => {
    const name = /^(\w+)\s*\(/.exec(value)?.[1];
    return name !== undefined && pools.has(name) ? name : undefined;
  };
  const names = outOf(knowledge.model).join('|');
  const out = (name: string): RegExp => new RegExp(`\\b(?:${names})\\s*\\([^;]*\\b${name}\\b`);
  const question = { file, fn, isMade, out };
  return {
    member: (page) => {
      const member = memberOf(prepared, page);
      const isElsewhere = page.op === 'name' && out(page.name).test(file.text.slice(fn.start, fn.end));
      return member && !isElsewhere ? onlyFilled(question, member) : undefined;
    },
    local: (page) => (page.op === 'name' ? onlyFilled(question, page) : undefined),
  };
}

/** By what calls do: a file that has constants has a model of its own with the same acts. */
const POOLS = new WeakMap<OwnershipModel['acts'], ReadonlySet<string>>();

/** Calls that give a page of a pool; every function that gives pages back asks for them. */
function poolsOf({ acts }: OwnershipModel): ReadonlySet<string> {
  const known = POOLS.get(acts);
  if (known) return known;
  const takes = [...acts].filter(([, all]) =>
    all.some(({ does, unit, on }) => does === 'take' && unit === 'page-pool' && on.at === 'result'),
  );
  const pools = new Set(takes.map(([name]) => name));
  POOLS.set(acts, pools);
  return pools;
}

/** Calls behind which a page is one of its own, or has more references than that of the pool. */
function outOf({ acts, detaching }: OwnershipModel): readonly string[] {
  const takes = [...acts].filter(([, all]) =>
    all.some(({ does, unit, on }) => does === 'take' && unit !== 'page-pool' && typeof on.at === 'number'),
  );
  return [...detaching.keys(), ...takes.map(([name]) => name)];
}

/** The page that a call gives back as a reference of its own. */
function pageGiven({ acts }: OwnershipModel, { name = '', args }: CallExpr): Expr | undefined {
  const drop = acts.get(name)?.find(({ does, unit }) => does === 'drop' && (unit === 'reference' || unit === 'page'));
  const arg = typeof drop?.on.at === 'number' && !drop.on.through ? args[drop.on.at] : undefined;
  return arg && drop?.as !== 'address' ? withoutCasts(arg) : undefined;
}
