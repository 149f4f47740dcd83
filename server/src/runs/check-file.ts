import type { NotAnalysed, RuleFailure, RuleId, Writer } from '@pageref/shared';
import type { ArchVerdict, JudgedSite } from '../rules/reserved/judge.js';
import { JudgedMentions } from '../rules/reserved/judged.js';
import type { Mention } from '../rules/reserved/mention.js';
import { reservedConflatesZoneDevice } from '../rules/reserved/rule.js';
import type { RuleWorld } from '../rules/rule.js';
import type { SourceFile } from '../contracts/source-file.js';
import type { Item } from '../syntax/index.js';
import { checkItem, itemsToCheck } from './check-item.js';
import type { ActiveRule, ItemResult, UnmarkedFinding } from './check-item.js';

export { activate } from './check-item.js';
export type { ActiveRule, UnmarkedFinding } from './check-item.js';

/** What one file gives to a run: plain data, which can be kept. */
export interface FileResult {
  readonly path: string;
  /** What was made of each mention of the reserved bit, in the order of the text; none where its rule did not run. */
  readonly verdicts: readonly MentionVerdict[];
  readonly writers: readonly Writer[];
  readonly findings: readonly UnmarkedFinding[];
  /** Places a rule cannot decide on: nothing is told of them, but somebody may have judged them in an editor. */
  readonly undecided: readonly UnmarkedFinding[];
  /** Functions and macros that mention a name of a rule, and those among them that could not be read. */
  readonly functions: number;
  readonly notAnalysed: readonly NotAnalysed[];
  readonly failures: readonly RuleFailure[];
}

/** The verdict on one mention of the reserved bit. */
export interface MentionVerdict {
  /** Offset of the mention, UTF-16 code units. */
  readonly start: number;
  readonly site: JudgedSite['site'];
  /** What changes here when ZONE_DEVICE pages lose PG_reserved; absent where nothing does. */
  readonly whatIf?: string;
}

/** One file to be looked at. */
export interface FileRequest {
  /** The view decides what is known: contracts of other files, what callers elsewhere pass, who listens to questions. */
  readonly file: SourceFile;
  readonly rules: readonly ActiveRule[];
  readonly world: RuleWorld;
  readonly arch: ArchVerdict | undefined;
  /** The items to be looked at; all of them when left out. */
  readonly only?: (item: Item) => boolean;
}

/**
 * Runs rules over one file in one pass: each function of interest is read and followed once for all of them, and each
 * mention of the reserved bit is judged once.
 * Total: any text gives a result. A rule that fails costs its own findings in the file and nothing else.
 */
export function checkFile(request: FileRequest): FileResult {
  const { file, rules, world, arch, only = () => true } = request;
  const reserved = new JudgedMentions(file, { deviceKinds: world.deviceKinds, arch });
  const items = itemsToCheck(file, rules, world).filter(({ item }) => only(item));
  const results = items.map((held) => checkItem({ file, world, arch, reserved }, held));
  const { findings, failures, notAnalysed } = joinResults(results);
  const isFailed = failures.some(({ rule }) => rule === reservedConflatesZoneDevice.meta.id);
  // Verdicts are told of where the rule that stands for them runs, and has not failed.
  const isTold = rules.some(({ rule }) => rule === reservedConflatesZoneDevice) && !isFailed;
  return {
    path: file.path,
    ...(isTold ? verdictsOf(file, reserved, only) : { verdicts: [], writers: [] }),
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
): Pick<FileResult, 'failures' | 'notAnalysed'> & { readonly findings: readonly UnmarkedFinding[] } {
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

function verdictsOf(
  file: SourceFile,
  reserved: JudgedMentions,
  only: (item: Item) => boolean,
): Pick<FileResult, 'verdicts' | 'writers'> {
  const mentions = reserved.mentions.filter(({ start }) => {
    const item = file.itemAt(start);
    return item === undefined || only(item);
  });
  return { verdicts: mentions.map((mention) => verdictOf(mention, reserved.of(mention))), writers: reserved.writers };
}

function verdictOf({ start }: Mention, { site, whatIf }: JudgedSite): MentionVerdict {
  return { start, site, ...(whatIf !== undefined && { whatIf }) };
}
