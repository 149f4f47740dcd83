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
      acquire: one.acquire,
      release: one.release,
      unit: unitText(one.unit),
    },
    impact: 'wrong-today',
    related: relatedOf(one),
  }));
}

/** What is counted, in the words of a message. */
export function unitText(unit: string): string {
  return unit === 'pin' ? 'pin' : 'reference';
}

/** The first place, where the page is taken, also says of which kinds, and by whom both is done in the end. */
function relatedOf(one: Imbalance): readonly RelatedPlace[] {
  const ways = [throughText(one.acquire, one.acquireVia), throughText(one.release, one.releaseVia)];
  const more = [kindsIn(one.kinds).join(', '), ...ways.filter((text) => text !== '')].join('; ');
  return one.related.map(({ path, line, column, text }, index) => {
    return { path, line, column, text: index === 0 ? `${text} (${more})` : text };
  });
}

function throughText(name: string, via: string): string {
  return via === name ? '' : `${name}() through ${via}()`;
}

/** The length of the name that stands at an offset. */
export function lengthAt(text: string, start: number): number {
  return /^\w+/.exec(text.slice(start, start + 200))?.[0].length ?? 1;
}
