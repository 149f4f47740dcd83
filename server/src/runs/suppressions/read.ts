import type { PlacedSuppression } from '@pageref/shared';
import { readJson } from '../../project/user-model/json.js';
import type { JsonProblem } from '../../project/user-model/json.js';
import { suppressionKey } from './apply.js';
import { SUPPRESSION } from './schema.js';
import { HEADER } from './write.js';

/** What a file of judged findings says, and one mistake for each line that has any. */
export interface ReadSuppressions {
  readonly suppressions: readonly PlacedSuppression[];
  readonly problems: readonly JsonProblem[];
}

interface Line {
  readonly text: string;
  /** Offset in the file. */
  readonly start: number;
  /** From 1. */
  readonly number: number;
}

/** A broken line costs itself, never the others: an editor goes on with the rest. Total. */
export function readSuppressions(text: string, file: string): ReadSuppressions {
  const [first, ...others] = linesOf(text);
  if (!first) return { suppressions: [], problems: [] };
  const problems: JsonProblem[] = [];
  const isHeader = first.text.trim() === HEADER;
  if (!isHeader) problems.push(wholeLine(first, `the first line must be ${HEADER}`));
  const byKey = new Map<string, PlacedSuppression>();
  for (const line of isHeader || first.text.includes('"schemaVersion"') ? others : [first, ...others]) {
    // Two files that were put together have the first line twice.
    if (line.text.trim() === HEADER) continue;
    const read = readJson(line.text, SUPPRESSION, 'the line');
    // What follows the first mistake of a line is mostly its echo.
    if ('problems' in read)
      problems.push(...read.problems.slice(0, 1).map((one) => ({ ...one, offset: line.start + one.offset })));
    else problems.push(...addTo(byKey, { suppression: read.value, file, line: line.number }, line));
  }
  return { suppressions: [...byKey.values()], problems };
}

export function suppressionProblems(text: string): readonly JsonProblem[] {
  return readSuppressions(text, '').problems;
}

/** The same line twice is what a merge leaves behind; two that differ are a question. */
function addTo(byKey: Map<string, PlacedSuppression>, placed: PlacedSuppression, line: Line): JsonProblem[] {
  const key = suppressionKey(placed.suppression);
  const before = byKey.get(key);
  if (!before) byKey.set(key, placed);
  const isSame =
    !before ||
    (before.suppression.verdict === placed.suppression.verdict &&
      before.suppression.reason === placed.suppression.reason);
  return isSame ? [] : [wholeLine(line, `line ${before.line} judges the same finding in another way`)];
}

/** The lines that hold something. */
function linesOf(text: string): Line[] {
  let start = 0;
  return text
    .split('\n')
    .map((line, at) => {
      const here = { text: line.replace(/^\uFEFF/, ' ').replace(/\r$/, ''), start, number: at + 1 };
      start += line.length + 1;
      return here;
    })
    .filter((line) => line.text.trim() !== '');
}

function wholeLine({ text, start }: Line, message: string): JsonProblem {
  return { offset: start, length: text.length, message };
}
