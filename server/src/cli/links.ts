import { existsSync } from 'node:fs';
import type { Links } from '../print/links.js';
import type { Io } from './io.js';
import type { ColorChoice } from './types.js';

const RULE_PAGES = new URL('../../../docs/rules/', import.meta.url);

/**
 * Decides on hyperlinks: only where a person looks at a terminal that is none of the plain ones, and has not asked for plain text. A
 * log of CI may look like a terminal, and shows the escapes as they are.
 */
export function chooseLinks(io: Io, choice: ColorChoice = 'auto', output?: string): Links | undefined {
  const { NO_COLOR: no, CI: ci, TERM: terminal } = io.env;
  const isFile = output !== undefined && output !== '-';
  const isPlain = choice === 'never' || (no ?? '') !== '' || terminal === 'dumb' || (ci ?? '') !== '';
  if (isFile || isPlain || !io.stdout.isTTY) return undefined;
  return { link: hyperlink, rulePages: existsSync(RULE_PAGES) ? RULE_PAGES.href : undefined };
}

/** OSC 8. */
function hyperlink(uri: string, text: string): string {
  return `\u001b]8;;${uri}\u001b\\${text}\u001b]8;;\u001b\\`;
}
