import type { ApiUse, NotAnalysed } from '@pageref/shared';
import type { MacroArm } from '../../contracts/macro-arms.js';
import type { OpenText } from '../../contracts/open-text.js';
import { deadArms, lineStarts, positionAt } from '../../syntax/index.js';
import type { CReader, Expr, FoundWord, Item, ReadResult, Span } from '../../syntax/index.js';
import { argumentPlaces } from '../../syntax/signatures.js';
import { holders, wordsIn } from '../../syntax/items-holding.js';
import type { ApiFacts, ApiTable } from './facts.js';
import { marksOf } from './marks.js';
import type { Marks } from './marks.js';
import { usesThroughMacros } from './through-macros.js';
import type { MacroUse } from './through-macros.js';
import * as lexical from '../../syntax/c-scan.js';

/** What one file gives to the index of uses. */
export interface FileUses {
  readonly uses: readonly ApiUse[];
  /** Functions whose body mentions a name, and those among them that could not be read. */
  readonly functions: number;
  readonly notAnalysed: readonly NotAnalysed[];
}

/** A use before its place is turned into line and column. */
interface FoundApi {
  readonly start: number;
  readonly function: string;
  readonly api: ApiFacts;
  /** Undefined where the name is only taken, not called. */
  readonly argument: string | undefined;
}

/**
 * Finds the uses of the table's names in one file: calls, and names taken as a value, in functions, macro bodies,
 * initialisers and the arguments of macros at file level. Comments, literals, prototypes, exports, members, local
 * variables, `#if 0` arms and the definition itself are none. Each use is found once, whatever the #if arms. A call of a
 * macro of the file, or of a header of the module, that stands for a name is a use of that name, too.
 * A function that cannot be read gives its calls, without arguments. Total: any text gives a result.
 */
export function fileUses(
  open: OpenText,
  names: readonly string[],
  table: ApiTable,
  macros: ReadonlyMap<string, readonly MacroArm[]> = new Map(),
): FileUses {
  const { path, text, items, tools } = open;
  const finder = new Finder(text, table, tools.reader);
  const wanted = new Set(names);
  const held = holders(text, items, wanted);
  wordsIn(text, held, wanted).forEach((words, index) => {
    const item = held[index];
    if (item) finder.take(item, words);
  });
  const hasMacros = held.some(({ kind }) => kind === 'define') || names.some((name) => macros.has(name));
  if (hasMacros) finder.takeThroughMacros(usesThroughMacros(open, table, macros));
  return finder.result(path);
}

class Finder {
  private readonly found: FoundApi[] = [];
  /** Variables at file level that have the name of an API. */
  private readonly variables = new Set<string>();
  private readonly unread: { readonly item: Item; readonly start: number; readonly why: string }[] = [];
  private functions = 0;

  constructor(
    private readonly text: string,
    private readonly table: ApiTable,
    private readonly reader: CReader,
  ) {}

  take(item: Item, words: readonly FoundWord[]): void {
    for (const word of words) this.takeCallbacks(item, word);
    const named = words.filter((word) => this.table.facts.has(word.word));
    if (named.length === 0) return;
    if (item.kind === 'function') this.takeFunction(item, named);
    else if (item.kind === 'define') this.takeDefine(item, named);
    else if (item.kind === 'declaration' || item.kind === 'type') {
      for (const word of named) this.takeFileLevel(item, word);
    }
  }

  takeThroughMacros(uses: readonly MacroUse[]): void {
    this.found.push(...uses);
  }

  result(path: string): FileUses {
    const starts = this.found.length + this.unread.length > 0 ? lineStarts(this.text) : [];
    const uses = this.found
      .filter(({ argument, api }) => argument !== undefined || !this.variables.has(api.name))
      .sort((a, b) => a.start - b.start)
      .map(({ start, function: name, api, argument }): ApiUse => {
        const place = { path, ...positionAt(starts, start), function: nameOf(name), api: api.name };
        if (argument === undefined)
          return { ...place, effect: 'reference', on: '', argument: '', counterpart: '', zoneDevice: api.zoneDevice };
        return {
          ...place,
          effect: api.effect,
          on: api.on,
          argument: detached(argument),
          counterpart: api.counterpart,
          zoneDevice: api.zoneDevice,
        };
      });
    const notAnalysed = this.unread.map(({ item, start, why }): NotAnalysed => {
      return { path, ...positionAt(starts, start), function: nameOf(item.name), why };
    });
    return { uses, functions: this.functions, notAnalysed };
  }

  private takeFunction(item: Item, words: readonly FoundWord[]): void {
    const body = lexical.bodyOf(this.text, item);
    const inBody = words.filter((word) => word.start >= body);
    if (inBody.length === 0) return;
    const dead = deadArms(this.text, item);
    const result = this.read(item, inBody);
    this.functions++;
    if (result.unread) this.unread.push({ item, ...result.unread });
    for (const word of inBody) {
      if (dead.some((span) => contains(span, word.start))) continue;
      if (word.lexical === 'code') this.takeWord(item.name, word, body, result.marks);
      else this.takeInDirective(item.name, word, result.marks);
    }
  }

  private takeDefine(item: Item, words: readonly FoundWord[]): void {
    const { marks } = this.read(item, words);
    for (const word of words) this.takeInDirective(item.name, word, marks);
  }

  /** The replacement of a #define is code; its name, and the words of other directives, are not. */
  private takeInDirective(name: string, word: FoundWord, marks: Marks | undefined): void {
    const define = lexical.defineAround(this.text, word.start);
    if (!define || word.start < define.bodyAt) return;
    // A macro that is replaced by its own name only says that the name exists.
    if (define.name === word.word && lexical.openOfCall(this.text, word.end) === undefined) return;
    this.takeWord(name, word, define.bodyAt, marks);
  }

  private takeWord(name: string, word: FoundWord, from: number, marks: Marks | undefined): void {
    const call = marks?.calls.has(word.start) === true;
    // A local variable hides a function, but a macro is replaced wherever its name has a parenthesis behind it.
    if (marks?.locals.has(word.word) === true && !(call && this.table.facts.get(word.word)?.macro === true)) return;
    if (call || this.looksCalled(word, from)) {
      if (!call && marks?.unevaluated.some((span) => contains(span, word.start)) === true) return;
      const argument = marks ? this.argumentOf(word, marks.calls.get(word.start), marks.args.get(word.start)) : '';
      this.add(name, word, argument);
    } else if (marks?.values.has(word.start) === true && word.word !== name) this.add(name, word, undefined);
    else this.takeCleanup(name, word);
  }

  /** `struct folio *f __free(folio_put) = ...` gives f back at the end of the block. */
  private takeCleanup(name: string, word: FoundWord): void {
    const before = /\b(\w+)\s+__free\s*\(\s*$/.exec(this.text.slice(Math.max(0, word.start - 100), word.start));
    if (before) this.add(name, word, before[1] ?? '');
  }

  private looksCalled(word: FoundWord, from: number): boolean {
    return lexical.openOfCall(this.text, word.end) !== undefined && !lexical.isDeclared(this.text, from, word.start);
  }

  private takeFileLevel(item: Item, word: FoundWord): void {
    const level = lexical.fileLevelAt(this.text, item, word.start);
    const called = lexical.openOfCall(this.text, word.end) !== undefined;
    if (level === 'declaration') {
      if (item.kind === 'declaration' && !called) this.variables.add(word.word);
    } else if (called && level !== 'brackets') {
      if (this.looksCalled(word, item.start)) this.add('-', word, this.argumentOf(word, undefined));
    } else if (level === 'initialiser') this.add('-', word, undefined);
  }

  /** Text of the operand the name works on; empty where the call has no such operand. */
  private argumentOf(word: FoundWord, target: Expr | string | undefined, args?: readonly Span[]): string {
    const at = this.table.facts.get(word.word)?.operand?.at;
    if (at === undefined) return '';
    if (at === 'result') {
      return typeof target === 'object' ? this.textOf(target) : (target ?? '');
    }
    const open = lexical.openOfCall(this.text, word.end);
    const written = open === undefined ? [] : lexical.argumentsAt(this.text, open);
    const isCut = open !== undefined && cutsThrough(this.text, open, written?.at(-1)?.end ?? open);
    const spans = (isCut ? args : undefined) ?? written ?? [];
    const span = spans[this.placeIn(spans, word.word, at)];
    return span ? this.textOf(span) : '';
  }

  /** Where an argument of the release judged is in a call, which can have the signature of another one. */
  private placeIn(spans: readonly Span[], name: string, at: number): number {
    const known = this.table.signatures.get(name);
    const isConstant = (place: number): boolean =>
      /^(?:\d\w*|NULL)$/.test(spans[place] ? this.textOf(spans[place]) : '');
    return (known && argumentPlaces(known, spans.length, isConstant)?.[at]) ?? at;
  }

  private textOf({ start, end }: Span): string {
    return lexical.oneLineOf(this.text.slice(start, end));
  }

  private add(name: string, word: FoundWord, argument: string | undefined): void {
    const api = this.table.facts.get(word.word);
    if (api) this.found.push({ start: word.start, function: name, api, argument });
  }

  private read(item: Item, words: readonly FoundWord[]): { marks?: Marks; unread?: ReadResult['error'] } {
    const { functions, error } = this.reader.readFunction(this.text, item);
    if (functions.length > 0) return { marks: marksOf(functions, new Set(words.map(({ word }) => word))) };
    return { ...(error && { unread: error }) };
  }

  /** A structure of callbacks that is initialised hands its functions over to the core. */
  private takeCallbacks(item: Item, word: FoundWord): void {
    const members = this.table.callbacks.get(word.word);
    const open = members && this.initialiserAt(word.end, item.end);
    if (open === undefined) return;
    const source = lexical.withoutHidden(this.text.slice(open, lexical.endOfBlock(this.text, open)));
    for (const { 1: name = '', 2: value = '', index } of source.matchAll(/\.\s*(\w+)\s*=\s*([^,}]*)/g)) {
      const api = members?.get(name);
      if (!api) continue;
      const start = open + source.indexOf(name, index);
      const owner = item.kind === 'function' ? item.name : '-';
      this.found.push({ start, function: owner, api, argument: lexical.oneLineOf(value) });
    }
  }

  /** `struct ops name = {` or `(struct ops) {` behind the name of the structure. */
  private initialiserAt(from: number, limit: number): number | undefined {
    const head = /^\s*(?:\w+\s*(?:\[\w*\]\s*)?(?:\b__\w+\s*)*=|\))\s*\{/.exec(
      this.text.slice(from, Math.min(limit, from + 300)),
    );
    return head ? from + head[0].length - 1 : undefined;
  }
}

/** Whether a directive stands among the arguments of a call. */
function cutsThrough(text: string, from: number, to: number): boolean {
  return /^[ \t]*#/m.test(text.slice(from + 1, to));
}

function contains({ start, end }: Span, offset: number): boolean {
  return offset >= start && offset < end;
}

function nameOf(name: string): string {
  return name === '' ? '-' : detached(name);
}

/** A copy of a piece of source text: the piece itself would keep the whole file in memory. */
function detached(piece: string): string {
  return piece.split('').join('');
}
