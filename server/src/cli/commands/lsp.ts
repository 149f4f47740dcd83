import { EXIT } from '../io.js';
import type { Run } from '../types.js';

export const run: Run = async (io) => {
  await io.serve();
  return EXIT.clean;
};
