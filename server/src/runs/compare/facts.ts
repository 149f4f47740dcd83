import { compareReleases, parseRelease } from '@pageref/shared';
import type { Explanation, ModelEntry, Release, SiteChange } from '@pageref/shared';
import { HISTORY, rangesOf } from '@pageref/shared/model';
import { comparePaths } from '../../vfs/index.js';
import { factRows } from '../api/entry-facts.js';
import type { Tree } from '../../project/tree.js';

/** Why the same code can be judged differently in two trees: facts that hold for one of them only. */

type Change = Omit<SiteChange, 'explainedBy'>;

/** Reason of a mention in code of an arch that cannot enable ZONE_DEVICE. */
const ARCH = 'arch-kconfig';

/** Changes with the names of what explains them, and the explanations, by name. */
export function explain(
  changes: readonly Change[],
  trees: { readonly before: Tree; readonly after: Tree },
): { readonly changes: readonly SiteChange[]; readonly explanations: readonly Explanation[] } {
  const found = new Map<string, Explanation | undefined>();
  const explained = changes.map((change): SiteChange => {
    const names = subjectsOf(change);
    for (const name of names) if (!found.has(name)) found.set(name, explanationOf(name, trees));
    return { ...change, explainedBy: names.filter((name) => found.get(name) !== undefined) };
  });
  const explanations = [...found.values()].filter((one) => one !== undefined);
  return { changes: explained, explanations: explanations.sort((a, b) => comparePaths(a.name, b.name)) };
}

/** Names whose facts decided a mention before or after; a mention that only moved needs no explanation. */
function subjectsOf({ change, differs, before, after }: Change): string[] {
  const decided = differs.some((difference) => ['verdict', 'impact', 'reason'].includes(difference));
  if (change !== 'changed' || !decided) return [];
  const names = [before, after].flatMap((site) => {
    if (!site) return [];
    if (site.reason.contract !== ARCH) return [site.reason.contract];
    const arch = /^arch\/([^/]+)\//.exec(site.path)?.[1];
    return arch === undefined ? [] : [`ZONE_DEVICE on ${arch}`];
  });
  return [...new Set(names)];
}

function explanationOf(name: string, trees: { before: Tree; after: Tree }): Explanation | undefined {
  const arch = /^ZONE_DEVICE on (.+)$/.exec(name)?.[1];
  return arch === undefined ? modelChange(name, trees) : archChange(name, arch, trees);
}

function archChange(
  name: string,
  arch: string,
  { before, after }: { before: Tree; after: Tree },
): Explanation | undefined {
  const [old, now] = [before, after].map(({ arches }) => arches().find((one) => one.arch === arch));
  if (old?.zoneDevice === now?.zoneDevice) return undefined;
  const text =
    now?.zoneDevice === true ? `${arch} can enable ZONE_DEVICE now` : `${arch} cannot enable ZONE_DEVICE any more`;
  return { name, text, gone: old ? [old.why] : [], come: now ? [now.why] : [], history: [] };
}

function modelChange(name: string, { before, after }: { before: Tree; after: Tree }): Explanation | undefined {
  const [old, now] = [before.model.entries.get(name), after.model.entries.get(name)];
  const [gone, come] = [factsBeside(old, now), factsBeside(now, old)];
  if (gone.length === 0 && come.length === 0 && (old === undefined) === (now === undefined)) return undefined;
  const between = span(before.model.release, after.model.release);
  return { name, text: changeText(name, old, now, between), gone, come, history: historyOf(name, between) };
}

function factsBeside(entry: ModelEntry | undefined, other: ModelEntry | undefined): string[] {
  const others = new Set(other && factRows(other));
  return entry
    ? factRows(entry)
        .filter((row) => !others.has(row))
        .map((row) => row.trim().replace(/\s+/g, ' '))
    : [];
}

/** The releases after the older one up to the newer one. */
interface Span {
  readonly after: Release;
  readonly upTo: Release;
}

function span(one: Release, other: Release): Span {
  return compareReleases(one, other) <= 0 ? { after: one, upTo: other } : { after: other, upTo: one };
}

function liesIn({ after, upTo }: Span, release: Release): boolean {
  return compareReleases(after, release) < 0 && compareReleases(release, upTo) <= 0;
}

function changeText(name: string, old: ModelEntry | undefined, now: ModelEntry | undefined, between: Span): string {
  const steps = rangesOf(name)
    .flatMap(({ range }) => [range.since, ...(range.until === undefined ? [] : [range.until])])
    .filter((release) => liesIn(between, release))
    .sort(compareReleases);
  const when = steps.length > 0 ? ` in ${[...new Set(steps)].join(' and ')}` : '';
  if (!old) return `${name} came${when}`;
  if (!now) return `${name} went${when}`;
  const other = now.sources?.some(({ kinds }, at) => kinds.length !== old.sources?.[at]?.kinds.length) === true;
  if (when !== '') return `${name} changed${when}`;
  return other
    ? `${name}: the kinds it gives are not the same in the two trees`
    : `${name} is not the same in the two trees`;
}

/** Upstream changes in the span that name it; a bracket "(6.12,7.1]" counts when any release of it lies in the span. */
function historyOf(name: string, between: Span): Explanation['history'] {
  const word = new RegExp(`\\b${name.replace(/[^\w]/g, '\\$&')}\\b`);
  return HISTORY.filter(({ subject, effect, evidence }) => word.test([subject, effect, ...evidence].join('\n')))
    .filter(({ release }) => overlaps(between, release))
    .map(({ release, commit, subject, effect }) => ({ release, commit, subject, effect }));
}

function overlaps(between: Span, release: string): boolean {
  const single = parseRelease(release);
  if (single !== undefined) return liesIn(between, single);
  const [, low, high] = /^\((\d+\.\d+),(\d+\.\d+)\]$/.exec(release) ?? [];
  const [after, upTo] = [parseRelease(low ?? ''), parseRelease(high ?? '')];
  if (after === undefined || upTo === undefined) return false;
  return compareReleases(after, between.upTo) < 0 && compareReleases(between.after, upTo) < 0;
}
