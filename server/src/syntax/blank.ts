const NOT_CODE = /\/\*[^]*?(?:\*\/|$)|\/\/(?:[^\n\\]|\\[^])*|"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?/g;

/** The text with comments, strings and character constants blanked; length and line breaks stay. */
export function blankNonCode(text: string): string {
  return text.replace(NOT_CODE, (match) => match.replace(/[^\n]/g, ' '));
}
