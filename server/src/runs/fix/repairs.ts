import { applyEdits } from '@pageref/shared';
import type { Finding, RuleId } from '@pageref/shared';
import { STANDING_RULES } from '../../rules/index.js';
import { areOwed, REPAIRERS } from '../../rules/repairs/index.js';
import type { Repair } from '../../rules/repairs/index.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { Known } from '../../knowledge/elsewhere.js';
import { activate, findingsIn } from '../check-file.js';
import { markFindings } from '../mark-findings.js';
import { counts, judgeText, more, ranked, worldFor } from './fixes.js';
import type { FixableFinding } from './fault.js';
import type { JudgedText, TextToFix } from './fixes.js';

/** A text whose findings are to be repaired. */
export interface TextToRepair extends TextToFix {
  /** The rules whose findings are asked for; all that have repairs when left out. */
  readonly rules?: readonly RuleId[] | undefined;
  /** What the rules know of other files; what the tests know when left out. */
  readonly knownByRules?: Known | undefined;
  /** The text as the rules of a run have looked at it already. */
  readonly judgedByRules?: JudgedText | undefined;
}

/** Rules whose findings can be repaired. */
export const REPAIRED_RULES: readonly RuleId[] = [...REPAIRERS.keys()];

/**
 * What the rules with repairs find in a text, with what can be done about it. Each repair was tried on the text, and all rules
 * run again over the file: one after which the finding is still there, another one has come, or less of the file is analysed is not
 * offered, and neither is one that gives back what is not owed on every way. Total: any text gives a result.
 * @param only looks at the finding at this offset alone
 */
export function repairsIn(
  given: TextToRepair,
  only?: { readonly rule: RuleId; readonly start: number },
): FixableFinding[] {
  const asked = REPAIRED_RULES.filter((rule) => given.rules?.includes(rule) !== false);
  if (asked.length === 0) return [];
  const before = judged(given, given.text, given.judgedByRules);
  const wanted = before.findings.filter(({ rule }) => asked.includes(rule));
  const starts = offsetsOf(given.text);
  return wanted.flatMap((finding): FixableFinding[] => {
    const start = starts(finding);
    if (only && (only.rule !== finding.rule || only.start !== start)) return [];
    const fix = candidatesFor(given, before, finding, start).find((one) => isGood(given, before, finding, one));
    const fixes = fix ? ranked([offeredOf(fix)]) : [];
    return [{ finding, start, fixes, why: fix ? '' : BY_HAND }];
  });
}

const BY_HAND = 'No change that can be written by itself settles it: it must be changed by hand.';

/** A text with what all rules find in it. */
interface Judged {
  readonly file: SourceFile;
  readonly findings: readonly Finding[];
  /** How often each finding is there, by what it is about. */
  readonly counts: ReadonlyMap<string, number>;
  readonly notAnalysed: number;
}

function judged(given: TextToRepair, text: string, open?: JudgedText): Judged {
  const known = given.knownByRules ?? given.known;
  const { file, reserved } = open ?? judgeText({ ...given, known }, text);
  const world = worldFor(given);
  const found = findingsIn({ file, reserved, rules: activate(STANDING_RULES, world), world, arch: given.arch });
  const marked = markFindings([...found.findings, ...found.undecided]);
  const findings = marked.filter(({ isUndecided }) => !isUndecided).map(({ finding }) => finding);
  return { file, findings, counts: counts(findings.map(identity)), notAnalysed: found.notAnalysed.length };
}

function identity({ rule, function: name, message }: Finding): string {
  return [rule, name, message].join('\0');
}

/** The repairs of a finding: those of its function that are about its place and what was taken there. */
function candidatesFor(
  given: TextToRepair,
  { file }: Judged,
  { rule, related: [first] }: Finding,
  start: number,
): readonly Repair[] {
  const item = file.itemAt(start);
  const readings = item ? file.table.find(item.name).filter((fn) => fn.start >= item.start && fn.start < item.end) : [];
  const [fn, ...others] = readings;
  const repairer = REPAIRERS.get(rule);
  if (!fn || fn.origin === 'macro' || others.length > 0 || !repairer) return [];
  const takenAt = first && offsetsOf(given.text)(first);
  const repairs = repairer({ world: worldFor(given), file, fn, headers: given.headers, start });
  return repairs.filter(({ of }) => isAbout(of, start, takenAt));
}

/** A finding stands where the page is lost and names the call that took it, or it stands at that call. */
function isAbout(of: Repair['of'], start: number, takenAt: number | undefined): boolean {
  if (of.taken === start) return true;
  return of.start === start && (of.taken === undefined || of.taken === takenAt);
}

/** It settles its finding, brings no other one, and what it gives back is owed. */
function isGood(given: TextToRepair, before: Judged, finding: Finding, { edits, owed }: Repair): boolean {
  const after = judged(given, applyEdits(given.text, edits));
  const own = identity(finding);
  const isSettled = (after.counts.get(own) ?? 0) < (before.counts.get(own) ?? 0);
  return (
    isSettled &&
    more(after.counts, before.counts).length === 0 &&
    after.notAnalysed <= before.notAnalysed &&
    areOwed(worldFor(given), after.file, owed)
  );
}

function offeredOf({ id, title, kind, precondition, edits, includes }: Repair): Parameters<typeof ranked>[0][number] {
  return { id, title, kind, precondition, edits, includes };
}

/** Offsets of places of a text. */
function offsetsOf(text: string): (place: { readonly line: number; readonly column: number }) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return ({ line, column }) => (starts[line - 1] ?? 0) + column - 1;
}
