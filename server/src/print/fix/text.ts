import type { Fix, Site } from '@pageref/shared';
import type { FixPlan } from '../../runs/fix/tree.js';
import type { Paint } from '../paint.js';
import { countOf, oneLine, placeText } from '../common.js';

/** What was done with the fixes that were chosen. */
export type Done = 'listed' | 'written' | 'patched';

export interface FixTextOptions {
  readonly done: Done;
  /** What was written, a line each. */
  readonly wrote: readonly string[];
  readonly paint: Paint;
}

const SUMMARY: Readonly<Record<Done, string>> = {
  listed: 'with a fix to be applied',
  written: 'fixed',
  patched: 'fixed in a patch',
};

/** What a run of `fix` found, what it takes of that, and what it leaves to a person. */
export function fixText({ root, files }: FixPlan, { done, wrote, paint }: FixTextOptions): string {
  const applied = files.flatMap((file) => file.applied.map(({ site, fix }) => ({ site, lines: [chosenLine(fix)] })));
  const left = files.flatMap((file) =>
    file.left.map(({ site, fixes, why }) => ({
      site,
      lines: fixes.length > 0 ? fixes.map(offeredLine) : [`none: ${why}`],
    })),
  );
  const blocks = [...applied, ...left]
    .sort((a, b) => byPlace(a.site, b.site))
    .map(({ site, lines }) => [heading(site, paint), ...lines.map((line) => `    ${oneLine(line)}`)].join('\n'));
  const count = countOf(applied.length + left.length, 'finding');
  const summary = `${count} in ${oneLine(root)}: ${applied.length} ${SUMMARY[done]}, ${left.length} left to you`;
  return `${[...blocks, [...wrote.map(oneLine), summary].join('\n')].join('\n\n')}\n`;
}

function byPlace(a: Site, b: Site): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

function heading(site: Site, paint: Paint): string {
  const where = paint('bold', placeText(site));
  return `${where}: ${oneLine(site.function)}: ${site.impact ?? site.verdict}`;
}

function chosenLine({ title, includes, kind }: Fix): string {
  const included = includes.map((header) => `; includes <${header}>`).join('');
  return `${kind === 'safe' ? 'fix' : 'taken, to be checked'}: ${title}${included}`;
}

function offeredLine({ kind, title }: Fix): string {
  return `${kind === 'safe' ? 'safe, one of several' : 'needs a look'}: ${title}`;
}
