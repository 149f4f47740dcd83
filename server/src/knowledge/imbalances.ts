import { byPlace } from '@pageref/shared';
import type { KindSet } from '@pageref/shared';
import type { Contract, EffectPlace, EffectRow } from '../flow/contract.js';
import { unbalancedKinds } from '../rules/imbalance/pairs.js';
import type { Imbalance } from '../rules/imbalance/pairs.js';
import { acquireNames } from '../rules/imbalance/name-families.js';
import type { TreeContracts } from './inference.js';
import type { Tree } from '../project/tree.js';

/** The imbalances of a tree, in order of place; the surest basis of each is kept. */
export function imbalancesOf(tree: Tree, contracts: TreeContracts): readonly Imbalance[] {
  const all = [
    ...onPaths(contracts),
    ...onPages(tree, contracts),
    ...byCounterparts(tree, contracts),
    ...byNames(tree, contracts),
  ];
  const kept = new Map<string, Imbalance>();
  for (const one of all) {
    const key = `${one.at.path}:${one.at.line}:${one.at.column}:${one.releaseVia}`;
    const known = kept.get(key);
    kept.set(key, known ? withWaysOf(known, one) : one);
  }
  return [...kept.values()].sort((a, b) => byPlace(a.at, b.at));
}

/** One call may take its reference by several ways: then it is told for all of them, and none is named. */
function withWaysOf(known: Imbalance, one: Imbalance): Imbalance {
  if (known.basis !== one.basis || known.acquire !== one.acquire) return known;
  const acquireVia = known.acquireVia === one.acquireVia ? known.acquireVia : known.acquire;
  return { ...known, kinds: known.kinds | one.kinds, acquireVia };
}

function onPaths({ balances }: TreeContracts): Imbalance[] {
  return balances.flatMap(({ leaks, pairs }) =>
    // Where the release itself leaves device pages out, it is the place to look at.
    leaks
      .filter((leak) => !pairs.some(({ release }) => release.name === leak.releasedBy && release.effect.where))
      .map((leak) => ({
        at: leak.partsAt,
        kinds: leak.kinds,
        acquire: leak.acquire.by,
        acquireVia: leak.acquire.via,
        release: leak.releasedBy,
        releaseVia: leak.releasedBy,
        call: leak.releasedBy,
        unit: leak.acquire.unit,
        basis: 'path' as const,
        related: [
          { ...leak.acquiredAt, text: `${leak.acquire.by}() takes the reference` },
          { ...leak.releasedAt, text: `${leak.releasedBy}() drops it for ordinary memory` },
          { ...leak.leftAt, text: 'the function is left here with a ZONE_DEVICE page still held' },
        ],
      })),
  );
}

function onPages(tree: Tree, { balances }: TreeContracts): Imbalance[] {
  return balances.flatMap(({ pairs }) =>
    pairs.flatMap(({ acquire, release, acquiredAt, releasedAt }) => {
      const kinds = unbalancedKinds(acquire.kinds, release.effect.affected, tree.deviceKinds);
      // What leaves device pages out for no reason that a test gives is no pair of a get and a put.
      if (kinds === 0 || (!release.effect.where && !release.effect.kinds)) return [];
      const one = imbalance(acquire.by, acquire.via, release.name, release.effect, kinds, 'same-page', releasedAt);
      return [
        {
          ...one,
          related: [
            { ...acquiredAt, text: `${acquire.by}() takes a reference on the page` },
            { ...releasedAt, text: `${release.name}() is called on the same page` },
          ],
        },
      ];
    }),
  );
}

function imbalance(
  acquire: string,
  acquireVia: string,
  release: string,
  effect: EffectRow,
  kinds: KindSet,
  basis: Imbalance['basis'],
  fallback: EffectPlace,
): Imbalance {
  return {
    at: effect.where ?? fallback,
    kinds,
    acquire,
    acquireVia,
    release,
    releaseVia: effect.via ?? release,
    call: effect.where?.call ?? release,
    unit: effect.unit ?? 'reference',
    basis,
    related: [],
  };
}

/** A function that drops references on a parameter, with what it drops. */
interface Dropping {
  readonly name: string;
  readonly path: string;
  readonly line: number;
  readonly effect: EffectRow;
}

function* droppingIn({ files }: TreeContracts): Generator<Dropping> {
  for (const [path, summaries] of files) {
    for (const { name, contract } of summaries) {
      for (const effect of contract.effects) {
        if (effect.does === 'release' && effect.where) yield { name, path, line: lineOf(contract), effect };
      }
    }
  }
}

function lineOf({ from }: Contract): number {
  return from === 'model' ? 1 : from.line;
}

function byCounterparts(tree: Tree, contracts: TreeContracts): Imbalance[] {
  const found: Imbalance[] = [];
  for (const dropping of droppingIn(contracts)) {
    for (const counterpart of tree.model.entries.get(dropping.name)?.counterparts ?? []) {
      const acquire = contracts.lookup(dropping.path)(counterpart);
      if (acquire) found.push(...between(tree, counterpart, acquire, dropping, 'counterpart'));
    }
  }
  return found;
}

function byNames(tree: Tree, contracts: TreeContracts): Imbalance[] {
  const found: Imbalance[] = [];
  for (const dropping of droppingIn(contracts)) {
    const own = contracts.files.get(dropping.path) ?? [];
    const family = acquireNames(dropping.name);
    for (const { name, contract } of own) {
      if (family.includes(name)) found.push(...between(tree, name, contract, dropping, 'names'));
    }
  }
  return found;
}

function between(
  tree: Tree,
  name: string,
  acquire: Contract,
  dropping: Dropping,
  basis: Imbalance['basis'],
): Imbalance[] {
  const taken = acquire.effects.filter((effect) => effect.does === 'acquire' && effect.unit === dropping.effect.unit);
  return taken.slice(0, 1).flatMap(() => {
    const affected = taken.reduce((sum, effect) => sum | effect.affected, 0);
    const kinds = unbalancedKinds(affected, dropping.effect.affected, tree.deviceKinds);
    const { effect, path, line } = dropping;
    const at = { start: 0, path, line, column: 1, function: dropping.name };
    if (kinds === 0) return [];
    const via = taken.find((one) => (one.affected & kinds) !== 0)?.via ?? name;
    const from = acquire.from === 'model' ? undefined : acquire.from;
    return [
      {
        ...imbalance(name, via, dropping.name, effect, kinds, basis, at),
        related: from ? [{ ...from, start: 0, column: 1, function: name, text: `${name}() takes the reference` }] : [],
      },
    ];
  });
}
