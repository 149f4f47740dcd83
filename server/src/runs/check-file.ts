import { messageText } from '@pageref/shared';
import type { Finding, NotAnalysed, RuleFailure, Writer } from '@pageref/shared';
import type { ArchVerdict, JudgedSite } from '../rules/reserved/judge.js';
import { JudgedMentions } from '../rules/reserved/judged.js';
import type { Mention } from '../rules/reserved/mention.js';
import { reservedConflatesZoneDevice } from '../rules/reserved/rule.js';
import type { Report, Rule, RuleWorld, Subject } from '../rules/rule.js';
import type { SourceFile } from '../contracts/source-file.js';
import { statementAt } from '../syntax/index.js';
import type { FoundWord, FunctionIr, Item } from '../syntax/index.js';
import type { Identity } from '../rules/fingerprint.js';
import { holders, wordsIn } from '../syntax/items-holding.js';

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

/** The rules with their names; a rule without a name in the release has nothing to look at. */
export function activate(rules: readonly Rule[], world: RuleWorld): ActiveRule[] {
  return rules
    .map((rule) => ({ rule, names: new Set(rule.names(world)) }))
    .filter(({ rule, names }) => names.size > 0 || rule.placesIn);
}

/**
 * Runs rules over one file in one pass: each function of interest is read and followed once for all of them, and each
 * mention of the reserved bit is judged once.
 * Total: any text gives a result. A rule that fails costs its own findings in the file and nothing else.
 */
export function checkFile(request: FileRequest): FileResult {
  const { only = () => true } = request;
  const run = new FileRun(request);
  for (const { item, words } of run.itemsOfInterest()) if (only(item)) run.take(item, words);
  return run.result();
}

interface HeldItem {
  readonly item: Item;
  readonly words: readonly FoundWord[];
}

/** Functions and macros whose code mentions one of the names. */
export function itemsOfInterest(file: SourceFile, names: ReadonlySet<string>): HeldItem[] {
  const held = holders(file.text, file.items, [...names]).filter(isCode);
  const words = wordsIn(file.text, held, names);
  return held
    .map((item, at) => ({ item, words: words[at] ?? [] }))
    .filter((one) => one.words.some((word) => word.start > nameEnd(file, one.item)));
}

function isCode({ kind }: Item): boolean {
  return kind === 'function' || kind === 'define';
}

/** A function is no use of its own name. */
function nameEnd(file: SourceFile, item: Item): number {
  const at = file.text.indexOf(item.name, item.start);
  return at < 0 ? item.start : at;
}

class FileRun {
  private readonly findings = new Map<Rule, Map<string, UnmarkedFinding>>();
  private readonly failures = new Map<Rule, string>();
  private readonly notAnalysed: NotAnalysed[] = [];
  private readonly names: ReadonlyMap<Rule, ReadonlySet<string>>;
  private readonly placed: ReadonlyMap<Rule, ReadonlySet<Item>>;
  private functions = 0;

  private readonly file: SourceFile;
  private readonly world: RuleWorld;
  private readonly arch: ArchVerdict | undefined;
  private readonly reserved: JudgedMentions;

  constructor(private readonly request: FileRequest) {
    const { file, rules, world, arch } = request;
    this.file = file;
    this.world = world;
    this.arch = arch;
    this.reserved = new JudgedMentions(file, { deviceKinds: world.deviceKinds, arch });
    this.names = new Map(
      rules.map(({ rule, names }) => [rule, new Set([...names, ...(rule.localNames?.(file) ?? [])])]),
    );
    this.placed = new Map(
      rules.map(({ rule }) => {
        const places = rule.placesIn?.(world.tree, file.path) ?? [];
        return [rule, new Set(places.map((start) => file.itemAt(start)).filter((item) => item !== undefined))];
      }),
    );
  }

  /** Items that mention a name of a rule, and those a rule knows places in, in the order of the file. */
  itemsOfInterest(): HeldItem[] {
    const byName = itemsOfInterest(this.file, new Set([...this.names.values()].flatMap((names) => [...names])));
    const known = new Set(byName.map(({ item }) => item));
    for (const items of this.placed.values()) {
      for (const item of items) if (!known.has(item)) byName.push({ item, words: [] });
      for (const item of items) known.add(item);
    }
    return byName.sort((a, b) => a.item.start - b.item.start);
  }

  take(item: Item, words: readonly FoundWord[]): void {
    this.functions++;
    const unread = this.file.unread(item);
    if (unread && item.kind === 'function') {
      this.notAnalysed.push({ ...this.file.place(unread.start), function: unread.name, why: unread.why });
    }
    const readings = readingsOf(this.file, item);
    for (const [rule, names] of this.names) {
      const mine = words.filter(({ word }) => names.has(word));
      if (mine.length > 0 || this.placed.get(rule)?.has(item)) this.apply(rule, item, readings, mine);
    }
  }

  private apply(
    rule: Rule,
    item: Item,
    readings: readonly (FunctionIr | undefined)[],
    words: readonly FoundWord[],
  ): void {
    if (this.failures.has(rule)) return;
    const { file, world, arch, reserved } = this;
    try {
      readings.forEach((fn, at) => {
        const subject: Subject = { world, file, reserved, arch, item, fn, first: at === 0, words };
        for (const report of rule.check(subject)) this.add(rule, item, report);
      });
    } catch (error) {
      this.failures.set(rule, error instanceof Error ? error.message : String(error));
      this.findings.delete(rule);
    }
  }

  private add(rule: Rule, item: Item, report: Report): void {
    const finding = findingOf(this.file, rule, item, report);
    const known = this.findings.get(rule) ?? new Map<string, UnmarkedFinding>();
    const key = `${finding.line}:${finding.column}:${finding.message}`;
    // Two readings of an item say the same of what stands outside of the #if.
    if (!known.has(key)) known.set(key, finding);
    this.findings.set(rule, known);
  }

  /** Verdicts are told of where the rule that stands for them runs, and has not failed. */
  private verdicts(): Pick<FileResult, 'verdicts' | 'writers'> {
    const { file, reserved, failures, names } = this;
    const { only = () => true } = this.request;
    if (!names.has(reservedConflatesZoneDevice) || failures.has(reservedConflatesZoneDevice))
      return { verdicts: [], writers: [] };
    const wanted = (start: number): boolean => {
      const item = file.itemAt(start);
      return item === undefined || only(item);
    };
    const mentions = reserved.mentions.filter(({ start }) => wanted(start));
    return { verdicts: mentions.map((mention) => verdictOf(mention, reserved.of(mention))), writers: reserved.writers };
  }

  result(): FileResult {
    const failures = [...this.failures].map(([{ meta }, why]) => ({ rule: meta.id, path: this.file.path, why }));
    const all = [...this.findings.values()].flatMap((byKey) => [...byKey.values()]);
    const findings = all.filter(({ undecided }) => !undecided);
    const undecided = all.filter((one) => one.undecided);
    const { functions, notAnalysed } = this;
    return { path: this.file.path, ...this.verdicts(), findings, undecided, functions, notAnalysed, failures };
  }
}

function verdictOf({ start }: Mention, { site, whatIf }: JudgedSite): MentionVerdict {
  return { start, site, ...(whatIf !== undefined && { whatIf }) };
}

/** The readings of an item, one at least: `undefined` for one that could not be read. */
function readingsOf(file: SourceFile, item: Item): readonly (FunctionIr | undefined)[] {
  const readings = file.table.find(item.name).filter((fn) => fn.start >= item.start && fn.start < item.end);
  return readings.length > 0 ? readings : [undefined];
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
    message: messageText(template, report.values ?? {})
      .replace(/\s+/g, ' ')
      .trim(),
    wrapper: report.wrapper ?? null,
    role: report.role ?? null,
    related: report.related ?? [],
  };
}
