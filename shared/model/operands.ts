import type { Operand } from '../src/index.js';

/** Short spellings of operands, so that a row of the model reads like the row of the fact table it stands for. */

export const RESULT = { at: 'result' } as const satisfies Operand;

/** Argument `index`, zero-based. */
export function arg(index: number): Operand {
  return { at: index };
}

/** What argument `index` points to: the callee writes it. */
export function out(index: number): Operand {
  return { at: index, through: 'out' };
}

/** The entries of the array (or list) that argument `index` names. */
export function entries(index: number): Operand {
  return { at: index, through: 'array' };
}

/** Member `field` of what argument `index` points to. */
export function member(index: number, field: string): Operand {
  return { at: index, through: 'field', field };
}
