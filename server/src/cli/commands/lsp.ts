import { EXIT } from '../io.js';
import type { RunCommand } from '../types.js';

export const run: RunCommand = async (io) => {
  await io.serve();
  return EXIT.clean;
};
