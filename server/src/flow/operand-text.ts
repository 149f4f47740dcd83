import type { Operand } from '@pageref/shared';

/**
 * "arg0", "*arg1", "arg3[]", "arg2->field", "the result".
 * @param params names of the arguments, where they have any
 */
export function operandText(
  { at, through, field }: Operand,
  params: readonly { readonly name: string }[] = [],
): string {
  const base = at === 'result' ? 'the result' : (params[at]?.name ?? `arg${at}`);
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
