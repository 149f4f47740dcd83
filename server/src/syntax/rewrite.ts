import type { Enclosure } from './brackets.js';
import type { Token } from './lexer.js';
import { rewriteArguments, rewriteStatementArgument } from './rewrite-call.js';
import { Rewriter } from './rewriter.js';
import type { SyntaxTables } from './tables.js';
import { rewriteConjunctions } from './rewrite-and.js';
import { rewriteAsm } from './rewrite-asm.js';
import { ASM, KEYWORDS, UNEVALUATED, isLoopName } from './tables.js';

/**
 * Rewrites the tokens of a body in place, so that a parser of plain C understands what the preprocessor would have made
 * of them. Widths stay: every token keeps its offset, and names are later read from the original text.
 */
export function rewriteBody(tokens: readonly Token[], tables: SyntaxTables): void {
  const r = new Rewriter(tokens, tables);
  for (let i = 0; i < tokens.length; i++) if (r.isWord(i)) rewriteWord(r, i);
  new StatementWalk(r).run();
  for (let i = 0; i < tokens.length; i++) {
    if (r.text(i) !== '(' || !r.isCallee(i - 1)) continue;
    const close = r.partner[i] ?? -1;
    if (close > i) rewriteArguments(r, i, close);
  }
  rewriteConjunctions(r);
}

/** Rules that hold wherever a word stands. */
function rewriteWord(r: Rewriter, at: number): void {
  const word = r.text(at);
  const group = r.groupBehind(at);
  if (r.tables.attributeCalls.has(word) && group > at) r.hide(at, group);
  else if (r.tables.attributes.has(word)) r.hide(at, at);
  else if (UNEVALUATED.has(word) && group > at) r.glue(at, group);
  else if (ASM.has(word) || r.tables.asm.has(word)) rewriteAsm(r, at);
  else if (word === 'auto') r.set(at, 'Auto', 'type');
  else if (!KEYWORDS.has(word)) hideBesideString(r, at, group);
  labelAddress(r, at);
}

/** Macros that are string literals: `KERN_ERR "x"`, `"%" PRIx64 "\n"`, `"a" __stringify(b)`. */
function hideBesideString(r: Rewriter, at: number, group: number): void {
  const end = group > at ? group : at;
  const before = r.tokens[r.previous(at)]?.kind === 'string';
  const after = r.tokens[end + 1]?.kind === 'string';
  if (before || after) r.hide(at, end);
}

/** `&&label` as an operand. */
function labelAddress(r: Rewriter, at: number): void {
  if (r.text(at - 1) !== '&&') return;
  const before = r.tokens[r.previous(at - 1)];
  if (before === undefined) return;
  const isOperand = before.kind !== 'punct' ? before.text === 'return' : !')]}'.includes(before.text);
  if (isOperand) r.set(at - 1, '&', 'label');
}

/** The rules that need to know where statements start. */
class StatementWalk {
  private readonly stack: { readonly enclosure: Enclosure; questions: number }[] = [];
  /** The next token that is seen starts a statement. */
  private fresh = false;

  constructor(private readonly r: Rewriter) {}

  run(): void {
    const { r } = this;
    for (let i = 0; i < r.tokens.length; i++) {
      if (r.text(i) === '') continue;
      if (this.fresh && r.tokens[i]?.kind === 'word') this.statement(i);
      else if (this.top() === 'list' && r.isCallee(i)) this.memberMacro(i);
      const text = r.text(i);
      if (text === '') continue;
      if (r.tokens[i]?.kind === 'punct') this.punctuation(i, text);
      else this.fresh = text === 'else' || text === 'do';
    }
  }

  private top(): Enclosure {
    return this.stack.at(-1)?.enclosure ?? 'block';
  }

  private punctuation(at: number, text: string): void {
    const { r } = this;
    const top = this.stack.at(-1);
    if (text === '{') {
      const enclosure = r.enclosure(r.previous(at), this.top());
      this.stack.push({ enclosure, questions: 0 });
      this.fresh = enclosure === 'block';
    } else if (text === '(' || text === '[') {
      this.stack.push({ enclosure: 'expression', questions: 0 });
      this.fresh = false;
    } else if (text === '}' || text === ')' || text === ']') {
      if (text === '}') this.endLabel(at);
      this.stack.pop();
      this.fresh = this.top() === 'block' && (text === '}' || (text === ')' && this.endsStatement(at)));
    } else if (text === ';') {
      if (top !== undefined) top.questions = 0;
      this.fresh = this.top() === 'block';
    } else if (text === ':') this.colon(at);
    else {
      if (text === '?' && top !== undefined) top.questions++;
      this.fresh = false;
    }
  }

  private colon(at: number): void {
    const top = this.stack.at(-1);
    if (top !== undefined && top.questions > 0) {
      top.questions--;
      this.fresh = false;
    } else {
      this.fresh = this.top() === 'block';
      if (this.top() === 'list') this.oldDesignator(at);
    }
  }

  /** `{ field: value }`, the old GNU form of a designator. */
  private oldDesignator(at: number): void {
    const { r } = this;
    const before = r.text(at - 2);
    const valued = r.text(at + 1) !== '' && r.tokens[at + 1]?.kind !== 'number';
    if ((before === '{' || before === ',') && r.isWord(at - 1) && valued) r.hide(at - 1, at);
  }

  /** A label in front of `}` gets the empty statement that the grammar wants. */
  private endLabel(at: number): void {
    const previous = this.r.previous(at);
    if (this.fresh && this.r.text(previous) === ':') this.r.insert(previous, ';');
  }

  /** A `)` behind which a statement starts: that of `if (...)`, or one that got its missing semicolon. */
  private endsStatement(close: number): boolean {
    if (this.r.tokens[close]?.after === ';') return true;
    const before = this.r.text((this.r.partner[close] ?? 0) - 1);
    const word = this.r.tokens[(this.r.partner[close] ?? 0) - 1];
    return word?.mark === 'macro' || before === 'if' || before === 'while' || before === 'for' || before === 'switch';
  }

  private statement(at: number): void {
    const { r } = this;
    const word = r.text(at);
    if (word === 'goto') this.computedGoto(at);
    else if (word === 'case') this.caseRange(at);
    else if (word === '__label__') this.hideThrough(at, ';');
    else if (word === 'static') this.staticMacro(at);
    else if (!KEYWORDS.has(word) && r.tokens[at]?.mark !== 'type') this.macroStatement(at, word);
  }

  /** `DECLARE_BITMAP(mask, 8);` as a member of a local struct. */
  private memberMacro(at: number): void {
    const { r } = this;
    const before = r.text(r.previous(at));
    const close = r.groupBehind(at);
    if ((before === '{' || before === ';') && close > at && r.text(close + 1) === ';') r.hide(at, close + 1);
  }

  /** `goto *p` is read as the expression `*p`, marked as the end of the path. */
  private computedGoto(at: number): void {
    const { r } = this;
    const star = r.next(at);
    if (r.text(star) !== '*') return;
    r.hide(at, at);
    r.set(star, '*', 'computed-goto');
  }

  private caseRange(at: number): void {
    const { r } = this;
    for (let i = at + 1; i < r.tokens.length && r.text(i) !== ':' && r.text(i) !== ';'; i++) {
      if (r.text(i) !== '...') continue;
      let end = i;
      while (end + 1 < r.tokens.length && r.text(end + 1) !== ':') end++;
      r.hide(i, end);
      return;
    }
  }

  private hideThrough(at: number, last: string): void {
    let end = at;
    while (end < this.r.tokens.length && this.r.text(end) !== last) end++;
    this.r.hide(at, end);
  }

  /** `static DEFINE_RATELIMIT_STATE(rs, HZ, 1);` */
  private staticMacro(at: number): void {
    const { r } = this;
    const name = r.next(at);
    const close = r.isCallee(name) ? r.groupBehind(name) : -1;
    if (close > name && r.text(r.next(close)) === ';') r.hide(at, at);
  }

  private macroStatement(at: number, word: string): void {
    const { r } = this;
    const close = r.groupBehind(at);
    const behind = r.next(close > at ? close : at);
    if (close < 0) this.bareMacro(at, word, behind);
    else if (r.text(behind) === '{' || isLoopName(word, r.tables)) this.loop(at, close);
    else if (this.endsDoLoop(at, word)) r.set(at, 'while');
    else if (r.text(behind) === '=' && r.text(r.next(behind)) === '{') this.hideInitialiser(close, behind);
    else if (rewriteStatementArgument(r, at + 1, close)) return;
    else if (r.text(behind) === '}') r.insert(close, ';');
    else if (r.isWord(behind)) this.callBeforeWord(at, close, behind);
  }

  /** `FOREVER {`, `FLUSH_END }` and `TRACE_POINT` on a line of its own. */
  private bareMacro(at: number, word: string, behind: number): void {
    const { r } = this;
    const capitals = /^[A-Z][A-Z0-9_]+$/.test(word);
    const alone = r.text(behind) === '}' || (r.isWord(behind) && this.isApart(at, behind));
    if (capitals && alone && r.text(behind) !== '{' && r.insert(at, ';')) return;
    if (r.text(behind) === '{' || (capitals && alone)) r.hide(at, at);
  }

  /** `do { ... } while_each_thread(a, b);` */
  private endsDoLoop(at: number, word: string): boolean {
    const { r } = this;
    const brace = r.previous(at);
    if (!word.startsWith('while_') || r.text(brace) !== '}') return false;
    return r.text(r.previous(r.partner[brace] ?? 0)) === 'do';
  }

  /** `TYPE(a) name;` declares, `CALL(a)` with a word on the next line lacks its semicolon. */
  private callBeforeWord(at: number, close: number, behind: number): void {
    const { r } = this;
    const declares = ';=,['.includes(r.text(r.next(behind))) && !this.isApart(close, behind);
    if (declares) r.glue(at, close);
    else r.insert(close, ';');
  }

  /** `DECLARE_BITMAP(bits, 8) = { 0 };` */
  private hideInitialiser(close: number, equals: number): void {
    const end = this.r.partner[this.r.next(equals)] ?? -1;
    if (end > close) this.r.hide(equals, end);
  }

  /** More than one blank between two tokens: most often a line end. In a #define body, lines are joined. */
  private isApart(last: number, behind: number): boolean {
    const { r } = this;
    return (r.tokens[behind]?.start ?? 0) - (r.tokens[last]?.end ?? 0) > 1;
  }

  private loop(at: number, close: number): void {
    const { r } = this;
    const width = (r.tokens[at]?.end ?? 0) - (r.tokens[at]?.start ?? 0);
    rewriteArguments(r, at + 1, close);
    r.set(at, width < 5 ? 'if' : 'while', 'macro');
    // A loop macro without arguments still needs a condition: in the blank between the brackets, or under a long name.
    if (close !== at + 2 || r.insert(at + 1, '0') || width < 7) return;
    r.set(at, 'while(0', 'macro');
    r.hide(at + 1, at + 1);
  }
}
