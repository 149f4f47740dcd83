import type { ModelEntry } from '@pageref/shared';
import type { ApiDescription } from '../../runs/api/describe.js';
import { fact, factRows, rangeText } from '../../runs/api/entry-facts.js';
import type { Paint } from '../paint.js';
import { wrap } from '../text-rows.js';
import type { TextOptions } from '../text-rows.js';

/** What the model knows of one name, in words. */
export function apiText(
  { name, release, entries, ranges }: ApiDescription,
  { paint }: Pick<TextOptions, 'paint'>,
): string {
  const blocks = entries.map((entry) => entryText(entry, paint));
  if (release !== undefined && entries.length === 0) blocks.push(`${paint('bold', name)} is not in ${release}`);
  if (release !== undefined || ranges.length > 1) blocks.push(historyText(ranges));
  return `${blocks.join('\n\n')}\n`;
}

function entryText(entry: ModelEntry, paint: Paint): string {
  return [
    `${paint('bold', entry.name)} (${entry.form}), ${rangeText(entry.range)}`,
    wrap(entry.summary, '  '),
    ...factRows(entry),
    ...entry.evidence.map((text) => fact('evidence', text)),
  ].join('\n');
}

/** The name's life, range by range, and which facts came and went at each step. */
function historyText(ranges: readonly ModelEntry[]): string {
  const lines = ranges.flatMap((entry, index) => [
    `  ${rangeText(entry.range)}: ${entry.summary}`,
    ...changeRows(ranges[index - 1], entry),
  ]);
  return ['In the model:', ...lines].join('\n');
}

function changeRows(before: ModelEntry | undefined, entry: ModelEntry): string[] {
  if (!before) return [];
  const [old, now] = [factRows(before), factRows(entry)];
  const gone = old.filter((line) => !now.includes(line)).map((line) => `    - ${line.trim()}`);
  return [...gone, ...now.filter((line) => !old.includes(line)).map((line) => `    + ${line.trim()}`)];
}
