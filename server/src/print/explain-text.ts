import { IMPACT_TEXTS, VERDICT_TEXTS, type Impact, type Verdict } from '@pageref/shared';
import type { Paint } from './paint.js';

const WIDTH = 80;

export function explainText(verdict: Verdict, paint: Paint): string {
  const { title, meaning, action } = VERDICT_TEXTS[verdict];
  const paragraphs = [`${paint('bold', verdict)}: ${title}`, wrap(meaning), `What to do:\n${wrap(action)}`];
  if (verdict === 'needs-zone-device') paragraphs.push(impacts(paint));
  return `${paragraphs.join('\n\n')}\n`;
}

function impacts(paint: Paint): string {
  const names = Object.keys(IMPACT_TEXTS) as Impact[];
  return [
    'Impact:',
    ...names.map((name) => `  ${paint('bold', name)}\n${wrap(IMPACT_TEXTS[name].meaning, '    ')}`),
  ].join('\n');
}

/** Breaks text at blanks; a word longer than the width stands on a line of its own. */
export function wrap(text: string, indent = ''): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line !== indent && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}
