import type { PlacedJudgement } from '@pageref/shared';
import { readJson } from '../user-model/json.js';
import type { JsonProblem } from '../user-model/json.js';
import { JUDGED } from './schema.js';
import { HEADER } from './write.js';

/** What a file of judged findings says, and every mistake in it. */
export interface ReadJudged {
  readonly judgements: readonly PlacedJudgement[];
  readonly problems: readonly (JsonProblem & { readonly line: number })[];
}

/** A broken line costs itself, never the others: a merge that went wrong must not make every old finding new. Total. */
export function readJudged(text: string, file: string): ReadJudged {
  const judgements: PlacedJudgement[] = [];
  const problems: (JsonProblem & { line: number })[] = [];
  let start = 0;
  let first = true;
  text.split('\n').forEach((line, at) => {
    const content = line.replace(/^\uFEFF/, ' ').replace(/\r$/, '');
    const add = ({ offset, length, message }: JsonProblem): void =>
      void problems.push({ offset: start + offset, length, message, line: at + 1 });
    if (content.trim() !== '') {
      if (first && content.trim() !== HEADER)
        add({ offset: 0, length: content.length, message: `the first line must be ${HEADER}` });
      // Two files that were put together have the line twice.
      if (content.trim() !== HEADER && !(first && content.includes('"schemaVersion"'))) {
        const read = readJson(content, JUDGED);
        if ('problems' in read) read.problems.forEach(add);
        else judgements.push({ judgement: read.value, file, line: at + 1 });
      }
      first = false;
    }
    start += line.length + 1;
  });
  return { judgements, problems };
}
