import type { Difference, Site, SiteChange, SiteKind, Trend } from '@pageref/shared';
import { byPlace, DIFFERENCES, needsCare } from '@pageref/shared';
import { comparePaths } from '../../vfs/index.js';
import { archOf, KERNEL_ITSELF } from '../../kernel/arch.js';

/** Which mention of one tree is which of another, and what became of it. */

/** Mentions in both trees, and those that are in one only. */
interface Matched {
  readonly pairs: readonly (readonly [Site, Site])[];
  readonly removed: readonly Site[];
  readonly added: readonly Site[];
}

/** One way to recognise a mention; undefined where it does not apply. */
interface Pass {
  readonly key: (site: Site) => readonly unknown[] | undefined;
  /** Only where no other one looks the same: a guess between two would be wrong half the time. */
  readonly unique: boolean;
}

/** From the surest to the boldest; what one pass pairs the next does not see. */
const PASSES: readonly Pass[] = [
  { key: (site) => [site.path, site.function, site.form, site.statement], unique: false },
  { key: (site) => [site.path, site.function, site.form, site.kind], unique: false },
  // PageReserved(page) became folio_test_reserved(folio).
  { key: (site) => [site.path, site.function, site.kind], unique: false },
  // The function moved to another file.
  { key: (site) => inFunction(site, [archOf(KERNEL_ITSELF, site.path), site.form, site.statement]), unique: true },
  { key: (site) => inFunction(site, [archOf(KERNEL_ITSELF, site.path), site.kind]), unique: true },
  // The function was renamed.
  { key: (site) => [site.path, site.form, site.kind, site.statement], unique: true },
  // A comment or a definition moved with what it belongs to.
  { key: (site) => (site.function === '-' ? [site.form, site.kind, site.statement] : undefined), unique: true },
];

/**
 * What is not the same in the two lists: worse ones first, then better ones, then the rest; those by place.
 * @param isSilent says of what somebody has judged, and so is no worse than before
 */
export function compareSites(
  before: readonly Site[],
  after: readonly Site[],
  isSilent: (site: Site) => boolean = () => false,
): Omit<SiteChange, 'explainedBy'>[] {
  const { pairs, removed, added } = matchSites(before, after);
  const trendOf = (old: Site | null, now: Site | null): Trend => {
    const trend = trendBetween(old, now);
    return trend === 'worse' && now && isSilent(now) ? 'same' : trend;
  };
  const changes = [
    ...pairs.flatMap(([old, now]) => {
      const differs = differencesOf(old, now);
      const change = 'changed' as const;
      return differs.length > 0 ? [{ change, trend: trendOf(old, now), differs, before: old, after: now }] : [];
    }),
    ...added.map(
      (site) => ({ change: 'added', trend: trendOf(null, site), differs: [], before: null, after: site }) as const,
    ),
    ...removed.map(
      (site) => ({ change: 'removed', trend: trendOf(site, null), differs: [], before: site, after: null }) as const,
    ),
  ];
  return changes.sort(byUrgency);
}

export function matchSites(before: readonly Site[], after: readonly Site[]): Matched {
  let left: Matched = { pairs: [], removed: before, added: after };
  for (const pass of PASSES) left = pairBy(left, pass);
  return pairLengthened(left);
}

function pairBy({ pairs, removed, added }: Matched, { key, unique }: Pass): Matched {
  const [old, now] = [groupBy(removed, key), groupBy(added, key)];
  const found = [...old].flatMap(([name, sites]) => {
    const others = now.get(name) ?? [];
    if (unique && (sites.length !== 1 || others.length !== 1)) return [];
    return sites.flatMap((site, at) => (others[at] ? [[site, others[at]] as const] : []));
  });
  return without({ pairs, removed, added }, found);
}

/** `update_mmu_cache` and `update_mmu_cache_range`: a name that goes on is the same function, if there is one such name. */
function pairLengthened(left: Matched): Matched {
  const key = (site: Site): readonly unknown[] => [site.path, site.kind, site.function];
  const [old, now] = [groupBy(left.removed, key), groupBy(left.added, key)];
  const found = [...old.values()].flatMap((sites) => {
    const like = [...now.values()].filter((others) => goesOn(sites[0], others[0]));
    const back = [...old.values()].filter((others) => goesOn(others[0], like[0]?.[0]));
    if (like.length !== 1 || back.length !== 1 || like[0]?.length !== sites.length) return [];
    return sites.flatMap((site, at) => (like[0]?.[at] ? [[site, like[0][at]] as const] : []));
  });
  return without(left, found);
}

function goesOn(one: Site | undefined, other: Site | undefined): boolean {
  if (!one || !other || one.path !== other.path || one.kind !== other.kind || one.function === '-') return false;
  return one.function.startsWith(other.function) || other.function.startsWith(one.function);
}

function without({ pairs, removed, added }: Matched, found: Matched['pairs']): Matched {
  const taken = new Set(found.flat());
  return {
    pairs: [...pairs, ...found],
    removed: removed.filter((site) => !taken.has(site)),
    added: added.filter((site) => !taken.has(site)),
  };
}

function groupBy(sites: readonly Site[], key: Pass['key']): Map<string, Site[]> {
  const groups = new Map<string, Site[]>();
  for (const site of sites) {
    const parts = key(site);
    if (parts === undefined) continue;
    const name = JSON.stringify(parts);
    const group = groups.get(name);
    if (group) group.push(site);
    else groups.set(name, [site]);
  }
  return groups;
}

function inFunction(site: Site, parts: readonly unknown[]): readonly unknown[] | undefined {
  return site.function === '-' ? undefined : [site.function, ...parts];
}

function differencesOf(before: Site, after: Site): readonly Difference[] {
  return DIFFERENCES.filter((difference) => valueOf(before, difference) !== valueOf(after, difference));
}

/** Kinds whose statement does something; a comment or an enumerator is just text. */
const ACTS: readonly SiteKind[] = ['test', 'assertion', 'copy'];

/** The reason is what decided; its sentence names variables and lines, which change for no reason. */
function valueOf(site: Site, difference: Difference): string | null {
  if (difference === 'reason') return site.reason.contract;
  return difference === 'statement' && !ACTS.includes(site.kind) ? null : site[difference];
}

function trendBetween(before: Site | null, after: Site | null): Trend {
  const [old, now] = [careOf(before), careOf(after)];
  return now > old ? 'worse' : now < old ? 'better' : 'same';
}

/** How much care a mention needs: 2 for wrong-today, 0 for none. */
function careOf(site: Site | null): number {
  if (!site || !needsCare(site)) return 0;
  return site.verdict === 'unclear' ? 1 : 2;
}

const TRENDS: readonly Trend[] = ['worse', 'better', 'same'];

type Change = Omit<SiteChange, 'explainedBy'>;

function byUrgency(a: Change, b: Change): number {
  const trend = TRENDS.indexOf(a.trend) - TRENDS.indexOf(b.trend);
  const care = careOf(b.after) - careOf(a.after);
  return trend || care || byPlace(siteOf(a), siteOf(b)) || comparePaths(a.change, b.change);
}

/** The mention as it is now, or as it was where it is gone. */
function siteOf({ before, after }: Change): Site {
  const site = after ?? before;
  if (!site) throw new Error('a change without a site');
  return site;
}
