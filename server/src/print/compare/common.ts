import { join } from 'node:path';
import type {
  CompareReport,
  ComparedTree,
  Difference,
  Explanation,
  Site,
  SiteChange,
  UnreadableFile,
} from '@pageref/shared';
import { siteClass } from '@pageref/shared';
import { countOf, oneLine, placeText } from '../common.js';

/** What the text and markdown printers of a comparison share: sections and the wording of a change. */

export interface ChangeSection {
  readonly title: string;
  readonly changes: readonly SiteChange[];
}

const SECTIONS: readonly { readonly title: string; readonly holds: (change: SiteChange) => boolean }[] = [
  { title: 'new or worse', holds: ({ trend }) => trend === 'worse' },
  { title: 'better or gone', holds: ({ trend }) => trend === 'better' },
  { title: 'another verdict or reason', holds: (one) => differs(one, 'verdict', 'impact', 'reason') },
  { title: 'moved or renamed', holds: (one) => differs(one, 'function', 'path') },
  { title: 'rewritten, with the same verdict', holds: ({ change }) => change === 'changed' },
  { title: 'added, no more care needed', holds: ({ change }) => change === 'added' },
  { title: 'removed, no less care needed', holds: ({ change }) => change === 'removed' },
];

/** Changes by what they mean for a person, the newest trouble first; each is in one section. */
export function changeSections(changes: readonly SiteChange[]): ChangeSection[] {
  const placed = changes.map((change) => ({ change, at: SECTIONS.findIndex(({ holds }) => holds(change)) }));
  return SECTIONS.map(({ title }, at) => ({
    title,
    changes: placed.filter((one) => one.at === at).map(({ change }) => change),
  })).filter((section) => section.changes.length > 0);
}

function differs(change: SiteChange, ...wanted: Difference[]): boolean {
  return change.differs.some((one) => wanted.includes(one));
}

/** The mention as it is now, or as it was where it is gone. */
export function siteOf({ before, after }: SiteChange): Site {
  const site = after ?? before;
  if (!site) throw new Error('a change without a site');
  return site;
}

/** "added", "removed", or what it was and is: "guarded -> unclear". */
export function stepText({ change, before, after }: SiteChange): string {
  if (!before || !after) return `${change}, ${siteClass(siteOf({ change, before, after } as SiteChange)).label}`;
  const [old, now] = [siteClass(before).label, siteClass(after).label];
  return old === now ? now : `${old} -> ${now}`;
}

/** Where it was, where that says more than the new place does. */
export function formerPlace({ before, after, differs: what }: SiteChange): string | undefined {
  if (!before || !after) return undefined;
  const name = what.includes('function') ? `, in ${oneLine(before.function)}` : '';
  return `${placeText(before)}${name}`;
}

/** The reason as it was, where another one decides now. */
export function formerReason({ before, differs: what }: SiteChange): string | undefined {
  return before && what.some((one) => ['verdict', 'impact', 'reason'].includes(one)) ? before.reason.text : undefined;
}

/** The statement as it is, and as it was where it differs. */
export function statements({ before, after, differs: what }: SiteChange): { old?: string; now?: string } {
  if (!before || !after || !what.includes('statement')) return {};
  return { old: before.statement, now: after.statement };
}

export function treeText({ root, release }: ComparedTree): string {
  return oneLine(release === null ? root : `${root} (${release})`);
}

/** What was not read of either tree, each with the path of its tree in front. */
export function unreadOfBoth({ before, after }: Pick<CompareReport, 'before' | 'after'>): UnreadableFile[] {
  return [before, after].flatMap(({ root, unreadable }) =>
    unreadable.map((file) => ({ ...file, path: join(root, file.path) })),
  );
}

export function mentionsText({ mentions, tests, suppressed, notAnalysed }: ComparedTree): string {
  const judged = suppressed > 0 ? `; ${suppressed} judged, silent` : '';
  const missing = notAnalysed > 0 ? `; ${countOf(notAnalysed, 'function')} not analysed` : '';
  return `${mentions}, ${countOf(tests, 'test')} among them${judged}${missing}`;
}

export function totalsText({ worse, better, added, removed, changed, unchanged }: CompareReport['summary']): string {
  return `${worse} new or worse, ${better} better or gone; ${added} added, ${removed} removed, ${changed} changed, ${unchanged} as before`;
}

export function historyText({ release, commit, subject, effect }: Explanation['history'][number]): string {
  return `${[release, commit].filter((word) => word !== '').join(' ')}: ${subject}: ${effect}`;
}
