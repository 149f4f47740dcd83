import type { FunctionIr } from '../../syntax/index.js';

/** Results that are kept for a short while. */

/** Functions whose states are kept: rules look at one function after the other, in each of its readings, and at what it calls. */
const MAX_KEPT = 16;

/** What was made of the last few functions, each for somebody: a file, or what is known in one. */
export function recent<For extends object, Made>(): {
  readonly get: (of: For, fn: FunctionIr) => Made | undefined;
  readonly add: (of: For, fn: FunctionIr, made: Made) => void;
} {
  const kept: { readonly of: For; readonly fn: FunctionIr; readonly made: Made }[] = [];
  return {
    get: (of, fn) => kept.find((one) => one.of === of && one.fn === fn)?.made,
    add: (of, fn, made) => {
      kept.push({ of, fn, made });
      if (kept.length > MAX_KEPT) kept.shift();
    },
  };
}
