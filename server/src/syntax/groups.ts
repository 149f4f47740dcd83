import type { Token } from './lexer.js';
import { isAlways, isNever, skipDirective } from './scan.js';

/** What decides an arm: a condition text (without its negation), or nothing for #else. */
export interface Condition {
  readonly key: string;
  readonly negated: boolean;
}

export interface Arm {
  /** Undefined for the first arm of a group that opened in front of the item. */
  readonly directive: Token | undefined;
  readonly condition: Condition | 'never' | 'always';
  readonly body: Piece[];
}

/** An #if group; `close` is undefined when its #endif is not in the item. */
export interface Group {
  readonly arms: Arm[];
  close: Token | undefined;
}

export type Piece = Token | Group;

export function isGroup(piece: Piece): piece is Group {
  return 'arms' in piece;
}

/**
 * Nests tokens by their #if directives; other directives are dropped. An #else without an #if takes all that came
 * before it for the first arm; an #endif without one is ignored; what is still open at the end ends there.
 */
export function nestGroups(tokens: readonly Token[]): Piece[] {
  const root: Piece[] = [];
  const open: Group[] = [];
  for (const token of tokens) {
    if (token.kind !== 'directive') currentBody(root, open).push(token);
    else nestDirective(token, root, open);
  }
  return root;
}

function currentBody(root: Piece[], open: readonly Group[]): Piece[] {
  return open.at(-1)?.arms.at(-1)?.body ?? root;
}

function nestDirective(token: Token, root: Piece[], open: Group[]): void {
  const [keyword, rest] = wordsOf(token.text);
  if (keyword === 'if' || keyword === 'ifdef' || keyword === 'ifndef') {
    const group: Group = {
      arms: [{ directive: token, condition: readCondition(keyword, rest), body: [] }],
      close: undefined,
    };
    currentBody(root, open).push(group);
    open.push(group);
  } else if (keyword === 'else' || keyword.startsWith('elif')) {
    const group = open.at(-1) ?? adoptRoot(root, open);
    group.arms.push({ directive: token, condition: readCondition(keyword, rest), body: [] });
  } else if (keyword === 'endif') {
    const group = open.pop();
    if (group !== undefined) group.close = token;
  }
}

/** The group opened in front of the item: what was read so far is its first arm. */
function adoptRoot(root: Piece[], open: Group[]): Group {
  const body = root.splice(0);
  const group: Group = {
    arms: [{ directive: undefined, condition: { key: '', negated: false }, body }],
    close: undefined,
  };
  root.push(group);
  open.push(group);
  return group;
}

function wordsOf(directive: string): readonly [keyword: string, rest: string] {
  const [, keyword = '', rest = ''] = /^#\s*(\w*)(.*)$/s.exec(directive) ?? [];
  return [keyword, rest];
}

/** What the directive that begins at an offset of a text asks. */
export function conditionAt(text: string, start: number): Arm['condition'] {
  return readCondition(...wordsOf(text.slice(start, skipDirective(text, start))));
}

function readCondition(keyword: string, rest: string): Arm['condition'] {
  const text = rest.replace(/\/\*.*?(?:\*\/|$)|\/\/.*$/gs, ' ').trim();
  if (keyword === 'else') return 'always';
  if (keyword === 'ifdef' || keyword === 'elifdef') return { key: text, negated: false };
  if (keyword === 'ifndef' || keyword === 'elifndef') return { key: text, negated: true };
  if (isNever(text)) return 'never';
  if (isAlways(text)) return 'always';
  const negated = text.startsWith('!');
  const inner = /^!?\s*defined\s*(?:\(\s*)?(\w+)\s*\)?$/.exec(text)?.[1];
  return { key: inner ?? (negated ? text.slice(1).trim() : text), negated };
}

/** The arms that can be compiled, and whether one of them always is. */
export function liveArms(group: Group): { readonly arms: readonly Arm[]; readonly total: boolean } {
  const arms: Arm[] = [];
  for (const arm of group.arms) {
    if (arm.condition === 'never') continue;
    arms.push(arm);
    if (arm.condition === 'always') return { arms, total: true };
  }
  return { arms, total: false };
}

/** What an arm looks like from outside, taking the first live arm of groups inside it. */
export interface Shape {
  readonly balanced: boolean;
  readonly first: string;
  readonly last: string;
}

export function shapeOf(body: readonly Piece[]): Shape {
  const open: string[] = [];
  let balanced = true;
  let first = '';
  let last = '';
  for (const token of firstArms(body)) {
    first ||= token.text;
    last = token.text;
    if (token.kind !== 'punct') continue;
    if (last === '(' || last === '[' || last === '{') open.push(last);
    else if (last === ')') balanced &&= open.pop() === '(';
    else if (last === ']') balanced &&= open.pop() === '[';
    else if (last === '}') balanced &&= open.pop() === '{';
  }
  return { balanced: balanced && open.length === 0, first, last };
}

export function* firstArms(body: readonly Piece[]): Generator<Token, undefined> {
  for (const piece of body) {
    if (!isGroup(piece)) yield piece;
    else yield* firstArms(liveArms(piece).arms[0]?.body ?? []);
  }
  return undefined;
}
