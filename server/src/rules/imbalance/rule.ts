import { IMBALANCED_FOR_ZONE_DEVICE, kindsIn } from '@pageref/shared';
import type { RelatedPlace } from '@pageref/shared';
import type { Imbalance } from './pairs.js';
import type { Report, Rule, Subject } from '../rule.js';

/** Drops that leave out the device pages on which a reference was taken, as the inference over the tree subtracts them. */
export const imbalancedForZoneDevice: Rule = {
  meta: IMBALANCED_FOR_ZONE_DEVICE,
  names: () => [],
  placesIn: (tree, path) => tree.imbalances(path).map(({ at }) => at.start),
  check,
};

function check({ world, file, item, first, arch }: Subject): readonly Report[] {
  if (!first || arch?.zoneDevice === false) return [];
  const here = world.tree.imbalances(file.path).filter(({ at }) => at.start >= item.start && at.start < item.end);
  return here.map((one) => ({
    start: one.at.start,
    length: lengthAt(file.text, one.at.start),
    api: one.call,
    message: one.basis === 'path' ? 'path' : 'dropped',
    values: {
      acquire: throughText(one.acquire, one.acquireVia),
      release: throughText(one.release, one.releaseVia),
      unit: one.unit === 'pin' ? 'pin' : 'reference',
      kinds: kindsIn(one.kinds).join(', '),
    },
    impact: 'wrong-today',
    related: relatedOf(one),
  }));
}

function relatedOf({ related }: Imbalance): readonly RelatedPlace[] {
  return related.map(({ path, line, column, text }) => ({ path, line, column, text }));
}

function throughText(name: string, via: string): string {
  return via === name ? `${name}()` : `${name}(), through ${via}(),`;
}

/** The name that stands at an offset. */
function lengthAt(text: string, start: number): number {
  return /^\w+/.exec(text.slice(start, start + 200))?.[0].length ?? 1;
}
