import { styleText } from 'node:util';
import { plain } from '../print/paint.js';
import type { Paint } from '../print/paint.js';
import type { Io } from './io.js';
import type { ColorChoice } from './types.js';

const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false });

/**
 * Decides on colours: an explicit choice first, then FORCE_COLOR, NO_COLOR and a dumb terminal, then whether a person
 * is looking. Text that goes to a file is not coloured unless it is asked for.
 */
export function chooseColors(io: Io, choice: ColorChoice = 'auto', output?: string): Paint {
  return wantsColor(io, choice, output !== undefined && output !== '-') ? coloured : plain;
}

function wantsColor(io: Io, choice: ColorChoice, toFile: boolean): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (toFile) return false;
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: terminal } = io.env;
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (no !== undefined && no !== '') return false;
  return io.stdout.isTTY && terminal !== 'dumb';
}
