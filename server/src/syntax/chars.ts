/** Character tests on UTF-16 code units, as tables: the scanners below them run over whole trees. */

export const TAB = 9;
export const NEWLINE = 10;
export const RETURN = 13;
export const SPACE = 32;
export const QUOTE = 34;
export const HASH = 35;
export const APOSTROPHE = 39;
export const OPEN_PAREN = 40;
export const CLOSE_PAREN = 41;
export const STAR = 42;
export const COMMA = 44;
export const DOT = 46;
export const SLASH = 47;
export const COLON = 58;
export const SEMICOLON = 59;
export const BACKSLASH = 92;
export const OPEN_BRACE = 123;
export const CLOSE_BRACE = 125;

const WORD = new Uint8Array(256);
for (let c = 0; c < 128; c++) WORD[c] = /[A-Za-z0-9_$]/.test(String.fromCharCode(c)) ? 1 : 0;

/** True for what can stand inside a C identifier or number; `$` is one for the compilers that build kernels. */
export function isWordChar(c: number): boolean {
  return WORD[c] === 1;
}

export function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

/** Blank in the sense of C, without the newline. Form feeds occur in old drivers. */
export function isBlank(c: number): boolean {
  return c === SPACE || c === TAB || c === RETURN || c === 11 || c === 12;
}
