import { EXIT } from '../io.js';
import type { Run } from '../table.js';

export const run: Run = async (io) => {
  await io.serve();
  return EXIT.clean;
};
