/**
 * Text of a tree, of a mail or of a command line, as it may be shown: nothing in it steers a terminal, and nothing turns the order
 * of what is read round (CVE-2021-42574). What the characters were can still be seen.
 */

/** Control characters but the newline, and the marks that set the direction of text. */
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Those that JSON does not escape by itself. */
const UNESCAPED = /[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const SHORT: Readonly<Record<string, string | undefined>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text with such characters as escapes; lines stay lines. */
export function visible(text: string): string {
  return text.replace(STEERING, (char) => SHORT[char] ?? unicodeEscape(char));
}

/** The text with such characters as escapes, and its line breaks as well: one line. */
export function visibleLine(text: string): string {
  return visible(text).replace(/[\n\u2028\u2029]/g, (char) => SHORT[char] ?? unicodeEscape(char));
}

/** A value as JSON that is the same data and shows no such character. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(UNESCAPED, unicodeEscape);
}

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
