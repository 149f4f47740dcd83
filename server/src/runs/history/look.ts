import { byPlace, RULE_RESERVED } from '@pageref/shared';
import type { Release, RevisionFinding, RevisionResult, RevisionTest, RuleId, Defines } from '@pageref/shared';
import { readMaintainers } from '../../kernel/maintainers.js';
import type { Maintainers } from '../../kernel/maintainers.js';
import type { StoredTree } from '../../project/stored-tree.js';
import type { Targets } from '../../project/targets.js';
import { fingerprints } from '../../rules/fingerprint.js';
import type { Identity } from '../../rules/fingerprint.js';
import { sitesOf } from '../../rules/reserved/sites.js';
import type { RunControl } from '../../search/run-control.js';
import { filesBelow } from '../../vfs/index.js';
import type { TreeFiles } from '../../vfs/index.js';
import { RESERVED_NAMES } from '../audit.js';
import { gather } from '../check.js';
import { markFindings } from '../mark-findings.js';
import { run } from '../pipeline.js';
import { withPolicy } from '../policy.js';
import type { RunResult } from '../run-request.js';
import { applySuppressions, applyToSites } from '../suppressions/apply.js';
import type { SuppressionFile } from '../suppressions/apply.js';
import { loadSuppressions } from '../suppressions/load.js';

/** What is asked of every revision of a history. */
export interface LookOptions extends RunControl {
  readonly rules: readonly RuleId[];
  /** Rules that somebody has named, which the project's configuration does not switch off. */
  readonly asked?: readonly RuleId[] | undefined;
  readonly release?: Release | undefined;
  readonly models?: readonly string[] | undefined;
  readonly defines?: Defines | undefined;
  readonly jobs: number;
  /** Absolute path of the cache folder, for trees on disk. */
  readonly cache?: string | undefined;
}

/** Says which section of MAINTAINERS a path belongs to; made once for revisions whose file is the same. */
export type MaintainersOf = (files: TreeFiles) => Maintainers;

/**
 * What `audit` and `check` find in one tree, by one run for both.
 * @param stored the tree where it is not on disk
 */
export async function lookAt(
  targets: Targets,
  { rules, asked, release, models, defines, jobs, cache, ...control }: LookOptions,
  stored?: StoredTree,
  maintainersOf: MaintainersOf = readMaintainers,
): Promise<RevisionResult> {
  const files = stored?.files ?? filesBelow(targets.root);
  const suppressions = await loadSuppressions(targets.root, undefined, stored?.files);
  const result = await run({
    ...control,
    ...(release !== undefined && { release }),
    ...(models && { models }),
    ...(defines && { defines }),
    ...(stored ? { stored } : cache !== undefined && { cache }),
    jobs,
    targets,
    kind: `history ${rules.join()}`,
    rules,
    alsoNames: RESERVED_NAMES,
  });
  const maintainers = maintainersOf(files);
  return resultOf(result, { suppressions, asked, subsystemOf: (path) => maintainers.subsystemOf(path) });
}

/** What people say of a revision, beside what was found in it. */
interface Said {
  readonly suppressions: readonly SuppressionFile[];
  readonly asked: readonly RuleId[] | undefined;
  readonly subsystemOf: (path: string) => string;
}

function resultOf(result: RunResult, said: Said): RevisionResult {
  const { tree, coverage, files } = result;
  const found = gather(result);
  return {
    release: tree.release ?? null,
    tests: testsOf(result, said),
    findings: findingsOf(result, said),
    files: { read: coverage.filesRead, unreadable: coverage.unreadable },
    notAnalysed: found.notAnalysed.length + files.reduce((sum, { unread }) => sum + unread.length, 0),
  };
}

function testsOf({ files }: RunResult, { suppressions, subsystemOf }: Said): readonly RevisionTest[] {
  const sites = files.flatMap((file) => {
    const found = sitesOf(file.path, file.verdicts);
    const marks = marksOf(
      found.map(({ function: name, form, statement }) => ({ rule: 'test', function: name, api: form, statement })),
    );
    return found.map((site, at) => ({ ...site, mark: marks[at] ?? '' }));
  });
  const open = new Set(applyToSites(sites, { files: suppressions, looked: () => false }).open);
  return sites.sort(byPlace).map((site) => ({
    path: site.path,
    line: site.line,
    column: site.column,
    mark: site.mark,
    fingerprint: site.fingerprint,
    function: site.function,
    subsystem: subsystemOf(site.path),
    silent: !open.has(site),
    kind: site.kind,
    statement: site.statement,
    verdict: site.verdict,
    impact: site.impact,
    confidence: site.confidence,
  }));
}

function findingsOf(result: RunResult, { suppressions, asked, subsystemOf }: Said): readonly RevisionFinding[] {
  const { policy } = result.tree.userModel;
  const found = gather(result);
  const told = markFindings([...found.findings, ...found.undecided]).filter(({ isUndecided }) => !isUndecided);
  const all = told.map(({ finding }) => finding);
  const open = new Set(applySuppressions(all, { files: suppressions, looked: () => false }).open);
  const marks = marksInFiles(told.map(({ identity }) => identity));
  const wanted = all.map((finding) => withPolicy([finding], policy, asked).findings[0]);
  const placed = all.map((finding, at) => ({
    path: finding.path,
    line: finding.line,
    column: finding.column,
    mark: marks[at] ?? '',
    fingerprint: finding.fingerprint,
    function: finding.function,
    subsystem: subsystemOf(finding.path),
    silent: !open.has(finding),
    rule: finding.rule,
    severity: wanted[at]?.severity ?? finding.severity,
    impact: finding.impact,
    message: finding.message,
  }));
  return placed.filter((_, at) => wanted[at] !== undefined);
}

/** What tells the findings of one file apart, whatever the file is called. */
function marksOf(identities: readonly Omit<Identity, 'path'>[]): readonly string[] {
  return fingerprints(identities.map((one) => ({ ...one, path: '' })));
}

/** The same for those of many files, in their order. */
function marksInFiles(identities: readonly Identity[]): readonly string[] {
  const byPath = new Map<string, number[]>();
  identities.forEach(({ path }, at) => byPath.set(path, [...(byPath.get(path) ?? []), at]));
  const marks = new Map<number, string>();
  for (const places of byPath.values()) {
    const found = marksOf(places.flatMap((at) => identities[at] ?? []));
    places.forEach((place, at) => marks.set(place, found[at] ?? ''));
  }
  return identities.map((_, at) => marks.get(at) ?? '');
}

/** A finding of this rule is a test of the bit, which stands among the tests. */
export function isTest({ rule }: Pick<RevisionFinding, 'rule'>): boolean {
  return rule === RULE_RESERVED;
}
