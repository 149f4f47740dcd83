import type { NotAnalysed, RuleFailure, RuleId } from '@pageref/shared';
import type { SourceFile } from '../contracts/source-file.js';
import type { ArchVerdict } from '../rules/reserved/judge.js';
import type { JudgedMentions } from '../rules/reserved/judged.js';
import { testsIn } from '../rules/reserved/verdicts.js';
import type { FileTests } from '../rules/reserved/verdicts.js';
import type { RuleWorld } from '../rules/rule.js';
import type { Item } from '../syntax/index.js';
import { checkItem, itemsToCheck } from './check-item.js';
import type { ActiveRule, ItemResult, UnmarkedEditorFinding } from './check-item.js';

export { activate } from './check-item.js';
export type { ActiveRule, UnmarkedEditorFinding } from './check-item.js';

/** What the rules find in one file: plain data, which can be kept. */
export interface FileFindings {
  readonly findings: readonly UnmarkedEditorFinding[];
  /** Places a rule cannot decide on: nothing is told of them, but somebody may have judged them in an editor. */
  readonly undecided: readonly UnmarkedEditorFinding[];
  /** Functions and macros that mention a name of a rule, and those among them that were not analysed, or not to the end. */
  readonly functions: number;
  readonly notAnalysed: readonly NotAnalysed[];
  readonly failures: readonly RuleFailure[];
}

/** What one file gives to a run. */
export interface FileResult extends FileTests, FileFindings {
  readonly path: string;
}

/** One file to be looked at. */
export interface FileRequest {
  /** The view decides what is known: contracts of other files, what callers elsewhere pass, who listens to questions. */
  readonly file: SourceFile;
  /** The mentions of the reserved bit in the file. */
  readonly reserved: JudgedMentions;
  readonly rules: readonly ActiveRule[];
  readonly world: RuleWorld;
  readonly arch: ArchVerdict | undefined;
  /** The items to be looked at; all of them when left out. */
  readonly only?: (item: Item) => boolean;
}

/** Judges the mentions of the reserved bit in a file, each once, and runs rules over it. Total: any text gives a result. */
export function checkFile(request: FileRequest): FileResult {
  const { file, reserved, only } = request;
  return { path: file.path, ...testsIn(file, reserved, only), ...findingsIn(request) };
}

/**
 * Runs rules over one file in one pass: each function of interest is read and followed once for all of them.
 * A rule that fails costs its own findings in the file and nothing else.
 */
export function findingsIn({ file, reserved, rules, world, arch, only = () => true }: FileRequest): FileFindings {
  const items = itemsToCheck(file, rules, world).filter(({ item }) => only(item));
  const results = items.map((held) => checkItem({ file, world, arch, reserved }, held));
  const { findings, failures, notAnalysed } = joinResults(results);
  return {
    findings: findings.filter(({ undecided }) => !undecided),
    undecided: findings.filter(({ undecided }) => undecided),
    functions: items.length,
    notAnalysed,
    failures,
  };
}

/** The results of the items of a file together: a rule that has failed on one of them is left out. */
export function joinResults(
  results: readonly ItemResult[],
): Pick<FileResult, 'failures' | 'notAnalysed'> & { readonly findings: readonly UnmarkedEditorFinding[] } {
  const failures = new Map<RuleId, RuleFailure>();
  for (const failure of results.flatMap((one) => one.failures)) {
    if (!failures.has(failure.rule)) failures.set(failure.rule, failure);
  }
  return {
    findings: results.flatMap((one) => one.findings.filter(({ rule }) => !failures.has(rule))),
    notAnalysed: results.flatMap((one) => one.notAnalysed ?? []),
    failures: [...failures.values()],
  };
}
