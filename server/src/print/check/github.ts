import type { CheckReport, FindingSeverity } from '@pageref/shared';
import type { PrintOptions } from '../options.js';
import { plain } from '../paint.js';
import { oneLine, unreadFiles } from '../common.js';
import { shownDefects } from './defects.js';
import { withReleases } from './releases.js';

const COMMANDS: Readonly<Record<FindingSeverity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'notice',
};

/** Workflow commands that GitHub shows beside the lines of a change. Paths are relative to the top folder of the tree. */
export function checkGithub(
  given: CheckReport,
  { shown = 'problems' }: Omit<PrintOptions, 'cwd'> = { verbose: false, paint: plain },
): string {
  const report = withReleases(given);
  const { failures, files } = report.summary;
  const unread = unreadFiles(files.unreadable, 'some');
  const lines = [
    ...shownDefects(report, shown).defects.map(({ head, message, rules }) => {
      const { path: file, line, column: col, severity } = head;
      return command(COMMANDS[severity], { file, line, col, title: `pageref: ${rules.join(', ')}` }, message);
    }),
    ...failures.map(({ rule, path: file, why }) => command('warning', { file, title: `pageref: ${rule} failed` }, why)),
    ...unread.shown.map(({ path: file, why, named }) =>
      command(named ? 'error' : 'warning', { file, title: 'pageref: not read' }, why),
    ),
    ...(unread.more === undefined ? [] : [command('warning', { title: 'pageref: not read' }, unread.more)]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const given = Object.entries(properties).map(([key, value]) => `${key}=${escaped(String(value), /[%\r\n:,]/g)}`);
  return `::${name} ${given.join(',')}::${escaped(message, /[%\r\n]/g)}`;
}

/** As the runner reads it back: two capital hexadecimal digits behind a percent sign. */
function escaped(text: string, characters: RegExp): string {
  return oneLine(text).replace(characters, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
