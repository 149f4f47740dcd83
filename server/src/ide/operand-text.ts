import type { Operand } from '@pageref/shared';

/** "arg0", "*arg1", "arg3[]", "arg2->field", "the result". */
export function operandText({ at, through, field }: Operand): string {
  const base = at === 'result' ? 'the result' : `arg${at}`;
  switch (through) {
    case 'out':
      return `*${base}`;
    case 'array':
      return `${base}[]`;
    case 'field':
      return `${base}->${field ?? '?'}`;
    default:
      return base;
  }
}
