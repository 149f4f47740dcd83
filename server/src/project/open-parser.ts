import { createNativeParser, createWasmParser } from '../syntax/index.js';
import type { CParser } from '../syntax/index.js';
import { CannotRun } from './options.js';

/**
 * The parser of a run: the one that ships, or the native one where PAGEREF_NATIVE_TREE_SITTER asks for it. Its value is `1`
 * for packages installed beside this program, else the folder they are installed in. Rejects with CannotRun when they are
 * not there.
 */
export async function openParser(): Promise<CParser> {
  const asked = process.env['PAGEREF_NATIVE_TREE_SITTER'] ?? '';
  if (asked === '') return createWasmParser();
  const native = createNativeParser(asked === '1' ? undefined : asked);
  if (native) return native;
  const where = asked === '1' ? 'beside this program' : `in ${asked}`;
  throw new CannotRun(
    `PAGEREF_NATIVE_TREE_SITTER is set and no native parser loads: install tree-sitter@0.22.4 and tree-sitter-c@0.23.6 ${where}`,
  );
}
