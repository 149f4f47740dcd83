import type { Fix } from '@pageref/shared';
import { faultOf } from '../../runs/fix/fault.js';
import type { Fault } from '../../runs/fix/fault.js';
import type { Paint } from '../paint.js';
import { countOf, oneLine, placeText } from '../common.js';
import { unreadLines } from '../text-rows.js';
import type { TextOptions } from '../text-rows.js';
import { countPlanned, plannedFindings } from './findings.js';
import type { PlannedFinding } from './findings.js';
import type { FixOutcome, FixReport } from './report.js';

const SUMMARY: Readonly<Record<FixOutcome, string>> = {
  listed: 'with a fix to be applied',
  written: 'fixed',
  patched: 'fixed in a patch',
};

/** What a run of `fix` found, what it takes of that, and what it leaves to a person. */
export function fixText({ plan, done, wrote }: FixReport, { paint }: Pick<TextOptions, 'paint'>): string {
  const findings = plannedFindings(plan);
  const blocks = findings.map((finding) =>
    [heading(finding.fault, paint), ...linesOf(finding).map((line) => `    ${oneLine(line)}`)].join('\n'),
  );
  const { taken, left, right } = countPlanned(findings);
  const count = countOf(findings.length, 'finding');
  const others = right > 0 ? `, ${right} right today` : '';
  const summary = `${count} in ${oneLine(plan.root)}: ${taken} ${SUMMARY[done]}, ${left} left to you${others}`;
  const lines = [...wrote.map(oneLine), ...unreadLines(plan.unreadable, 'all'), summary];
  return `${[...blocks, lines.join('\n')].join('\n\n')}\n`;
}

function linesOf({ taken, offered, why }: PlannedFinding): string[] {
  if (taken) return [chosenLine(taken)];
  return offered.length > 0 ? offered.map(offeredLine) : [`none: ${why}`];
}

function heading(fault: Fault, paint: Paint): string {
  const one = faultOf(fault);
  const where = paint('bold', placeText(one));
  const what =
    'site' in fault ? (fault.site.impact ?? fault.site.verdict) : `${fault.finding.rule}: ${fault.finding.message}`;
  return `${where}: ${oneLine(one.function)}: ${oneLine(what)}`;
}

function chosenLine({ title, includes, kind }: Fix): string {
  const included = includes.map((header) => `; includes <${header}>`).join('');
  return `${kind === 'safe' ? 'fix' : 'taken, to be checked'}: ${title}${included}`;
}

function offeredLine({ kind, title }: Fix): string {
  return `${kind === 'safe' ? 'safe, one of several' : 'needs a look'}: ${title}`;
}
