import type { Token } from './lexer.js';

/** What a bracket encloses: statements, the entries of an initialiser or type, or an expression. */
export type Enclosure = 'block' | 'list' | 'expression';

const BLOCK_STARTS = new Set([';', '{', '}', ':', '(', 'else', 'do', '']);
const TAGS = new Set(['struct', 'union', 'enum']);

/**
 * Enclosure of the `{` behind `before[last]`. `partnerOf` gives the index of the `(` that a `)` closes.
 * `(type) {` is a compound literal; `name(...) {` a block, be it a statement's or a loop macro's.
 */
export function enclosureOf(
  before: readonly Token[],
  last: number,
  parent: Enclosure,
  partnerOf: (close: number) => number,
): Enclosure {
  const previous = before[last]?.text ?? '';
  if (parent === 'list' && previous !== '(') return 'list';
  // A macro's argument: an initialiser inside brackets has its type in front.
  if (parent === 'expression' && previous === ',') return 'block';
  if (BLOCK_STARTS.has(previous)) return 'block';
  if (previous === ')') return isCompoundLiteral(before, partnerOf(last)) ? 'list' : 'block';
  if (before[last]?.kind !== 'word' || previous === 'return') return 'list';
  return TAGS.has(previous) || TAGS.has(before[last - 1]?.text ?? '') ? 'list' : 'block';
}

function isCompoundLiteral(before: readonly Token[], open: number): boolean {
  const callee = before[open - 1];
  if (callee === undefined) return false;
  return callee.text === 'return' || (callee.kind !== 'word' && callee.text !== ')');
}
