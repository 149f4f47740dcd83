import { messageText } from './rule-meta.js';

/**
 * What is said beside a place that explains a finding of the rules about references: the steps of the way to it, and places of
 * other ways. `{by}` is the name of a call as it is written, `{condition}` the text of a condition.
 */
export const STEP_TEXTS = {
  taken: '{by} takes it here',
  'taken-them': '{by} takes them here',
  filled: '{by} fills the table here',
  unsigned: 'the result of {by} is kept unsigned here',
  method: 'it is the {by} method here',
  shared: '{by}() shares it here',
  recycled: '{by}() marks it for the pool here',
  callback: 'it is given to {by}() here',
  true: '{condition} is true',
  false: '{condition} is false',
  jump: 'goto {label}',
  set: '{place} gets its value here',
  dropped: '{by}() drops it here',
  'given-back': 'it is given back here, on another path',
  'also-left': 'and it is not given back here',
  left: 'the function is left here with it',
  'left-them': 'the function is left here with them',
  overwritten: 'its last name is written over here',
  'holder-freed': 'what held it is freed here',
  again: '{by}() gives it back once more',
  used: 'it is looked at here',
  put: '{by}() is given it here',
  compared: 'it is compared here',
  'given-count': '{by}() is told the count here',
  fewer: 'fewer were got than asked for',
  'used-as-filled': 'it is used as if it were full',
  'next-taken': 'the next one is taken here',
} as const;

export type StepText = keyof typeof STEP_TEXTS;

/** Code that stands in a step's text is cut behind so many UTF-16 code units. */
const MAX_CODE = 48;

/** The text of a step; code in it is brought onto one line and cut where it is long. */
export function stepText(id: StepText, values: Readonly<Record<string, string>> = {}): string {
  const shown = Object.entries(values).map(([name, text]) => [name, name === 'by' ? text : shortCode(text)]);
  return messageText(STEP_TEXTS[id], Object.fromEntries(shown) as Record<string, string>);
}

function shortCode(code: string): string {
  const line = code.replace(/\s+/g, ' ').trim();
  return line.length > MAX_CODE ? `${line.slice(0, MAX_CODE).trimEnd()}...` : line;
}
