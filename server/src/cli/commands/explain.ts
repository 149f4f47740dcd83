import { EXIT } from '../io.js';
import { chooseColors } from '../paint.js';
import { explainText } from '../../print/api/explain.js';
import { readExplained } from '../readers.js';
import type { Run } from '../table.js';

export const run: Run = (io, name, options) => {
  io.stdout.write(explainText(readExplained(name), chooseColors(io, options.color)));
  return Promise.resolve(EXIT.clean);
};
