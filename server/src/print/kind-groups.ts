import { ZONE_DEVICE_KINDS } from '@pageref/shared';
import type { PageKind } from '@pageref/shared';

/** Sets of kinds in a few words: RAM, ZONE_DEVICE and the rest, each as what is there or what is missing. */

const DEVICE: ReadonlySet<PageKind> = new Set(ZONE_DEVICE_KINDS);
/** No page of RAM: nothing that has a count, and the memmap of a device range. */
const OTHER: ReadonlySet<PageKind> = new Set(['no-struct-page', 'hole', 'altmap']);

const GROUPS: readonly { readonly title: string; readonly has: (kind: PageKind) => boolean }[] = [
  { title: 'RAM', has: (kind) => !DEVICE.has(kind) && !OTHER.has(kind) },
  { title: 'ZONE_DEVICE', has: (kind) => DEVICE.has(kind) },
  { title: 'other', has: (kind) => OTHER.has(kind) },
];

/** @param any the kinds there are in the release */
export function kindGroups(kinds: readonly PageKind[], any: readonly PageKind[]): string {
  const present = any.filter((kind) => kinds.includes(kind));
  if (present.length === 0) return 'no kind';
  if (present.length === any.length) return 'every kind';
  return GROUPS.flatMap(({ title, has }) => {
    const [some, all] = [present.filter(has), any.filter(has)];
    // That device pages are left out is what people look for.
    if (some.length === 0 && title !== 'ZONE_DEVICE') return [];
    return all.length === 0 ? [] : [`${title}: ${groupText(some, all)}`];
  }).join('; ');
}

function groupText(some: readonly PageKind[], all: readonly PageKind[]): string {
  if (some.length === 0) return 'none';
  if (some.length === all.length) return 'all';
  const missing = all.filter((kind) => !some.includes(kind));
  return missing.length < some.length ? `all but ${missing.join(', ')}` : some.join(', ');
}
