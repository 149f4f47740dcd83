import type { SyntaxMacros } from '@pageref/shared';
import type { CReader, FunctionIr, ReadResult } from 'pageref/dist/syntax/index.js';
import { createCReader, createWasmParser, splitItems } from 'pageref/dist/syntax/index.js';

export { showExpr, showIr, showStmts } from './syntax-print.js';

/** A small vocabulary, so that the tests do not move when the model's lists grow. */
export const TEST_SYNTAX: SyntaxMacros = {
  attributes: [
    '__init',
    '__user',
    '__iomem',
    '__always_inline',
    '__must_check',
    '__maybe_unused',
    '__rcu',
    '__force',
    'noinline',
  ],
  attributeCalls: ['__acquires', '__releases', '__printf', '__aligned', '__must_hold'],
  loops: ['vma_interval_tree_foreach', 'do_each_thread'],
  definitions: [],
  transparent: [],
  choosers: [],
  volatileReads: [],
  rangeLoops: [],
  swaps: [],
  stores: [],
  noReturn: [],
  returnsTwice: [],
  asm: ['asm_volatile_goto'],
  jumpsToLast: [],
};

let reader: Promise<CReader> | undefined;

/** One reader for all tests of a process: starting the parser costs more than most tests. */
export async function testReader(): Promise<CReader> {
  reader ??= createWasmParser().then((parser) => createCReader({ parser, syntax: TEST_SYNTAX }));
  return reader;
}

/** What reading gives for each function or #define of a source text, in order. */
export async function readAll(source: string): Promise<readonly ReadResult[]> {
  const reading = await testReader();
  return splitItems(source)
    .filter((item) => item.kind === 'function' || item.kind === 'define')
    .map((item) => reading.readFunction(source, item));
}

/** The functions of a source text that must read without an error. */
export async function functionsOf(source: string): Promise<readonly FunctionIr[]> {
  return (await readAll(source)).flatMap((result) => {
    if (result.error !== undefined) throw new Error(`${String(result.error.start)}: ${result.error.why}`);
    return result.functions;
  });
}
