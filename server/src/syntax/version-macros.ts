import type { Release } from '@pageref/shared';
import type { PpToken } from './condition-value.js';
import { ranged, UNKNOWN_TOKEN } from './condition-value.js';

/** The kernel that code is judged for, as far as its own preprocessor knows it. */
export interface KernelVersion {
  readonly release: Release;
  /** RHEL_RELEASE_CODE of a distribution kernel that has one (major * 256 + minor): others do not define it. */
  readonly rhel?: number | undefined;
  /** Macros of the build: whether it defines them. */
  readonly defines?: Readonly<Record<string, boolean>> | undefined;
}

/** A macro that the text defines. */
export interface Macro {
  /** Undefined for one without brackets. */
  readonly parameters: readonly string[] | undefined;
  readonly body: readonly PpToken[];
  /** Two definitions with the same are the same. */
  readonly text: string;
}

/** What is known of a name: its definition, that it has none here, or that it may have one. */
export type MacroState = Macro | 'undefined' | 'unknown';

/** Names that make a text one with version arms. */
export const VERSION_WORDS = ['LINUX_VERSION_', 'KERNEL_VERSION', 'RHEL_RELEASE_', 'RHEL_MAJOR', 'RHEL_MINOR'];

const NAMES_VERSION =
  /^(?:LINUX_VERSION_(?:CODE|MAJOR|PATCHLEVEL|SUBLEVEL)|KERNEL_VERSION|RHEL_(?:RELEASE_\w+|MAJOR|MINOR))$/;

/** Numbers of stable releases end here: include/linux/version.h holds them in eight bits. */
const LAST_SUBLEVEL = 255;

/** Tokens of one condition, macros replaced; one that would have more is not evaluated. */
const MOST_TOKENS = 4000;
/** Tokens of one replacement; a longer one is no version. */
const LONGEST_BODY = 200;
/** Macros in the replacement of macros. */
const DEEPEST = 50;

/** Cuts the text of a condition or of a replacement into tokens; comments are to be gone. */
export function ppTokens(text: string): readonly PpToken[] {
  const tokens = text.match(/\w+|&&|\|\||[<>=!]=|<<=?|>>=?|\+\+|--|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s\\]/g);
  return tokens ?? [];
}

/** A condition once its macros are replaced. */
export interface Replaced {
  /** Undefined where it cannot be said what the tokens are. */
  readonly tokens: readonly PpToken[] | undefined;
  /** The release of the kernel is asked for. */
  readonly asksVersion: boolean;
}

/** Replaces the macros of a condition. Numbers of which only the bounds are known stand as `ranged` writes them. */
export function replaceMacros(
  tokens: readonly PpToken[],
  known: (name: string) => MacroState | undefined,
  version: KernelVersion,
): Replaced {
  const replacer = new Replacer(known, version);
  const done = replacer.replace(tokens, new Set());
  return { tokens: replacer.tooMany ? undefined : done, asksVersion: replacer.asksVersion };
}

class Replacer {
  asksVersion = false;
  tooMany = false;
  private count = 0;

  constructor(
    private readonly known: (name: string) => MacroState | undefined,
    private readonly version: KernelVersion,
  ) {}

  /** @param active macros that are being replaced: one that comes back to itself is not known */
  replace(tokens: readonly PpToken[], active: ReadonlySet<string>): readonly PpToken[] {
    const out: PpToken[] = [];
    for (let at = 0; at < tokens.length && !this.tooMany;) {
      const token = tokens[at] ?? '';
      this.tooMany ||= ++this.count > MOST_TOKENS;
      if (!/^[A-Za-z_]/.test(token)) {
        out.push(token);
        at++;
      } else if (token === 'defined') at = this.definedness(tokens, at, out);
      else at = this.name(tokens, at, active, out);
    }
    return out;
  }

  /** `defined X` and `defined(X)`. */
  private definedness(tokens: readonly PpToken[], at: number, out: PpToken[]): number {
    const bracket = tokens[at + 1] === '(';
    const name = tokens[at + (bracket ? 2 : 1)] ?? '';
    const answer = this.isDefined(name);
    out.push(answer === undefined ? UNKNOWN_TOKEN : answer ? '1' : '0');
    if (!bracket) return at + 2;
    if (tokens[at + 3] !== ')') out.push(')');
    return at + 4;
  }

  private isDefined(name: string): boolean | undefined {
    if (NAMES_VERSION.test(name)) this.asksVersion = true;
    return isDefined(name, this.known(name), this.version);
  }

  private name(tokens: readonly PpToken[], at: number, active: ReadonlySet<string>, out: PpToken[]): number {
    const name = tokens[at] ?? '';
    const known = this.known(name);
    const call = tokens[at + 1] === '(' ? argumentsAt(tokens, at + 1) : undefined;
    if (typeof known === 'object') {
      const isUsable = !active.has(name) && active.size < DEEPEST;
      const replaced = isUsable ? filled(known, call) : undefined;
      out.push(...(replaced ? this.replace(replaced, new Set([...active, name])) : [UNKNOWN_TOKEN]));
      return known.parameters === undefined ? at + 1 : (call?.next ?? at + 1);
    }
    if (!NAMES_VERSION.test(name)) {
      // What the build does not define is 0 to the preprocessor.
      const isLeftOut = known === 'undefined' && this.version.defines?.[name] === false;
      out.push(isLeftOut && !call ? '0' : name);
      return at + 1;
    }
    this.asksVersion = true;
    const values = known === undefined ? this.ofKernel(name, call, active) : [UNKNOWN_TOKEN];
    out.push(...values);
    return TAKES_ARGUMENTS.has(name) ? (call?.next ?? at + 1) : at + 1;
  }

  /** What the kernel's own headers make of a name. */
  private ofKernel(name: string, call: Arguments | undefined, active: ReadonlySet<string>): readonly PpToken[] {
    const { rhel } = this.version;
    const [major, minor] = numbersOf(this.version.release);
    if (name === 'LINUX_VERSION_CODE') {
      const first = major * 0x10000 + minor * 0x100;
      return [ranged(first, first + LAST_SUBLEVEL)];
    }
    if (name === 'LINUX_VERSION_MAJOR') return [String(major)];
    if (name === 'LINUX_VERSION_PATCHLEVEL') return [String(minor)];
    if (name === 'LINUX_VERSION_SUBLEVEL') return [ranged(0, LAST_SUBLEVEL)];
    if (name === 'KERNEL_VERSION') return this.packed(call, [0x10000, 0x100, 1], active);
    if (name === 'RHEL_RELEASE_VERSION' && rhel !== undefined) return this.packed(call, [0x100, 1], active);
    if (rhel === undefined) return TAKES_ARGUMENTS.has(name) ? [UNKNOWN_TOKEN] : ['0'];
    if (name === 'RHEL_RELEASE_CODE') return [String(rhel)];
    if (name === 'RHEL_MAJOR') return [String(rhel >> 8)];
    return name === 'RHEL_MINOR' ? [String(rhel & 0xff)] : [UNKNOWN_TOKEN];
  }

  private packed(call: Arguments | undefined, by: readonly number[], active: ReadonlySet<string>): readonly PpToken[] {
    if (call?.values.length !== by.length) return [UNKNOWN_TOKEN];
    const numbers = call.values.map((value) => this.replace(value, active));
    if (!numbers.every((value) => value.length === 1 && /^\d+$/.test(value[0] ?? ''))) return [UNKNOWN_TOKEN];
    const last = by.length - 1;
    const sum = numbers.reduce((before, [value = ''], index) => {
      const number = Number(value);
      return before + (index === last ? Math.min(number, LAST_SUBLEVEL) : number) * (by[index] ?? 1);
    }, 0);
    return [String(sum)];
  }
}

const TAKES_ARGUMENTS = new Set(['KERNEL_VERSION', 'RHEL_RELEASE_VERSION']);

/** Whether a name is a macro where it is asked for; undefined where that is not known. */
export function isDefined(name: string, known: MacroState | undefined, version: KernelVersion): boolean | undefined {
  if (known !== undefined) return known === 'unknown' ? undefined : known !== 'undefined';
  if (name === 'LINUX_VERSION_CODE' || name === 'KERNEL_VERSION' || name === '__KERNEL__') return true;
  return name === 'RHEL_RELEASE_CODE' || name === 'RHEL_RELEASE_VERSION' ? version.rhel !== undefined : undefined;
}

function numbersOf(release: Release): readonly [major: number, minor: number] {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  return [major, minor];
}

interface Arguments {
  readonly values: readonly (readonly PpToken[])[];
  /** Index behind the closing bracket. */
  readonly next: number;
}

/** The arguments of the brackets that open at an index; undefined where they do not close. */
function argumentsAt(tokens: readonly PpToken[], open: number): Arguments | undefined {
  const values: PpToken[][] = [[]];
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    const token = tokens[at] ?? '';
    if (token === ')' && --depth === 0) return { values, next: at + 1 };
    if (token === ',' && depth === 1) values.push([]);
    else if (at > open) values.at(-1)?.push(token);
    if (token === '(') depth++;
  }
  return undefined;
}

/** The replacement of a macro at one of its uses; undefined where the brackets do not fit. */
function filled({ parameters, body }: Macro, call: Arguments | undefined): readonly PpToken[] | undefined {
  if (parameters === undefined) return body;
  const values = parameters.length === 0 && call?.values[0]?.length === 0 ? [] : call?.values;
  if (values?.length !== parameters.length) return undefined;
  return body.flatMap((token) => {
    const index = parameters.indexOf(token);
    return index < 0 ? [token] : (values[index] ?? []);
  });
}

/** True for a name whose meaning is the kernel's. */
export function namesVersion(name: string): boolean {
  return NAMES_VERSION.test(name);
}

/**
 * True for a macro that says nothing but that it is there, of a kind that only the code's own `#ifdef` asks for: what the kernel or the
 * compiler may define besides is none.
 */
export function isFlag(name: string, { parameters, body }: Macro): boolean {
  const saysNothing = body.length === 0 || (body.length === 1 && /^[01]$/.test(body[0] ?? ''));
  return parameters === undefined && saysNothing && !/^(?:__|CONFIG_)/.test(name);
}

/** What a directive says, on one line and without its comments. */
export function directiveText(directive: string): string {
  return directive.replace(/\\\r?\n/g, ' ').replace(/\/\*.*?(?:\*\/|$)|\/\/.*$/gs, ' ');
}

/** What the text of a whole `#define` defines. */
export function macroOf(define: string): Macro | undefined {
  return readMacro(directiveText(define).replace(/^\s*#\s*define/, ''))?.macro;
}

/** Reads what stands behind `#define`; undefined where it is none that can be used here. */
export function readMacro(text: string): { readonly name: string; readonly macro: Macro } | undefined {
  const [head, name = '', list] = /^\s*([A-Za-z_]\w*)(?:\(([^()]*)\))?/.exec(text) ?? [];
  if (head === undefined) return undefined;
  const body = ppTokens(text.slice(head.length));
  const parameters = list === undefined ? undefined : list.split(',').map((one) => one.trim());
  const plain = parameters?.length === 1 && parameters[0] === '' ? [] : parameters;
  const usable = body.length > LONGEST_BODY ? [UNKNOWN_TOKEN] : body;
  return { name, macro: { parameters: plain, body: usable, text: `${list ?? '-'} ${body.join(' ')}` } };
}
