import { byPlace, countFunctions, countSites, TOOL_VERSION } from '@pageref/shared';
import { RULE_RESERVED } from '@pageref/shared';
import type { AuditedFile, AuditReport, Site, UnreadableFile, Writer } from '@pageref/shared';
import { RESERVED_BIT } from '@pageref/shared/model/reserved-bit';
import { withCalls } from '../knowledge/call-sites.js';
import type { CallOfTest } from '../knowledge/call-sites.js';
import { readInPart } from '../kernel/arch.js';
import type { AuditOptions } from '../project/options.js';
import { findTargets } from '../project/targets.js';
import type { Targets } from '../project/targets.js';
import type { Tree } from '../project/tree.js';
import { heldText } from '../search/held-text.js';
import { sitesOf, whatIfOf } from '../rules/reserved/sites.js';
import type { FileTests } from '../rules/reserved/verdicts.js';
import { comparePaths, filesBelow } from '../vfs/index.js';
import { filesOf, treeSummary } from './coverage.js';
import { amongReleases } from './each-release.js';
import { run } from './pipeline.js';
import type { RunRequest, RunResult } from './run-request.js';
import { applyToSites, lookedAt } from './suppressions/apply.js';
import type { SuppressionFile } from './suppressions/apply.js';
import { loadSuppressions } from './suppressions/load.js';

/** What names the bit in a file. */
export const RESERVED_NAMES = [
  ...RESERVED_BIT.tests,
  ...RESERVED_BIT.setters,
  ...RESERVED_BIT.clearers,
  RESERVED_BIT.bit,
];

/** Judges every mention of the reserved bit in a tree, or in files of one. Throws CannotRun where nothing can be done. */
export async function audit({ paths, ...options }: AuditOptions): Promise<AuditReport> {
  const targets = await findTargets(paths, options.kernel);
  const judged = await loadSuppressions(targets.root);
  return (await auditOf(targets, { ...options, judged })).report;
}

/** What else an audit can be asked for by those who know the tree already, or go on with it. */
interface Also extends Pick<RunRequest, 'inference' | 'openTree' | 'kept'> {
  /** What people have judged; nothing is silent where it is left out. */
  readonly judged?: readonly SuppressionFile[];
}

/** The audit of a tree, with the run behind it. */
export async function auditOf(
  targets: Targets,
  options: Omit<AuditOptions, 'paths'> & Also,
): Promise<{ readonly report: AuditReport; readonly result: RunResult }> {
  const { buffers, onSites } = options;
  const { about, ...kept } = amongReleases(options);
  const result = await run({
    ...options,
    ...kept,
    targets,
    kind: `audit${about}`,
    rules: [],
    names: RESERVED_NAMES,
    calls: true,
    texts: buffers && new Map([...buffers].map(([path, text]) => [path, heldText(text)])),
    onFile: onSites && ((file, calls) => onSites(wanted(options, sitesWith(file.path, file, calls)))),
  });
  return { report: await reportOf(targets, options, result), result };
}

function sitesWith(path: string, { verdicts }: FileTests, calls: readonly CallOfTest[]): readonly Site[] {
  return withCalls(sitesOf(path, verdicts), calls);
}

function wanted({ verdicts }: Pick<AuditOptions, 'verdicts'>, sites: readonly Site[]): readonly Site[] {
  return verdicts ? sites.filter((site) => verdicts.includes(site.verdict)) : sites;
}

async function reportOf(
  targets: Targets,
  options: Omit<AuditOptions, 'paths'> & Also,
  result: RunResult,
): Promise<AuditReport> {
  const { tree, files, calls, coverage } = result;
  const all = files.flatMap((file) => sitesWith(file.path, file, calls)).sort(byPlace);
  const judged = options.judged && judgedSites(targets, options, result, { all, judged: options.judged });
  const sites = judged?.open ?? all;
  const { audited, inPart } = await withSubsystems(
    tree,
    files.map(({ path, holders }) => ({ path, functions: holders })),
  );
  options.onFiles?.(audited);
  return {
    schemaVersion: 1,
    tool: { name: 'pageref', version: TOOL_VERSION },
    release: tree.release ?? null,
    root: tree.root,
    sites: wanted(options, sites),
    ...(judged && { suppressed: judged.suppressed.filter(({ site }) => wanted(options, [site]).length > 0) }),
    writers: markZoneDeviceWriter(tree, files.flatMap(({ writers }) => writers).sort(byPlace)),
    ...(options.whatIf && { whatIf: files.flatMap(({ verdicts }) => whatIfOf(verdicts)).sort(byPlace) }),
    summary: {
      ...countSites(sites, audited),
      functions: countFunctions(audited, files.flatMap(({ unread }) => unread).sort(byPlace)),
      files: filesOf(coverage, inPart),
      ...treeSummary(tree),
      ...(judged && { judged: judged.summary }),
      arches: tree.arches().map(({ arch, zoneDevice, why }) => ({ arch, zoneDevice, why })),
    },
  };
}

function judgedSites(
  { files }: Targets,
  { arch }: Pick<AuditOptions, 'arch'>,
  run: RunResult,
  { all, judged }: { readonly all: readonly Site[]; readonly judged: readonly SuppressionFile[] },
): ReturnType<typeof applyToSites> {
  const notAnalysed = run.files.flatMap(({ unread }) => unread);
  const looked = lookedAt({ files, rules: [RULE_RESERVED], failures: [], notAnalysed, ...run.coverage });
  // An arch that was asked for leaves the others out.
  return applyToSites(all, { files: judged, looked: (one) => arch === undefined && looked(one) });
}

/** The tree's own facts name the writer that marks every ZONE_DEVICE page. */
function markZoneDeviceWriter({ facts }: Tree, writers: readonly Writer[]): readonly Writer[] {
  const fact = facts.marksZoneDeviceReserved;
  if (!fact?.value) return writers;
  const marks = writers.find(({ path, line }) => path === fact.path && line === fact.line);
  return writers.map((writer) => (writer === marks ? { ...writer, marksZoneDevice: true } : writer));
}

async function withSubsystems(
  tree: Tree,
  files: readonly Omit<AuditedFile, 'subsystem'>[],
): Promise<{ readonly audited: readonly AuditedFile[]; readonly inPart: readonly UnreadableFile[] }> {
  const { readMaintainers } = await import('../kernel/maintainers.js');
  const maintainers = readMaintainers(filesBelow(tree.root));
  const inPart = [...maintainers.inPart, ...readInPart(tree.arches())];
  const audited = files.map(({ path, functions }) => ({ path, subsystem: maintainers.subsystemOf(path), functions }));
  return { audited, inPart: inPart.sort((a, b) => comparePaths(a.path, b.path)) };
}
