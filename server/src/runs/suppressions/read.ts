import type { PlacedJudgement } from '@pageref/shared';
import { readJson } from '../../project/user-model/json.js';
import type { JsonProblem } from '../../project/user-model/json.js';
import { judgementKey } from './apply.js';
import { JUDGED } from './schema.js';
import { HEADER } from './write.js';

/** What a file of judged findings says, and one mistake for each line that has any. */
export interface ReadJudged {
  readonly judgements: readonly PlacedJudgement[];
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
export function readJudged(text: string, file: string): ReadJudged {
  const [first, ...others] = linesOf(text);
  if (!first) return { judgements: [], problems: [] };
  const problems: JsonProblem[] = [];
  const isHeader = first.text.trim() === HEADER;
  if (!isHeader) problems.push(wholeLine(first, `the first line must be ${HEADER}`));
  const byKey = new Map<string, PlacedJudgement>();
  for (const line of isHeader || first.text.includes('"schemaVersion"') ? others : [first, ...others]) {
    // Two files that were put together have the first line twice.
    if (line.text.trim() === HEADER) continue;
    const read = readJson(line.text, JUDGED, 'the line');
    // What follows the first mistake of a line is mostly its echo.
    if ('problems' in read)
      problems.push(...read.problems.slice(0, 1).map((one) => ({ ...one, offset: line.start + one.offset })));
    else problems.push(...addTo(byKey, { judgement: read.value, file, line: line.number }, line));
  }
  return { judgements: [...byKey.values()], problems };
}

export function judgedProblems(text: string): readonly JsonProblem[] {
  return readJudged(text, '').problems;
}

/** The same line twice is what a merge leaves behind; two that differ are a question. */
function addTo(byKey: Map<string, PlacedJudgement>, placed: PlacedJudgement, line: Line): JsonProblem[] {
  const key = judgementKey(placed.judgement);
  const before = byKey.get(key);
  if (!before) byKey.set(key, placed);
  const isSame =
    !before ||
    (before.judgement.verdict === placed.judgement.verdict && before.judgement.reason === placed.judgement.reason);
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
