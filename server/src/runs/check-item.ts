import { messageText } from '@pageref/shared';
import type { Finding, NotAnalysed, RuleFailure } from '@pageref/shared';
import type { ArchVerdict } from '../rules/reserved/judge.js';
import type { JudgedMentions } from '../rules/reserved/judged.js';
import { TOO_TANGLED } from '../rules/rule.js';
import type { Report, Rule, RuleWorld, Subject } from '../rules/rule.js';
import type { SourceFile } from '../contracts/source-file.js';
import type { Unread } from '../contracts/read-functions.js';
import { statementAt } from '../syntax/index.js';
import type { FoundWord, FunctionIr, Item } from '../syntax/index.js';
import type { Identity } from '../rules/fingerprint.js';
import { itemsOfInterest } from '../contracts/items-of-interest.js';

/** Rules over one function or macro: what the runs over files and the editor have in common. */

/** A rule that takes part in a run, with its names in the tree of that run. */
export interface ActiveRule {
  readonly rule: Rule;
  readonly names: ReadonlySet<string>;
}

/** A finding before those of a report are told apart from one another. */
export interface UnmarkedEditorFinding extends Omit<Finding, 'fingerprint' | 'releases'> {
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
  readonly findings: readonly UnmarkedEditorFinding[];
  /** Why it was not analysed, or not to the end; undefined for one that was, and for a macro that could not be read. */
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
    names,
    locals: new Set(rule.localNames?.(file, world) ?? []),
    items: new Set((rule.placesIn?.(world.tree, file.path) ?? []).map((start) => file.itemAt(start))),
  }));
  const names = allNames(rules, new Set(asked.flatMap(({ locals }) => [...locals])));
  const held = new Map(itemsOfInterest(file, names).map(({ item, words }) => [item, words]));
  for (const { items } of asked) for (const item of items) if (item && !held.has(item)) held.set(item, []);
  return [...held]
    .sort(([a], [b]) => a.start - b.start)
    .map(([item, words]) => ({
      item,
      words,
      rules: asked.flatMap(({ rule, names, locals, items }) => {
        const mine = words.filter(({ word }) => names.has(word) || locals.has(word));
        return mine.length > 0 || items.has(item) ? [{ rule, words: mine }] : [];
      }),
    }));
}

interface AllNames {
  readonly locals: string;
  readonly names: ReadonlySet<string>;
}

/** The names that somebody asked for last: a text that is edited asks for the same ones at nearly every key. */
const LAST_NAMES = new WeakMap<readonly ActiveRule[], AllNames>();

function allNames(rules: readonly ActiveRule[], locals: ReadonlySet<string>): ReadonlySet<string> {
  const about = [...locals].sort().join();
  const last = LAST_NAMES.get(rules);
  if (last?.locals === about) return last.names;
  const names = new Set([...rules.flatMap((one) => [...one.names]), ...locals]);
  LAST_NAMES.set(rules, { locals: about, names });
  return names;
}

/** Runs the rules of one item. Total: a rule that fails says so and costs its own findings. */
export function checkItem(request: ItemRequest, { item, rules }: HeldItem): ItemResult {
  const { file } = request;
  const unread = item.kind === 'function' ? file.unread(item) : undefined;
  const readings = readingsOf(file, item);
  const findings: UnmarkedEditorFinding[] = [];
  const failures: RuleFailure[] = [];
  let tangled: FunctionIr | undefined;
  const giveUp = (fn: FunctionIr | undefined): void => void (tangled ??= fn);
  for (const { rule, words } of rules) {
    try {
      findings.push(...findingsOf(request, rule, { item, readings, words, giveUp }));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      failures.push({ rule: rule.meta.id, path: file.path, why });
    }
  }
  return { findings, notAnalysed: whyNot(file, unread, tangled), failures };
}

function whyNot(
  file: SourceFile,
  unread: Unread | undefined,
  tangled: FunctionIr | undefined,
): NotAnalysed | undefined {
  if (unread) return { ...file.place(unread.start), function: unread.name, why: unread.why };
  return tangled && { ...file.place(tangled.nameAt), function: tangled.name, why: TOO_TANGLED };
}

/** The readings of an item, one at least: `undefined` for one that could not be read. */
function readingsOf(file: SourceFile, item: Item): readonly (FunctionIr | undefined)[] {
  const readings = file.table.find(item.name).filter((fn) => fn.start >= item.start && fn.start < item.end);
  return readings.length > 0 ? readings : [undefined];
}

/** What a rule looks at of an item. */
interface Looked {
  readonly item: Item;
  readonly readings: readonly (FunctionIr | undefined)[];
  readonly words: readonly FoundWord[];
  readonly giveUp: (fn: FunctionIr | undefined) => void;
}

function findingsOf(
  { world, file, reserved, arch }: ItemRequest,
  rule: Rule,
  { item, readings, words, giveUp }: Looked,
): readonly UnmarkedEditorFinding[] {
  const found = new Map<string, UnmarkedEditorFinding>();
  readings.forEach((fn, at) => {
    const subject: Subject = {
      world,
      file,
      reserved,
      arch,
      item,
      fn,
      first: at === 0,
      words,
      giveUp: () => giveUp(fn),
    };
    for (const report of rule.check(subject)) {
      const finding = findingOf(file, rule, item, report);
      const key = `${finding.line}:${finding.column}:${finding.message}`;
      // Two readings of an item say the same of what stands outside of the #if.
      if (!found.has(key)) found.set(key, finding);
    }
  });
  return [...found.values()];
}

function findingOf(file: SourceFile, { meta }: Rule, item: Item, report: Report): UnmarkedEditorFinding {
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
    ...(report.steps && { steps: report.steps }),
    source: sourceLine(file, item, report.start),
  };
}

/** The line around an offset, as far as it is the item's: what stands before that in the line is left blank. */
function sourceLine({ original }: SourceFile, { start, end }: Item, at: number): string {
  const lineStart = original.lastIndexOf('\n', at - 1) + 1;
  const lineEnd = original.indexOf('\n', at);
  const own = original.slice(Math.max(lineStart, start), Math.min(lineEnd < 0 ? original.length : lineEnd, end));
  return `${' '.repeat(Math.max(start - lineStart, 0))}${own.replace(/\r$/, '')}`;
}
