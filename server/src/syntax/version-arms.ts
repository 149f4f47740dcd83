import { APOSTROPHE, HASH, NEWLINE, QUOTE, SLASH, isBlank } from './chars.js';
import { evaluateCondition, truthOf } from './condition-value.js';
import type { Span } from './ir.js';
import { directiveKeyword, isAlways, isNever, skipComment, skipDirective, skipLiteral } from './scan.js';
import { isDefined, ppTokens, readMacro, replaceMacros, VERSION_WORDS } from './version-macros.js';
import type { KernelVersion, Macro, MacroState } from './version-macros.js';

/** A text of which the conditions on the kernel's release are answered. */
export interface VersionArms {
  /** As long as the original: `#if` and `#elif` that are decided ask 0 or 1 here, everything else is as it was. */
  readonly text: string;
  /** What the compiler does not see for this release, from behind a directive to the next one of its group. In order. */
  readonly others: readonly Span[];
  /** How many of them macros of the build leave out, and not the release. */
  readonly builds: number;
  /** Conditions that ask for the release, and that it does not decide: their arms are all kept. */
  readonly undecided: number;
}

/**
 * Answers what the `#if` of a text ask about the kernel's release, three-valued: what the release, the macros of the build and of the text
 * and `#define` in arms that are compiled decide is answered, and all else stays. Texts that do not name the release are left as they are.
 * Total: any text gives a result.
 */
export function answerVersions(text: string, version: KernelVersion): VersionArms {
  const { defines = {} } = version;
  const isNamed = text.includes('VERSION') || text.includes('RHEL_');
  const words = [...(isNamed ? VERSION_WORDS : []), ...Object.keys(defines)];
  if (!words.some((word) => text.includes(word))) return { text, others: [], builds: 0, undecided: 0 };
  const reader = new ArmReader(text, version);
  reader.run();
  return reader.result();
}

/** Whether an offset lies in one of some spans. */
export function isWithin(spans: readonly Span[], offset: number): boolean {
  return spans.some(({ start, end }) => start <= offset && offset < end);
}

/** What an arm has made of names, by its end. */
type Changes = Map<string, MacroState | undefined>;

/** What decides a condition: a plain 0 or 1, the kernel's release, or macros of the build alone. */
type DecidedBy = 'literal' | 'release' | 'build';

/** What a condition comes to, and what decides it. */
interface Asked {
  readonly truth: boolean | undefined;
  readonly by: DecidedBy;
}

interface OpenGroup {
  /** An arm before this one is taken for certain: the rest is dead. */
  taken: boolean;
  /** By what the arm at hand, or one before it, is taken for certain or dead. */
  by: DecidedBy;
  /** Undefined in a live arm: where the dead arm begins. */
  deadFrom: number | undefined;
  /** It is the last arm. */
  isElse: boolean;
  /** What the names that the arm at hand has changed were before it. */
  before: Changes;
  /** What the live arms that have ended have made of names. */
  readonly outcomes: Changes[];
}

/** As a configure step defines what it has found. */
const DEFINED: Macro = { parameters: undefined, body: ['1'], text: '- 1' };

class ArmReader {
  private readonly groups: OpenGroup[] = [];
  private readonly macros: Map<string, MacroState>;
  private readonly others: Span[] = [];
  private readonly parts: string[] = [];
  private copied = 0;
  private builds = 0;
  private undecided = 0;
  /** Groups that are open inside of a dead arm. */
  private deadDepth = 0;

  constructor(
    private readonly text: string,
    private readonly version: KernelVersion,
  ) {
    const given = Object.entries(version.defines ?? {});
    this.macros = new Map(given.map(([name, isDefined]) => [name, isDefined ? DEFINED : 'undefined']));
  }

  result(): VersionArms {
    for (const { deadFrom, by } of this.groups) this.note(deadFrom, by, this.text.length);
    return {
      text: this.parts.join('') + this.text.slice(this.copied),
      others: this.others.sort((a, b) => a.start - b.start),
      builds: this.builds,
      undecided: this.undecided,
    };
  }

  /** Goes from directive to directive, over comments and literals. */
  run(): void {
    const { text } = this;
    let fresh = true;
    for (let at = 0; at < text.length;) {
      const c = text.charCodeAt(at);
      if (c === HASH && fresh) {
        const end = skipDirective(text, at);
        this.directive(at, end);
        at = end;
      } else if (c === QUOTE || c === APOSTROPHE) {
        at = skipLiteral(text, at);
        fresh = false;
      } else {
        const end = c === SLASH ? skipComment(text, at) : at;
        if (c === NEWLINE) fresh = true;
        else if (!isBlank(c) && end === at) fresh = false;
        at = Math.max(end, at + 1);
      }
    }
  }

  private get isDead(): boolean {
    return this.groups.at(-1)?.deadFrom !== undefined;
  }

  private directive(hash: number, end: number): void {
    const keyword = directiveKeyword(this.text, hash);
    const opens = keyword === 'if' || keyword === 'ifdef' || keyword === 'ifndef';
    if (this.isDead && (opens || this.deadDepth > 0)) {
      if (opens) this.deadDepth++;
      else if (keyword === 'endif') this.deadDepth--;
      return;
    }
    if (opens) this.open(keyword, hash, end);
    else if (keyword === 'else' || keyword.startsWith('elif')) this.nextArm(keyword, hash, end);
    else if (keyword === 'endif') this.close(hash);
    else if (!this.isDead && keyword === 'define') this.define(this.restOf(hash, end, keyword));
    else if (!this.isDead && keyword === 'undef') this.set(this.restOf(hash, end, keyword).trim(), 'undefined');
  }

  private restOf(hash: number, end: number, keyword: string): string {
    const directive = this.text.slice(hash, end);
    const rest = directive.slice(directive.indexOf(keyword) + keyword.length);
    return rest.replace(/\\\r?\n/g, ' ').replace(/\/\*.*?(?:\*\/|$)|\/\/.*$/gs, ' ');
  }

  private define(rest: string): void {
    const found = readMacro(rest);
    if (found) this.set(found.name, found.macro);
  }

  private set(name: string, state: MacroState | undefined): void {
    const arm = this.groups.at(-1)?.before;
    if (arm && !arm.has(name)) arm.set(name, this.macros.get(name));
    if (state === undefined) this.macros.delete(name);
    else this.macros.set(name, state);
  }

  private open(keyword: string, hash: number, end: number): void {
    const { truth, by } = this.asked(keyword, hash, end);
    this.groups.push({
      taken: truth === true,
      by: truth === undefined ? 'literal' : by,
      deadFrom: truth === false ? end : undefined,
      isElse: false,
      before: new Map(),
      outcomes: [],
    });
  }

  private nextArm(keyword: string, hash: number, end: number): void {
    const group = this.groups.at(-1);
    if (!group) return;
    this.endArm(group, hash);
    if (group.taken || group.isElse) group.deadFrom = end;
    else if (keyword === 'else') {
      group.taken = group.isElse = true;
      group.deadFrom = undefined;
    } else {
      const { truth, by } = this.asked(keyword, hash, end);
      group.taken = truth === true;
      group.by = truth === undefined ? group.by : by;
      group.deadFrom = truth === false ? end : undefined;
    }
  }

  private close(hash: number): void {
    const group = this.groups.at(-1);
    if (!group) return;
    this.endArm(group, hash);
    this.groups.pop();
    for (const [name, state] of merged(group, this.macros)) this.set(name, state);
  }

  /** Takes back what the arm has made of names, and keeps it beside what the others make of them. */
  private endArm(group: OpenGroup, hash: number): void {
    this.note(group.deadFrom, group.by, hash);
    if (group.deadFrom !== undefined) return;
    const outcome: Changes = new Map();
    for (const [name, state] of group.before) {
      outcome.set(name, this.macros.get(name));
      if (state === undefined) this.macros.delete(name);
      else this.macros.set(name, state);
    }
    group.outcomes.push(outcome);
    group.before = new Map();
  }

  private note(deadFrom: number | undefined, by: DecidedBy, end: number): void {
    if (deadFrom === undefined || by === 'literal' || deadFrom >= end) return;
    this.others.push({ start: deadFrom, end });
    if (by === 'build') this.builds++;
  }

  /** What a condition comes to; one that is decided is written down. */
  private asked(keyword: string, hash: number, end: number): Asked {
    const condition = this.restOf(hash, end, keyword);
    if (isNever(condition)) return { truth: false, by: 'literal' };
    if (isAlways(condition)) return { truth: true, by: 'literal' };
    const { truth, asksVersion } = keyword.endsWith('def')
      ? this.definedness(condition.trim(), keyword.endsWith('ndef'))
      : this.evaluated(condition);
    const answer = `#${keyword.startsWith('el') ? 'elif' : 'if'} ${truth === true ? '1' : '0'}`;
    const by = !asksVersion && this.asksBuild(condition) ? 'build' : 'release';
    if (truth !== undefined && this.write(hash, end, answer)) return { truth, by };
    if (asksVersion) this.undecided++;
    return { truth: undefined, by };
  }

  /** True where a condition names a macro of the build; what the text defines on account of the release is by the release. */
  private asksBuild(condition: string): boolean {
    const { defines = {} } = this.version;
    return ppTokens(condition).some((token) => Object.hasOwn(defines, token));
  }

  private definedness(name: string, negated: boolean): { truth: boolean | undefined; asksVersion: boolean } {
    const answer = isDefined(name, this.macros.get(name), this.version);
    return { truth: answer === undefined ? undefined : answer !== negated, asksVersion: false };
  }

  private evaluated(condition: string): { truth: boolean | undefined; asksVersion: boolean } {
    const known = (name: string): MacroState | undefined => this.macros.get(name);
    const { tokens, asksVersion } = replaceMacros(ppTokens(condition), known, this.version);
    return { truth: tokens && truthOf(evaluateCondition(tokens)), asksVersion };
  }

  /** Writes another directive over one, which stays as long and keeps its lines; false where it does not fit. */
  private write(hash: number, end: number, directive: string): boolean {
    const before = this.text.slice(hash, end);
    if (before.length < directive.length || /[\r\n]/.test(before.slice(0, directive.length))) return false;
    const rest = before.slice(directive.length).replace(/[^\r\n]/g, ' ');
    this.parts.push(this.text.slice(this.copied, hash), directive, rest);
    this.copied = end;
    return true;
  }
}

/** What names are behind a group: what all its arms make of them, and not known where they differ. */
function merged({ outcomes, taken }: OpenGroup, macros: ReadonlyMap<string, MacroState>): Changes {
  const values = new Map<string, (MacroState | undefined)[]>();
  for (const outcome of outcomes) {
    for (const [name, state] of outcome) {
      const known = values.get(name);
      if (known) known.push(state);
      else values.set(name, [state]);
    }
  }
  const found: Changes = new Map();
  for (const [name, states] of values) {
    const everywhere = taken && states.length === outcomes.length;
    const all = everywhere ? states : [...states, macros.get(name)];
    found.set(name, all.every((one) => isSameState(one, all[0])) ? all[0] : 'unknown');
  }
  return found;
}

function isSameState(a: MacroState | undefined, b: MacroState | undefined): boolean {
  return typeof a === 'object' && typeof b === 'object' ? a.text === b.text : a === b;
}
