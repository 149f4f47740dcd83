import type { ContractCaller } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
import { findWords } from '../../syntax/index.js';
import type { FoundWord, Item } from '../../syntax/index.js';
import { bodyOf, isDeclared, isMember, openOfCall } from '../../syntax/c-scan.js';

/** Where the code of a file calls a name, or hands it to something that may call it, in order of place. */
export function listCallers(file: SourceFile, name: string): readonly ContractCaller[] {
  const callers: ContractCaller[] = [];
  for (const word of findWords(file.text, new Set([name]))) {
    const item = word.lexical === 'code' || word.lexical === 'directive' ? file.itemAt(word.start) : undefined;
    const how = item && !item.dead ? usedAs(file.text, item, word) : undefined;
    if (!item || !how) continue;
    const { line, column } = file.place(word.start);
    callers.push({ path: file.path, line, column, function: item.name === '' ? '-' : item.name, how });
  }
  return callers;
}

function usedAs(text: string, item: Item, word: FoundWord): ContractCaller['how'] | undefined {
  const { start, end, word: name } = word;
  if (isMember(text, start)) return undefined;
  const called = openOfCall(text, end) !== undefined;
  switch (item.kind) {
    case 'function':
      // In front of the body stands the function's own name.
      if (start < bodyOf(text, item)) return undefined;
      return called ? (isDeclared(text, item.start, start) ? undefined : 'call') : 'value';
    case 'define':
      if (item.name !== name) return called ? 'call' : 'value';
      return undefined;
    case 'declaration':
      // A prototype is no use; an initialiser that names the function is.
      return !called && text.slice(item.start, start).includes('=') ? 'value' : undefined;
    default:
      return undefined;
  }
}
