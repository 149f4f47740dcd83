import { visible } from '@pageref/shared';
import type { Io } from './io.js';

/** Says something on standard error. What a message holds of a tree, of a mail or of the command line is shown as what it is. */
export function tell({ stderr }: Pick<Io, 'stderr'>, text: string): void {
  stderr.write(`pageref: ${visible(text)}\n`);
}
