/** Small questions to C text that do not need a parser. Offsets are UTF-16 code units. */

/** One-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

export interface Body {
  /** Offset of the function's name. */
  readonly nameAt: number;
  /** Offsets of the braces. */
  readonly start: number;
  readonly end: number;
}

/** What is longer is no list of parameters but a parenthesis that nobody closes. UTF-16 code units. */
const LONGEST_LIST = 2000;

/** Bodies of the definitions of a function in blanked text: several where #if arms each have one. */
export function functionBodies(code: string, name: string): Body[] {
  const bodies: Body[] = [];
  for (const match of code.matchAll(new RegExp(`\\b${name}\\s*\\(`, 'g'))) {
    const open = match.index + match[0].length - 1;
    const close = closing(code.slice(0, open + LONGEST_LIST), open, '(', ')');
    const brace = /^[\s\w]*\{/.exec(code.slice(close + 1, close + 200));
    if (close < 0 || !brace) continue;
    const start = close + brace[0].length;
    const end = closing(code, start, '{', '}');
    bodies.push({ nameAt: match.index, start, end: end < 0 ? code.length : end });
    // Nothing behind a body that does not end is outside of it.
    if (end < 0) break;
  }
  return bodies;
}

function closing(code: string, at: number, open: string, close: string): number {
  let depth = 0;
  for (let end = at; end < code.length; end++) {
    if (code[end] === open) depth++;
    else if (code[end] === close && --depth === 0) return end;
  }
  return -1;
}
