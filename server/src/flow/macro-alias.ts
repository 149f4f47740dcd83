import type { FunctionIr } from '../syntax/ir.js';

/** The name that a macro without parameters stands for: `#define drop_page put_page` gives put_page. */
export function aliasTarget(fn: FunctionIr): string | undefined {
  const [only, ...more] = fn.body;
  if (fn.origin !== 'macro' || fn.params.length > 0 || more.length > 0 || only?.op !== 'return') return undefined;
  return only.value?.op === 'name' && only.value.name !== fn.name ? only.value.name : undefined;
}
