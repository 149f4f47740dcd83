import { APOSTROPHE, BACKSLASH, HASH, NEWLINE, QUOTE, RETURN, SLASH, STAR, isBlank, isWordChar } from './chars.js';

/** Steps over the parts of C text that hide other text. All take and return offsets in UTF-16 code units, and all end. */

/** End of the comment that starts at `at`, or `at` itself when there is none. A line comment ends before its newline. */
export function skipComment(text: string, at: number): number {
  const next = text.charCodeAt(at + 1);
  if (next === STAR) {
    const close = text.indexOf('*/', at + 2);
    return close < 0 ? text.length : close + 2;
  }
  return next === SLASH ? logicalLineEnd(text, at + 2) : at;
}

/** Offset of the newline that ends the logical line (a backslash before a newline joins two lines), or of the end. */
export function logicalLineEnd(text: string, from: number): number {
  let at = from;
  for (;;) {
    at = text.indexOf('\n', at);
    if (at < 0) return text.length;
    if (!isContinued(text, at)) return at;
    at++;
  }
}

/** True when the newline at `newline` is spliced by a backslash. */
export function isContinued(text: string, newline: number): boolean {
  const before = text.charCodeAt(newline - 1);
  return before === BACKSLASH || (before === RETURN && text.charCodeAt(newline - 2) === BACKSLASH);
}

/** End of the string or character literal that starts at `at`; a raw newline ends it too, so that damage stays on its line. */
export function skipLiteral(text: string, at: number): number {
  const quote = text.charCodeAt(at);
  for (let i = at + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === quote) return i + 1;
    if (c === NEWLINE) return i;
    if (c === BACKSLASH) i += text.charCodeAt(i + 1) === RETURN ? 2 : 1;
  }
  return text.length;
}

/** End of the directive that starts with the `#` at `at`: before its newline. Comments may carry it over several lines. */
export function skipDirective(text: string, at: number): number {
  let i = at + 1;
  while (i < text.length) {
    const c = text.charCodeAt(i);
    if (c === NEWLINE && !isContinued(text, i)) return i;
    if (c === SLASH) i = Math.max(skipComment(text, i), i + 1);
    else if (c === QUOTE || c === APOSTROPHE) i = skipDirectiveLiteral(text, i);
    else i++;
  }
  return text.length;
}

/** A quote in a directive may be a lone apostrophe (`#error don't`): it is skipped as a literal only when it closes. */
function skipDirectiveLiteral(text: string, at: number): number {
  const end = skipLiteral(text, at);
  const closed = end - at >= 2 && text.charCodeAt(end - 1) === text.charCodeAt(at);
  return closed ? end : at + 1;
}

/** True when only blanks stand between `at` and the start of its line. */
export function startsLine(text: string, at: number): boolean {
  for (let i = at - 1; i >= 0; i--) {
    const c = text.charCodeAt(i);
    if (c === NEWLINE) return true;
    if (!isBlank(c)) return false;
  }
  return true;
}

/** The keyword of the directive whose `#` stands at `hash`: "if", "define", or "" for a lone `#`. */
export function directiveKeyword(text: string, hash: number): string {
  let start = hash + 1;
  while (isBlank(text.charCodeAt(start))) start++;
  return wordAt(text, start);
}

/** The run of word characters at `start`. */
export function wordAt(text: string, start: number): string {
  let end = start;
  while (isWordChar(text.charCodeAt(end))) end++;
  return text.slice(start, end);
}

/** Offset of the next `#` that starts a line at or after `from`, stepping over comments; the text's length when there is none. */
export function nextDirective(text: string, from: number): number {
  let fresh = startsLine(text, from);
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === NEWLINE) fresh = true;
    else if (c === HASH && fresh) return i;
    else if (c === SLASH) {
      const end = skipComment(text, i);
      if (end > i) i = end - 1;
      else fresh = false;
    } else if (!isBlank(c)) fresh = false;
  }
  return text.length;
}

/** Offset of the `#` of the directive that ends the arm which `from` is in: #elif, #else or #endif of the same group. */
export function armEnd(text: string, from: number): number {
  let nested = 0;
  for (let at = nextDirective(text, from); at < text.length; at = nextDirective(text, skipDirective(text, at))) {
    const keyword = directiveKeyword(text, at);
    if (keyword === 'if' || keyword === 'ifdef' || keyword === 'ifndef') nested++;
    else if (keyword === 'endif' && nested-- === 0) return at;
    else if (nested === 0 && (keyword === 'else' || keyword.startsWith('elif'))) return at;
  }
  return text.length;
}

/** True for the condition text of an arm that is never compiled. */
export function isNever(condition: string): boolean {
  return /^\s*(?:\(\s*)?0[uUlL]*\s*(?:\)\s*)?(?:\/[*/].*)?$/s.test(condition);
}

/** True for the condition text of an arm that is always compiled. */
export function isAlways(condition: string): boolean {
  return /^\s*(?:\(\s*)?1[uUlL]*\s*(?:\)\s*)?(?:\/[*/].*)?$/s.test(condition);
}
