import type { Paint } from '../paint.js';
import { wrap } from '../text-rows.js';
import type { TextOptions } from '../text-rows.js';
import type { Explained } from './explained.js';

/** What a verdict, an impact or a rule means and what to do about it, for a person at a terminal. */
export function explainText(
  { name, title, meaning, action, rule, impacts }: Explained,
  { paint }: Pick<TextOptions, 'paint'>,
): string {
  const paragraphs = [`${paint('bold', name)}: ${title}`, wrap(meaning), `What to do:\n${wrap(action)}`];
  if (rule) paragraphs.push(ruleLine(name, rule));
  if (impacts.length > 0) paragraphs.push(impactLines(impacts, paint));
  if (!rule) paragraphs.push('See docs/verdicts.md; docs/glossary.md has the other words.');
  return `${paragraphs.join('\n\n')}\n`;
}

function ruleLine(
  name: string,
  { kind, severity, confidence, trial, ...range }: NonNullable<Explained['rule']>,
): string {
  const onTrial = trial ? ' On trial: it runs where it is named.' : '';
  return `Kind: ${kind}. Severity: ${severity}. Confidence: ${confidence}.${releasesOf(range)}${onTrial} See docs/rules/${name}.md.`;
}

function releasesOf({ since, until }: Pick<NonNullable<Explained['rule']>, 'since' | 'until'>): string {
  if (since === null && until === null) return '';
  return ` Releases: ${since === null ? '' : `from ${since} `}${until === null ? 'on' : `to before ${until}`}.`;
}

function impactLines(impacts: Explained['impacts'], paint: Paint): string {
  return ['Impact:', ...impacts.map(({ name, meaning }) => `  ${paint('bold', name)}\n${wrap(meaning, '    ')}`)].join(
    '\n',
  );
}
