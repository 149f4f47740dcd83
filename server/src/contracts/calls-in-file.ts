import type { FunctionIr } from '../syntax/index.js';
import { visitExpressions } from '../syntax/ir-walk.js';
import { functionAt } from './items-of-interest.js';
import type { SourceFile } from './source-file.js';

/** A call in a function of a file. */
export interface CallInFile {
  readonly name: string;
  readonly start: number;
  readonly caller: FunctionIr;
}

/** The calls of some functions in those of a file, in the order of the text. */
export function callsInFile(file: SourceFile, names: readonly string[]): readonly CallInFile[] {
  return file.found(new RegExp(`\\b(${names.join('|')})\\s*\\(`)).flatMap(({ index: start, 1: name = '' }) => {
    const caller = functionAt(file, start);
    return caller && isCall(caller, start) ? [{ name, start, caller }] : [];
  });
}

/** False for what stands in a comment or a string. */
function isCall({ body }: FunctionIr, start: number): boolean {
  let found = false;
  visitExpressions(body, (expr) => {
    found ||= expr.op === 'call' && expr.start === start;
  });
  return found;
}
