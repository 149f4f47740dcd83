import { byPlace, TOOL_VERSION } from '@pageref/shared';
import type { AuditReport, ComparedTree, CompareReport, Site, SiteChange, Writer } from '@pageref/shared';
import { findTargets } from '../../project/targets.js';
import { auditOf } from '../audit.js';
import { explain } from './facts.js';
import { compareFunctions } from './functions.js';
import { compareSites } from './sites.js';
import { loadSuppressions } from '../suppressions/load.js';
import type { AuditOptions } from '../../project/options.js';

export type CompareOptions = Omit<AuditOptions, 'whatIf' | 'buffers' | 'onSites'> & {
  /** Absolute path of the tree that is compared. */
  readonly other: string;
};

/** What changed from one tree to another. Throws CannotRun where one of them cannot be audited. */
export async function compare({ paths, other, verdicts, ...options }: CompareOptions): Promise<CompareReport> {
  const [one, two] = [await findTargets(paths), await findTargets([other])];
  const before = await auditOf(one, { ...options, inference: true, judged: await loadSuppressions(one.root) });
  const after = await auditOf(two, { ...options, inference: true, judged: await loadSuppressions(two.root) });
  const silent = new Set([...silentIn(before.report), ...silentIn(after.report)]);
  const [old, now] = [allSites(before.report), allSites(after.report)];
  const found = compareSites(old, now, (site) => silent.has(site));
  const wanted = verdicts
    ? found.filter((one) => [one.before, one.after].some((site) => site && verdicts.includes(site.verdict)))
    : found;
  const { changes, explanations } = explain(wanted, { before: before.result.tree, after: after.result.tree });
  return {
    schemaVersion: 1,
    tool: { name: 'pageref', version: TOOL_VERSION },
    before: treeOf(before.report),
    after: treeOf(after.report),
    changes,
    explanations,
    functions: compareFunctions(before.result, after.result),
    writers: compareWriters(before.report.writers, after.report.writers),
    summary: summarise(changes, now.length - count(found, 'added') - count(found, 'changed')),
  };
}

/** Mentions that somebody has judged. */
function silentIn({ suppressed = [] }: AuditReport): readonly Site[] {
  return suppressed.map(({ site }) => site);
}

/** A mention is the same one whether somebody has judged it or not. */
function allSites(report: AuditReport): readonly Site[] {
  return [...report.sites, ...silentIn(report)].sort(byPlace);
}

function treeOf(report: AuditReport): ComparedTree {
  const { root, release, summary } = report;
  const { functions, files } = summary;
  const silent = silentIn(report);
  return {
    root,
    release,
    detected: summary.release.detected,
    mentions: summary.mentions + silent.length,
    tests: summary.tests + silent.filter(({ kind }) => kind === 'test').length,
    suppressed: silent.length,
    notAnalysed: functions.notAnalysed.length,
    unreadable: files.unreadable,
  };
}

/** Writers are told apart by where they are and what they call; a second one of the same in a function by order. */
function compareWriters(before: readonly Writer[], after: readonly Writer[]): CompareReport['writers'] {
  const [old, now] = [numbered(before), numbered(after)];
  return {
    added: [...now].flatMap(([key, writer]) => (old.has(key) ? [] : [writer])),
    removed: [...old].flatMap(([key, writer]) => (now.has(key) ? [] : [writer])),
  };
}

function numbered(writers: readonly Writer[]): Map<string, Writer> {
  const result = new Map<string, Writer>();
  for (const writer of writers) {
    const { path, function: name, name: call, does, marksZoneDevice } = writer;
    const key = JSON.stringify([path, name, call, does, marksZoneDevice]);
    let number = 0;
    while (result.has(`${key}${number}`)) number++;
    result.set(`${key}${number}`, writer);
  }
  return result;
}

function count(changes: readonly Pick<SiteChange, 'change'>[], kind: SiteChange['change']): number {
  return changes.filter(({ change }) => change === kind).length;
}

function summarise(changes: readonly SiteChange[], unchanged: number): CompareReport['summary'] {
  return {
    unchanged,
    worse: changes.filter(({ trend }) => trend === 'worse').length,
    better: changes.filter(({ trend }) => trend === 'better').length,
    added: count(changes, 'added'),
    removed: count(changes, 'removed'),
    changed: count(changes, 'changed'),
  };
}
