import { TOOL_VERSION } from '@pageref/shared';
import type { AuditReport, ComparedTree, CompareReport, SiteChange, UnreadableFile, Writer } from '@pageref/shared';
import { audit } from '../audit.js';
import { explain } from './facts.js';
import { compareSites } from './sites.js';
import type { AuditOptions } from '../../project/options.js';
import { comparePaths } from '../../vfs/index.js';
import type { Tree } from '../../project/tree.js';

export type CompareOptions = Omit<AuditOptions, 'whatIf' | 'buffers' | 'onSites'> & {
  /** Absolute path of the tree that is compared with `root`. */
  readonly other: string;
};

/** What changed from one tree to another. Throws CannotRun where one of them cannot be audited. */
export async function compare({ other, verdicts, ...options }: CompareOptions): Promise<CompareReport> {
  const before = await auditWithTree(options);
  const after = await auditWithTree({ ...options, root: other });
  const found = compareSites(before.report.sites, after.report.sites);
  const wanted = verdicts
    ? found.filter((one) => [one.before, one.after].some((site) => site && verdicts.includes(site.verdict)))
    : found;
  const { functions, unreadable } = await functionsOf(before.tree, after.tree, options);
  const { changes, explanations } = explain(wanted, { before: before.tree, after: after.tree });
  return {
    schemaVersion: 1,
    tool: { name: 'pageref', version: TOOL_VERSION },
    before: treeOf(before.report, unreadable.before),
    after: treeOf(after.report, unreadable.after),
    changes,
    explanations,
    functions,
    writers: compareWriters(before.report.writers, after.report.writers),
    summary: summarise(changes, after.report.sites.length - count(found, 'added') - count(found, 'changed')),
  };
}

/** What the functions of the trees do with pages; each tree is looked through once more. */
async function functionsOf(
  before: Tree,
  after: Tree,
  options: Pick<AuditOptions, 'jobs' | 'signal' | 'onProgress'>,
): Promise<ComparedFunctions> {
  const [{ inferTree }, { comparableKinds, compareFunctions }] = await Promise.all([
    import('../../knowledge/infer-tree.js'),
    import('./functions.js'),
  ]);
  const old = await inferTree(before, { ...options, judging: true });
  const now = await inferTree(after, { ...options, judging: true });
  const kinds = comparableKinds(before.tools.provenance.any, after.tools.provenance.any);
  return {
    functions: compareFunctions(old, now, kinds),
    unreadable: { before: old.unreadable, after: now.unreadable },
  };
}

interface ComparedFunctions extends Pick<CompareReport, 'functions'> {
  /** What could not be read for them. */
  readonly unreadable: Readonly<Record<'before' | 'after', readonly UnreadableFile[]>>;
}

async function auditWithTree(options: AuditOptions): Promise<{ report: AuditReport; tree: Tree }> {
  const { openTree } = await import('../../project/tree.js');
  let opened: Tree | undefined;
  const report = await audit(
    options,
    async ({ root, release, models }) => (opened = await openTree(root, release, undefined, undefined, models)),
  );
  if (!opened) throw new Error('an audit that opened no tree');
  return { report, tree: opened };
}

function treeOf({ root, release, summary }: AuditReport, inferred: readonly UnreadableFile[]): ComparedTree {
  const { mentions, tests, functions, files } = summary;
  const unread = new Map([...inferred, ...files.unreadable].map((file) => [file.path, file]));
  return {
    root,
    release,
    detected: summary.release.detected,
    mentions,
    tests,
    notAnalysed: functions.notAnalysed.length,
    unreadable: [...unread.values()].sort((a, b) => comparePaths(a.path, b.path)),
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
