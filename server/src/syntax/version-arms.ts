import { APOSTROPHE, HASH, NEWLINE, QUOTE, SLASH, isBlank } from './chars.js';
import { merged } from './arm-outcomes.js';
import type { Changes } from './arm-outcomes.js';
import { evaluateCondition, truthOf, UNKNOWN_TOKEN } from './condition-value.js';
import type { Span } from './ir.js';
import { directiveKeyword, isAlways, isNever, skipComment, skipDirective, skipLiteral } from './scan.js';
import {
  isDefined,
  isFlag,
  namesVersion,
  ppTokens,
  directiveText,
  readMacro,
  replaceMacros,
  VERSION_WORDS,
} from './version-macros.js';
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

/** What headers say of macros that a text asks for and does not define itself. */
export interface HeaderMacroStates {
  /** Whether a macro is defined; undefined where no header defines it, or it may be either. */
  readonly isDefined: (name: string) => boolean | undefined;
  /** True where a header has a definition of it, for whatever release. */
  readonly mentions: (name: string) => boolean;
}

/**
 * Answers what the `#if` of a text ask about the kernel's release, three-valued: what the release, the macros of the build and of the text
 * and `#define` in arms that are compiled decide is answered, and all else stays. Texts that do not name the release are left as they are.
 * Total: any text gives a result.
 */
export function answerVersions(text: string, version: KernelVersion, headers?: HeaderMacroStates): VersionArms {
  const { defines = {} } = version;
  const isNamed = text.includes('VERSION') || text.includes('RHEL_');
  const words = [...(isNamed ? VERSION_WORDS : []), ...Object.keys(defines)];
  const mayAsk = words.some((word) => text.includes(word)) || (headers !== undefined && /^[ \t]*#[ \t]*if/m.test(text));
  if (!mayAsk) return { text, others: [], builds: 0, undecided: 0 };
  const reader = new ArmReader(text, version, headers);
  reader.run();
  return reader.result();
}

/** Whether an offset lies in one of some spans. */
export function isWithin(spans: readonly Span[], offset: number): boolean {
  return spans.some(({ start, end }) => start <= offset && offset < end);
}

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
/** Somehow. */
const DEFINED_THERE: Macro = { parameters: undefined, body: [UNKNOWN_TOKEN], text: '- ?' };

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
  /** Flags that arms of other releases define: the kernel has its own macros, and none of them says nothing but that it is there. */
  private readonly flagsOfOthers = new Set<string>();

  constructor(
    private readonly text: string,
    private readonly version: KernelVersion,
    private readonly headers?: HeaderMacroStates,
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
    if (this.isDead && keyword === 'define') this.defineElsewhere(this.restOf(hash, end, keyword));
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
    return directiveText(directive.slice(directive.indexOf(keyword) + keyword.length));
  }

  private define(rest: string): void {
    const found = readMacro(rest);
    if (found) this.set(found.name, found.macro);
  }

  private defineElsewhere(rest: string): void {
    const found = this.groups.at(-1)?.by === 'literal' ? undefined : readMacro(rest);
    if (found && isFlag(found.name, found.macro)) this.flagsOfOthers.add(found.name);
  }

  /** What is known of a name, also by what is defined for other releases only. */
  private stateOf(name: string): MacroState | undefined {
    const { headers } = this;
    const own = this.macros.get(name);
    if (own !== undefined || namesVersion(name)) return own;
    const there = headers?.isDefined(name);
    if (there !== undefined) return there ? DEFINED_THERE : 'undefined';
    return this.flagsOfOthers.has(name) && headers?.mentions(name) !== true ? 'undefined' : undefined;
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
    const answer = isDefined(name, this.stateOf(name), this.version);
    return { truth: answer === undefined ? undefined : answer !== negated, asksVersion: false };
  }

  private evaluated(condition: string): { truth: boolean | undefined; asksVersion: boolean } {
    const known = (name: string): MacroState | undefined => this.stateOf(name);
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
