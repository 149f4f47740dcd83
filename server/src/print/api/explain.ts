import {
  IMPACT_TEXTS,
  RULES,
  VERDICT_TEXTS,
  type Impact,
  type RuleId,
  type RuleMeta,
  type Verdict,
} from '@pageref/shared';
import type { Paint } from '../paint.js';

const WIDTH = 80;

/** What a verdict or a rule means and what to do about it. */
export function explainText(name: Verdict | RuleId, paint: Paint): string {
  const rule = RULES.find(({ id }) => id === name);
  return `${(rule ? ruleParagraphs(rule, paint) : verdictParagraphs(name as Verdict, paint)).join('\n\n')}\n`;
}

function verdictParagraphs(verdict: Verdict, paint: Paint): string[] {
  const { title, meaning, action } = VERDICT_TEXTS[verdict];
  const paragraphs = [`${paint('bold', verdict)}: ${title}`, wrap(meaning), `What to do:\n${wrap(action)}`];
  return verdict === 'needs-zone-device' ? [...paragraphs, impacts(paint)] : paragraphs;
}

function ruleParagraphs(rule: RuleMeta, paint: Paint): string[] {
  const { id, title, description, action, kind, severity, confidence } = rule;
  return [
    `${paint('bold', id)}: ${title}`,
    wrap(description),
    `What to do:\n${wrap(action)}`,
    `Kind: ${kind}. Severity: ${severity}. Confidence: ${confidence}.${releasesOf(rule)} See docs/rules/${id}.md.`,
  ];
}

function releasesOf({ since, until }: RuleMeta): string {
  if (since === undefined && until === undefined) return '';
  return ` Releases: ${since === undefined ? '' : `from ${since} `}${until === undefined ? 'on' : `to before ${until}`}.`;
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
