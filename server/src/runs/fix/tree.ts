import { RULE_IDS, RULE_RESERVED } from '@pageref/shared';
import type { RuleId, Site } from '@pageref/shared';
import { treeHeaders } from '../../kernel/headers.js';
import { encodeText, filesBelow, readEncoded, replaceSource } from '../../vfs/index.js';
import { archVerdict } from '../../kernel/arch.js';
import { findTargets } from '../../project/targets.js';
import { UnreadFiles } from '../../project/unread.js';
import { run } from '../pipeline.js';
import type { RunResult } from '../run-request.js';
import type { FileResult } from '../check-file.js';
import { isSilent } from '../suppressions/apply.js';
import type { SuppressionFile } from '../suppressions/apply.js';
import { loadSuppressions } from '../suppressions/load.js';
import { sitesOf } from '../../rules/reserved/sites.js';
import type { Headers } from '../../rules/fixes/index.js';
import { fixedText, preferred } from './text.js';
import type { Choose } from './text.js';
import { faultOf } from './fault.js';
import type { Fault } from './fault.js';
import type { FileFixes, FixPlan } from './plan.js';
import { REPAIRED_RULES } from './repairs.js';
import { CannotRun } from '../../project/options.js';
import type { FixOptions } from '../../project/options.js';
import { fileDiff } from '../../project/patch.js';
import { fixSeries } from './series.js';
import type { SeriesPatch } from './series.js';

/** Works out the fixes of a tree, or of files of one. Throws CannotRun where nothing can be done. */
export async function planFixes(options: FixOptions): Promise<FixPlan> {
  const targets = await findTargets(options.paths, options.kernel);
  const judged = await loadSuppressions(targets.root);
  const rules = rulesToFix(options);
  const result = await run({ ...options, targets, kind: 'fix', rules });
  const unread = new UnreadFiles(targets.root, targets.named);
  unread.add(result.coverage.unreadable);
  const headers = treeHeaders(filesBelow(targets.root));
  const files: FileFixes[] = [];
  for (const path of rules.length > 0 ? pathsToFix(result) : []) {
    options.signal?.throwIfAborted();
    const fixes = fixesOf(path, { options, result, headers, judged }, unread);
    if (fixes) files.push(fixes);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { root: targets.root, release: result.tree.release ?? null, files, unreadable: unread.list() };
}

/** Of the rules that can be asked for, those that have fixes. */
function rulesToFix({ rules: asked }: FixOptions): readonly RuleId[] {
  return RULE_IDS.filter(
    (rule) => (rule === RULE_RESERVED || REPAIRED_RULES.includes(rule)) && asked?.includes(rule) !== false,
  );
}

/** Files that hold a finding of a rule with fixes. */
function pathsToFix({ files }: RunResult): readonly string[] {
  const holds = ({ verdicts, findings }: FileResult): boolean =>
    verdicts.some(({ site }) => site.verdict === 'needs-zone-device') ||
    findings.some(({ rule }) => REPAIRED_RULES.includes(rule));
  return files.filter(holds).map(({ path }) => path);
}

/** The rules that have found something in a file which they could repair. */
function repairedIn({ files }: RunResult, path: string, options: FixOptions): readonly RuleId[] {
  const found = files.find((file) => file.path === path)?.findings ?? [];
  return rulesToFix(options).filter((rule) => REPAIRED_RULES.includes(rule) && found.some((one) => one.rule === rule));
}

interface Fixing {
  readonly options: FixOptions;
  readonly result: RunResult;
  readonly headers: Headers;
  readonly judged: readonly SuppressionFile[];
}

/** What is done in one file; undefined for nothing, and where it could not be read. */
function fixesOf(
  path: string,
  { options, result, headers, judged }: Fixing,
  unread: UnreadFiles,
): FileFixes | undefined {
  const { tree } = result;
  const file = result.fileAt(path);
  const source = readEncoded(tree.root, path);
  if ('why' in source || !file) {
    unread.add('why' in source ? [{ path, why: source.why }] : []);
    return undefined;
  }
  const { text, encoding } = source;
  const { view, viewOfRules, known, knownByRules, judging, world } = file;
  const given = {
    tree,
    headers,
    path,
    text,
    arch: archVerdict(tree, path, undefined),
    known,
    knownByRules,
    world,
    rules: repairedIn(result, path, options),
    // The file may have been written to since the run read it.
    ...(judging.open.original === text && {
      judged: { file: view, reserved: judging.reserved },
      judgedByRules: { file: viewOfRules, reserved: judging.reserved },
    }),
  };
  const wanted = wantedIn(options, judged, sitesOf(path, file.tests.verdicts));
  const fixed = fixedText(given, chooser(options, wanted));
  const left = fixed.left.filter(wanted);
  if (fixed.applied.length + left.length === 0) return undefined;
  return { path, before: text, after: fixed.text, encoding, applied: fixed.applied, left };
}

/**
 * The findings of a file that are to be dealt with. What somebody has judged is left alone, and so is what reads the same in
 * the same function: once one of the two is changed nobody can tell which of them the other was.
 */
function wantedIn(
  options: FixOptions,
  judged: readonly SuppressionFile[],
  sites: readonly Site[],
): (fault: Fault) => boolean {
  const silent = new Set(sites.filter((site) => isSilent(judged, site)).map(readingOf));
  return (fault) =>
    isWanted(options, fault) &&
    !('site' in fault ? silent.has(readingOf(fault.site)) : isSilent(judged, fault.finding));
}

function readingOf({ function: name, form, statement }: Site): string {
  return [name, form, statement].join('\0');
}

function chooser(options: FixOptions, wanted: (fault: Fault) => boolean): Choose {
  return (finding) => {
    if (!wanted(finding)) return undefined;
    return preferred(finding) ?? (options.needsLook ? finding.fixes[0] : undefined);
  };
}

/** A finding of another rule than that of the test has no verdict, and is none of those that are asked for by one. */
function isWanted({ rules, verdicts, impacts }: FixOptions, fault: Fault): boolean {
  const { impact } = faultOf(fault);
  const verdict = 'site' in fault ? fault.site.verdict : undefined;
  if (verdict !== undefined && rules?.includes(RULE_RESERVED) === false) return false;
  if (verdicts !== undefined && (verdict === undefined || !verdicts.includes(verdict))) return false;
  return impacts === undefined || (impact !== null && impacts.includes(impact));
}

/** The changes of a plan as one patch, in the bytes of the files. */
export function planDiff({ files }: FixPlan): Uint8Array {
  const parts = files.map(({ path, before, after, encoding }) => encodeText(fileDiff(path, before, after), encoding));
  return Buffer.concat(parts);
}

/** Writes the changed files; a CannotRun says which could not be written and which were. */
export function applyPlan({ root, files }: FixPlan): readonly string[] {
  const written: string[] = [];
  for (const file of files.filter(({ before, after }) => before !== after)) {
    const why = replaceSource(root, file);
    if (why !== undefined) {
      const done = written.length > 0 ? `written were ${written.join(', ')}` : 'nothing was written';
      throw new CannotRun(`${file.path} cannot be written: ${why}; ${done}`);
    }
    written.push(file.path);
  }
  return written;
}

export function planSeries(plan: FixPlan): readonly SeriesPatch[] {
  return fixSeries(plan);
}
