import type { SourceFile } from '../../contracts/source-file.js';

/** Between the structure's name and the brace of the initialiser. UTF-16 code units. */
const LONGEST_DECLARATOR = 200;

/** What stands between the braces of a file-level object of a structure. */
export function initialiserText(file: SourceFile, name: string, tag: string): { body: string; at: number } | undefined {
  if (!/^\w+$/.test(name)) return undefined;
  const tagged = new RegExp(`\\bstruct\\s+${tag}\\b`, 'g');
  const rest = new RegExp(`^\\s(?:[\\w\\s]*\\s)?${name}\\b[^;={]*=\\s*\\{`);
  for (const item of file.declaring(tag)) {
    const text = file.text.slice(item.start, item.end);
    for (const { 0: head, index } of text.matchAll(tagged)) {
      const from = index + head.length;
      const match = rest.exec(text.slice(from, from + LONGEST_DECLARATOR));
      if (match) return { body: text.slice(from + match[0].length), at: item.start + index };
    }
  }
  return undefined;
}
