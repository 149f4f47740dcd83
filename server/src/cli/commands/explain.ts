import { EXIT } from '../io.js';
import { chooseColors } from '../paint.js';
import { explainText } from '../../print/explain-text.js';
import { readVerdict } from '../readers.js';
import type { Run } from '../table.js';

export const run: Run = (io, name, options) => {
  const verdict = readVerdict(name);
  io.stdout.write(explainText(verdict, chooseColors(io, options.color)));
  return Promise.resolve(EXIT.clean);
};
