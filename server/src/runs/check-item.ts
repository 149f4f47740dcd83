import { messageText } from '@pageref/shared';
import type { Finding, NotAnalysed, RuleFailure } from '@pageref/shared';
import type { ArchVerdict } from '../rules/reserved/judge.js';
import type { JudgedMentions } from '../rules/reserved/judged.js';
import type { Report, Rule, RuleWorld, Subject } from '../rules/rule.js';
import type { SourceFile } from '../contracts/source-file.js';
import { statementAt } from '../syntax/index.js';
import type { FoundWord, FunctionIr, Item } from '../syntax/index.js';
import type { Identity } from '../rules/fingerprint.js';
import { holders, wordsIn } from '../syntax/items-holding.js';

/** Rules over one function or macro: what the runs over files and the editor have in common. */

/** A rule that takes part in a run, with its names in the tree of that run. */
export interface ActiveRule {
  readonly rule: Rule;
  readonly names: ReadonlySet<string>;
}

/** A finding before those of a report are told apart from one another. */
export interface UnmarkedFinding extends Omit<Finding, 'fingerprint'> {
  readonly identity: Identity;
  readonly undecided: boolean;
}

/** A function or macro that rules have a look at, and where it mentions one of their names. */
export interface HeldItem {
  readonly item: Item;
  readonly words: readonly FoundWord[];
  /** The rules that look at it, each with the words that are its names. */
  readonly rules: readonly { readonly rule: Rule; readonly words: readonly FoundWord[] }[];
}

/** What items are checked with. */
export interface ItemRequest {
  readonly file: SourceFile;
  readonly world: RuleWorld;
  readonly arch: ArchVerdict | undefined;
  readonly reserved: JudgedMentions;
}

/** What the rules made of one function or macro. */
export interface ItemResult {
  /** Undecided ones among them, in no particular order. */
  readonly findings: readonly UnmarkedFinding[];
  /** Why it could not be read; undefined for one that was read, and for a macro. */
  readonly notAnalysed: NotAnalysed | undefined;
  readonly failures: readonly RuleFailure[];
}

/** The rules with their names; a rule without a name in the release has nothing to look at. */
export function activate(rules: readonly Rule[], world: RuleWorld): ActiveRule[] {
  return rules
    .map((rule) => ({ rule, names: new Set(rule.names(world)) }))
    .filter(({ rule, names }) => names.size > 0 || rule.placesIn);
}

/** The items of a file that mention a name of a rule, and those a rule knows places in, in the order of the file. */
export function itemsToCheck(file: SourceFile, rules: readonly ActiveRule[], world: RuleWorld): HeldItem[] {
  const asked = rules.map(({ rule, names }) => ({
    rule,
    names: new Set([...names, ...(rule.localNames?.(file, world) ?? [])]),
    items: new Set((rule.placesIn?.(world.tree, file.path) ?? []).map((start) => file.itemAt(start))),
  }));
  const held = new Map(mentioning(file, new Set(asked.flatMap(({ names }) => [...names]))));
  for (const { items } of asked) for (const item of items) if (item && !held.has(item)) held.set(item, []);
  return [...held]
    .sort(([a], [b]) => a.start - b.start)
    .map(([item, words]) => ({
      item,
      words,
      rules: asked.flatMap(({ rule, names, items }) => {
        const mine = words.filter(({ word }) => names.has(word));
        return mine.length > 0 || items.has(item) ? [{ rule, words: mine }] : [];
      }),
    }));
}

/** Functions and macros whose code mentions one of the names. */
function mentioning(file: SourceFile, names: ReadonlySet<string>): (readonly [Item, readonly FoundWord[]])[] {
  const held = holders(file.text, file.items, [...names]).filter(isCode);
  const words = wordsIn(file.text, held, names);
  return held
    .map((item, at) => [item, words[at] ?? []] as const)
    .filter(([item, found]) => found.some((word) => word.start > nameEnd(file, item)));
}

function isCode({ kind }: Item): boolean {
  return kind === 'function' || kind === 'define';
}

/** A function is no use of its own name. */
function nameEnd(file: SourceFile, item: Item): number {
  const at = file.text.indexOf(item.name, item.start);
  return at < 0 ? item.start : at;
}

/** Runs the rules of one item. Total: a rule that fails says so and costs its own findings. */
export function checkItem(request: ItemRequest, { item, rules }: HeldItem): ItemResult {
  const { file } = request;
  const unread = item.kind === 'function' ? file.unread(item) : undefined;
  const readings = readingsOf(file, item);
  const findings: UnmarkedFinding[] = [];
  const failures: RuleFailure[] = [];
  for (const { rule, words } of rules) {
    try {
      findings.push(...findingsOf(request, rule, item, readings, words));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      failures.push({ rule: rule.meta.id, path: file.path, why });
    }
  }
  const notAnalysed = unread && { ...file.place(unread.start), function: unread.name, why: unread.why };
  return { findings, notAnalysed, failures };
}

/** The readings of an item, one at least: `undefined` for one that could not be read. */
function readingsOf(file: SourceFile, item: Item): readonly (FunctionIr | undefined)[] {
  const readings = file.table.find(item.name).filter((fn) => fn.start >= item.start && fn.start < item.end);
  return readings.length > 0 ? readings : [undefined];
}

function findingsOf(
  { world, file, reserved, arch }: ItemRequest,
  rule: Rule,
  item: Item,
  readings: readonly (FunctionIr | undefined)[],
  words: readonly FoundWord[],
): readonly UnmarkedFinding[] {
  const found = new Map<string, UnmarkedFinding>();
  readings.forEach((fn, at) => {
    const subject: Subject = { world, file, reserved, arch, item, fn, first: at === 0, words };
    for (const report of rule.check(subject)) {
      const finding = findingOf(file, rule, item, report);
      const key = `${finding.line}:${finding.column}:${finding.message}`;
      // Two readings of an item say the same of what stands outside of the #if.
      if (!found.has(key)) found.set(key, finding);
    }
  });
  return [...found.values()];
}

function findingOf(file: SourceFile, { meta }: Rule, item: Item, report: Report): UnmarkedFinding {
  const template = meta.messages[report.message];
  if (template === undefined) throw new Error(`${meta.id} has no message "${report.message}"`);
  const name = item.name === '' ? '-' : item.name;
  const api = report.api ?? report.wrapper ?? file.text.slice(report.start, report.start + report.length);
  const statement = statementAt(file.text, item, report.start);
  return {
    identity: { rule: meta.id, path: file.path, function: name, api, statement },
    undecided: report.undecided ?? false,
    rule: meta.id,
    ...file.place(report.start),
    length: report.length,
    function: name,
    severity: report.severity ?? meta.severity,
    impact: report.impact ?? null,
    message: messageText(template, report.values ?? {}),
    wrapper: report.wrapper ?? null,
    role: report.role ?? null,
    related: report.related ?? [],
  };
}
