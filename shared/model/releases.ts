import type { Release } from '../src/index.js';

/** Every mainline release from the oldest to the newest that the model speaks of, in order. */
export const RELEASES = [
  '4.20',
  ...series(5, 19),
  ...series(6, 19),
  '7.0',
  '7.1',
] as const satisfies readonly Release[];

/** Releases `major`.0 to `major`.`last`. */
function series(major: number, last: number): Release[] {
  return Array.from({ length: last + 1 }, (_, minor): Release => `${major}.${minor}`);
}
