import { byPlace, RULE_IDS, severityCounts, STANDING_RULE_IDS, TOOL_VERSION } from '@pageref/shared';
import type { CheckReport, CheckSummary, Finding, NotAnalysed, ProjectPolicy, RuleId } from '@pageref/shared';
import { readInPart } from '../kernel/arch.js';
import type { CheckOptions } from '../project/options.js';
import { findTargets } from '../project/targets.js';
import { comparePaths } from '../vfs/index.js';
import type { FileFindings } from './check-file.js';
import { filesOf, treeSummary } from './coverage.js';
import { amongReleases } from './each-release.js';
import { markFindings } from './mark-findings.js';
import { run } from './pipeline.js';
import { withPolicy } from './policy.js';
import type { RunResult } from './run-request.js';
import { applySuppressions, lookedAt } from './suppressions/apply.js';
import type { Suppressing } from './suppressions/apply.js';
import { loadSuppressions } from './suppressions/load.js';

/** Runs rules over a tree or over files of one. Throws CannotRun where nothing can be done. */
export async function check({ rules: asked, baseline, ...options }: CheckOptions): Promise<CheckReport> {
  const targets = await findTargets(options.paths, options.kernel);
  const rules = rulesAsked(asked);
  const files = await loadSuppressions(targets.root, baseline);
  const { about, ...kept } = amongReleases(options);
  const result = await run({ ...options, ...kept, targets, kind: `check ${rules.join()}${about}`, rules });
  const found = gather(result);
  const looked = lookedAt({ ...found, ...result.coverage, files: targets.files, rules });
  return checkReport(result, rules, found, { files, looked }, asked);
}

export function rulesAsked(ids: readonly RuleId[] | undefined): readonly RuleId[] {
  return ids ? RULE_IDS.filter((id) => ids.includes(id)) : STANDING_RULE_IDS;
}

/** What the rules found in all files together. */
export function gather({ files, contracts }: Pick<RunResult, 'files' | 'contracts'>): FileFindings {
  const known = new Set(files.flatMap(({ notAnalysed }) => notAnalysed.map(keyOf)));
  // What the inference did not follow to the end may hide a finding as well.
  const tangled = (contracts?.tangled ?? []).filter((one) => !known.has(keyOf(one)));
  return {
    findings: files.flatMap(({ findings }) => findings),
    undecided: files.flatMap(({ undecided }) => undecided),
    functions: files.reduce((sum, { functions }) => sum + functions, tangled.length),
    notAnalysed: [...files.flatMap(({ notAnalysed }) => notAnalysed), ...tangled],
    failures: files.flatMap(({ failures }) => failures),
  };
}

function keyOf({ path, function: name }: NotAnalysed): string {
  return `${path}:${name}`;
}

function configOf(policy: ProjectPolicy, leftOut: number): Pick<CheckSummary, 'config'> {
  const { failOn } = policy;
  return Object.keys(policy).length === 0 ? {} : { config: { leftOut, ...(failOn && { failOn }) } };
}

/**
 * The report of a run.
 * @param asked rules that somebody has named, which the project's configuration does not switch off
 */
export function checkReport(
  result: RunResult,
  rules: readonly RuleId[],
  found: FileFindings,
  judging: Suppressing,
  asked?: readonly RuleId[],
): CheckReport {
  const { tree } = result;
  const marked = markFindings([...found.findings, ...found.undecided]);
  const findings = marked.filter(({ isUndecided }) => !isUndecided).map(({ finding }) => finding);
  const undecided = marked.filter(({ isUndecided }) => isUndecided).map(({ finding }) => finding);
  const { open: unsilenced, suppressed, summary: judged } = applySuppressions(findings, judging, undecided);
  const { policy } = tree.userModel;
  const { findings: open, leftOut } = withPolicy(unsilenced, policy, asked);
  return {
    schemaVersion: 1,
    tool: { name: 'pageref', version: TOOL_VERSION },
    release: tree.release ?? null,
    root: tree.root,
    findings: open,
    suppressed,
    summary: { ...summarise(result, rules, open, found), judged, ...configOf(policy, leftOut) },
  };
}

function summarise(
  { tree, coverage }: RunResult,
  rules: readonly RuleId[],
  findings: readonly Finding[],
  { functions, notAnalysed, failures }: FileFindings,
): Omit<CheckSummary, 'judged'> {
  return {
    findings: findings.length,
    bySeverity: severityCounts(findings),
    byRule: rules.map((rule) => {
      const mine = findings.filter((one) => one.rule === rule);
      return { rule, findings: mine.length, bySeverity: severityCounts(mine) };
    }),
    functions: functionsOf(functions, notAnalysed),
    files: filesOf(coverage, readInPart(tree.arches())),
    ...treeSummary(tree),
    failures: failures.toSorted((a, b) => comparePaths(a.path, b.path) || comparePaths(a.rule, b.rule)),
  };
}

function functionsOf(mentioning: number, notAnalysed: readonly NotAnalysed[]): CheckSummary['functions'] {
  return {
    mentioning,
    analysed: mentioning - notAnalysed.length,
    notAnalysed: notAnalysed.toSorted(byPlace),
  };
}
