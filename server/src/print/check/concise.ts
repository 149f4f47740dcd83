import type { CheckReport } from '@pageref/shared';
import { oneLine, placeText } from '../common.js';
import { plain } from '../paint.js';
import type { PrintOptions } from '../options.js';
import { coverageLists } from '../text-rows.js';
import { shownDefects } from './defects.js';
import { withReleases } from './releases.js';
import { SEVERITY_WORDS } from './text.js';

/** One line for each thing that is wrong: place, severity, what it is, and the rules that say so. */
export function checkConcise(
  given: CheckReport,
  { shown = 'problems', verbose }: Omit<PrintOptions, 'cwd'> = { verbose: false, paint: plain },
): string {
  const report = withReleases(given);
  const { summary } = report;
  const lines = [
    ...shownDefects(report, shown).defects.map(
      ({ head, message, rules }) =>
        `${placeText(head)}: ${SEVERITY_WORDS[head.severity]}: ${oneLine(message)} [${rules.join(', ')}]`,
    ),
    ...summary.failures.map(({ rule, path, why }) => `${oneLine(path)}: ${rule} failed here: ${oneLine(why)}`),
    ...coverageLists(summary, verbose),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
