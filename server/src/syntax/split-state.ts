import type { Item } from './item.js';
import {
  APOSTROPHE,
  CLOSE_BRACE,
  CLOSE_PAREN,
  COLON,
  COMMA,
  HASH,
  NEWLINE,
  OPEN_BRACE,
  OPEN_PAREN,
  QUOTE,
  SEMICOLON,
  SLASH,
  isBlank,
  isWordChar,
} from './chars.js';
import type { Head } from './head.js';
import { readHead } from './head.js';
import {
  armEnd,
  directiveKeyword,
  isAlways,
  isNever,
  skipComment,
  skipDirective,
  skipLiteral,
  startsLine,
  wordAt,
} from './scan.js';

/** An open #if group. */
interface OpenGroup {
  /** Nesting where the group opens: each arm starts from it. */
  readonly braces: number;
  readonly parens: number;
  /** Start of the item in progress, -1 between items. */
  readonly item: number;
  /** Nesting at the end of the first live arm; the text behind the group goes on from there. */
  after: { braces: number; parens: number } | undefined;
  /** The current arm is never compiled. */
  dead: boolean;
  /** An arm is compiled whatever comes, up to here: those behind it are not. */
  taken: boolean;
  /** Where the current arm begins, behind its directive. */
  armAt: number;
}

/** Characters that mean something inside braces. */
const INTERESTING = new Uint8Array(256);
for (const c of [OPEN_BRACE, CLOSE_BRACE, QUOTE, APOSTROPHE, SLASH, HASH]) INTERESTING[c] = 1;

/** The state of one splitItems call: a hand-written automaton whose invariant is `0 <= done <= at <= text.length`. */
export class SplitState {
  readonly items: Item[] = [];
  private at = 0;
  /** Everything in front of it is covered by items. */
  private done = 0;
  private item = -1;
  private head: Head | undefined;
  private braces = 0;
  private parens = 0;
  /** Braces that were opened in column 0 inside the item: as many in column 0 close them and not the item. */
  private blocksInColumn0 = 0;
  private readonly groups: OpenGroup[] = [];

  constructor(private readonly text: string) {}

  run(): void {
    const length = this.text.length;
    while (this.at < length) {
      if (this.braces > 0) this.insideBraces();
      else this.outsideBraces();
    }
    if (this.item >= 0) this.endItem(length);
    this.cover(length);
  }

  /** One step at file level. */
  private outsideBraces(): void {
    const c = this.text.charCodeAt(this.at);
    if (c === NEWLINE || isBlank(c)) {
      this.at++;
      return;
    }
    if (c === SLASH) {
      const end = skipComment(this.text, this.at);
      if (end > this.at) {
        this.at = end;
        return;
      }
    }
    if (c === HASH && startsLine(this.text, this.at)) this.directive();
    else this.code(c);
  }

  private code(c: number): void {
    if (this.item < 0) this.startItem();
    if (isWordChar(c)) {
      while (isWordChar(this.text.charCodeAt(this.at))) this.at++;
      return;
    }
    if (c === QUOTE || c === APOSTROPHE) {
      this.at = skipLiteral(this.text, this.at);
      return;
    }
    if (c === OPEN_BRACE) {
      this.openBody();
      return;
    }
    this.at++;
    if (c === OPEN_PAREN) this.parens++;
    else if (c === CLOSE_PAREN) this.parens = Math.max(0, this.parens - 1);
    else if (c === CLOSE_BRACE || (c === SEMICOLON && this.parens === 0)) this.endItem(this.at);
  }

  private openBody(): void {
    if (this.parens > 0 && this.text.charCodeAt(this.at - 1) === NEWLINE && !this.nextIsParenBody()) this.parens = 0;
    if (this.parens === 0 && this.head === undefined) {
      this.head = readHead(this.text, this.item, this.at);
      if (this.head.leadEnd > this.item) this.splitLead(this.head.leadEnd);
    }
    this.at++;
    if (this.head?.kind === 'linkage') this.endItem(this.at);
    else this.braces = 1;
  }

  /** A `{` in column 0 inside `(` of a file-scope macro (`TRACE_X(name, {`) is no function body when the head has a comma last. */
  private nextIsParenBody(): boolean {
    let i = this.at - 1;
    while (i > this.item && (isBlank(this.text.charCodeAt(i)) || this.text.charCodeAt(i) === NEWLINE)) i--;
    const c = this.text.charCodeAt(i);
    return c !== CLOSE_PAREN;
  }

  /** Macro invocations in front of a function become items of their own. */
  private splitLead(leadEnd: number): void {
    const head = this.head;
    const bodyAt = this.at;
    this.head = undefined;
    this.endItem(leadEnd);
    this.at = leadEnd;
    while (this.at < bodyAt && this.isGap()) this.skipGap();
    this.startItem();
    this.head = head;
    this.at = bodyAt;
  }

  private isGap(): boolean {
    const c = this.text.charCodeAt(this.at);
    return c === NEWLINE || isBlank(c) || (c === SLASH && skipComment(this.text, this.at) > this.at);
  }

  private skipGap(): void {
    this.at = this.text.charCodeAt(this.at) === SLASH ? skipComment(this.text, this.at) : this.at + 1;
  }

  /** Runs to the next character that matters inside braces and handles it. */
  private insideBraces(): void {
    const text = this.text;
    const length = text.length;
    let i = this.at;
    let c = 0;
    while (i < length) {
      c = text.charCodeAt(i);
      if (INTERESTING[c] === 1) break;
      i++;
    }
    this.at = i;
    if (i >= length) return;
    if (c === OPEN_BRACE) {
      if (i > 0 && text.charCodeAt(i - 1) === NEWLINE) this.blocksInColumn0++;
      this.braces++;
      this.at++;
    } else if (c === CLOSE_BRACE) this.closeBrace();
    else if (c === QUOTE || c === APOSTROPHE) this.at = skipLiteral(text, i);
    else if (c === SLASH) this.at = Math.max(skipComment(text, i), i + 1);
    else if (startsLine(text, i)) this.directive();
    else this.at++;
  }

  private closeBrace(): void {
    const column0 = this.at === 0 || this.text.charCodeAt(this.at - 1) === NEWLINE;
    this.at++;
    this.braces--;
    if (column0 && this.braces > 0 && this.blocksInColumn0-- > 0) return;
    if (this.braces > 0 && !(column0 && this.isResync())) return;
    this.braces = 0;
    if (this.head?.kind === 'function') this.endFunction();
    else if (column0 && this.head?.kind === 'declaration' && this.isLooseBlock()) this.endItem(this.at);
  }

  /** A `}` in column 0 with braces open: the end of the item when it looks like one. */
  private isResync(): boolean {
    const next = this.nextVisible();
    const c = this.text.charCodeAt(next);
    if (this.head?.kind === 'function') {
      return next >= this.text.length || (this.text.charCodeAt(next - 1) === NEWLINE && !this.isInsideBody(next, c));
    }
    return c === SEMICOLON && this.head !== undefined;
  }

  /** What stands in column 0 inside functions too: `else`, a label, a closing bracket. */
  private isInsideBody(at: number, c: number): boolean {
    const word = wordAt(this.text, at);
    if (word === '') return c === SEMICOLON || c === CLOSE_PAREN || c === CLOSE_BRACE || c === COMMA;
    return word === 'else' || word === 'while' || this.text.charCodeAt(at + word.length) === COLON;
  }

  /** `macro_head { ... }` without `=` and without a semicolon. */
  private isLooseBlock(): boolean {
    const start = this.item;
    const end = this.nextVisible();
    const gap = this.text.slice(this.at, end);
    return gap.includes('\n') && !this.text.slice(start, this.text.indexOf('{', start)).includes('=');
  }

  private nextVisible(): number {
    const keep = this.at;
    while (this.at < this.text.length && this.isGap()) this.skipGap();
    const found = this.at;
    this.at = keep;
    return found;
  }

  /** Arms that close the function each on its own belong to it up to their #endif. */
  private endFunction(): void {
    const group = this.groups.at(-1);
    if (group !== undefined && group.item === this.item && group.braces > 0) {
      let at = armEnd(this.text, this.at);
      let alternatives = 0;
      while (at < this.text.length && directiveKeyword(this.text, at) !== 'endif') {
        alternatives++;
        at = armEnd(this.text, skipDirective(this.text, at));
      }
      if (alternatives > 0 && at < this.text.length) {
        this.at = skipDirective(this.text, at);
        this.groups.pop();
      }
    }
    this.endItem(this.at);
  }

  private directive(): void {
    const hash = this.at;
    const keyword = directiveKeyword(this.text, hash);
    const end = skipDirective(this.text, hash);
    this.at = end;
    if (keyword === 'if' || keyword === 'ifdef' || keyword === 'ifndef') this.openGroup(keyword, hash, end);
    else if (keyword === 'else' || keyword.startsWith('elif')) this.nextArm(keyword, hash, end);
    else if (keyword === 'endif') this.closeGroup(hash);
    if (this.item < 0) this.directiveItem(hash, end, keyword);
  }

  private openGroup(keyword: string, hash: number, end: number): void {
    const condition = keyword === 'if' ? this.text.slice(this.text.indexOf('if', hash) + 2, end) : '';
    const [dead, taken] = [keyword === 'if' && isNever(condition), isAlways(condition)];
    const { braces, parens, item } = this;
    this.groups.push({ braces, parens, item, after: undefined, dead, taken, armAt: end });
    if (dead && this.item >= 0) this.at = armEnd(this.text, end);
  }

  private nextArm(keyword: string, hash: number, end: number): void {
    const group = this.groups.at(-1);
    if (group === undefined) return;
    if (group.dead && this.item >= group.armAt) this.abandonItem(hash);
    const same = this.item >= 0 && (group.item === this.item || group.item < 0);
    if (!group.dead && same) group.after ??= { braces: this.braces, parens: this.parens };
    const condition = keyword === 'elif' ? this.text.slice(this.text.indexOf('elif', hash) + 4, end) : '';
    group.dead = group.taken || (keyword === 'elif' && isNever(condition));
    group.taken ||= isAlways(condition);
    group.armAt = end;
    if (same) {
      this.braces = group.item < 0 ? 0 : group.braces;
      this.parens = group.item < 0 ? 0 : group.parens;
    }
    if (group.dead && this.item >= 0) this.at = armEnd(this.text, end);
  }

  private closeGroup(hash: number): void {
    const group = this.groups.pop();
    if (group === undefined) return;
    if (group.dead && this.item >= group.armAt) this.abandonItem(hash);
    if (this.item < 0 || group.after === undefined) return;
    this.braces = group.after.braces;
    this.parens = group.after.parens;
  }

  /** Text of a dead arm need not be C: what is unfinished where the arm ends is an item that ends there. */
  private abandonItem(hash: number): void {
    const resume = this.at;
    this.endItem(hash);
    this.at = resume;
  }

  private directiveItem(hash: number, end: number, keyword: string): void {
    this.cover(hash);
    const define = keyword === 'define' ? this.defineName(hash) : '';
    this.push(keyword === 'define' ? 'define' : 'directive', hash, end, define);
  }

  private defineName(hash: number): string {
    let at = this.text.indexOf('define', hash) + 6;
    while (isBlank(this.text.charCodeAt(at))) at++;
    return wordAt(this.text, at);
  }

  private startItem(): void {
    this.cover(this.at);
    this.item = this.at;
    this.head = undefined;
    this.braces = 0;
    this.parens = 0;
    this.blocksInColumn0 = 0;
  }

  private endItem(end: number): void {
    const start = this.item;
    const head = this.head;
    this.item = -1;
    this.head = undefined;
    this.braces = 0;
    this.parens = 0;
    if (start >= end) return;
    if (head?.kind === 'function') this.push('function', start, end, head.name);
    else if (head?.kind === 'type' || this.text.startsWith('typedef', start)) {
      this.push('type', start, end, this.typeName(start, end, head?.name ?? ''));
    } else this.push('declaration', start, end, '');
  }

  /** Name of a type: its tag, or the last word of a typedef. */
  private typeName(start: number, end: number, tag: string): string {
    if (!this.text.startsWith('typedef', start)) return tag;
    const tail = this.text.slice(Math.max(start, end - 200), end);
    return /\b(\w+)\s*(?:\[[^\]]*\]\s*)?;$/.exec(tail)?.[1] ?? tag;
  }

  /** Makes what lies between the last item and `start` a trivia item. */
  private cover(start: number): void {
    if (this.done < start) this.push('trivia', this.done, start, '');
  }

  private push(kind: Item['kind'], start: number, end: number, name: string): void {
    const dead = this.groups.some((group) => group.dead);
    this.items.push({ kind, start, end, name, dead });
    this.done = end;
  }
}
