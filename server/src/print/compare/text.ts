import type { CompareReport, Explanation, FunctionChange, SiteChange, Trend, Writer } from '@pageref/shared';
import type { Style } from '../paint.js';
import { countOf, oneLine, placeText, writerText } from '../common.js';
import {
  changeSections,
  formerPlace,
  formerReason,
  historyText,
  mentionsText,
  siteOf,
  statements,
  stepText,
  totalsText,
  treeText,
  unreadOfBoth,
} from './common.js';
import type { ChangeSection } from './common.js';
import { row, unreadLines, type TextOptions } from '../text-rows.js';

/** What changed between two trees, for a person at a terminal. Places are those of the second tree, unless it says "was". */
export function compareText(report: CompareReport, options: TextOptions): string {
  const blocks = [
    ...changeSections(report.changes).map((section) => sectionText(section, options)),
    explanationsText(report.explanations, options),
    functionsText(report.functions, options),
    writersText(report.writers, options),
    summaryText(report, options),
    unreadLines(unreadOfBoth(report), options.verbose ? 'all' : 'some'),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function sectionText({ title, changes }: ChangeSection, options: TextOptions): string[] {
  const head = options.paint('bold', `${title}: ${countOf(changes.length, 'site')}`);
  return [head, ...changes.flatMap((change) => changeLines(change, options))];
}

function changeLines(change: SiteChange, { verbose, paint }: TextOptions): string[] {
  const site = siteOf(change);
  const head = `${placeText(site)}: ${oneLine(site.function)}: ${paint(STYLES[change.trend], stepText(change))}`;
  const { old, now } = statements(change);
  const details = [
    formerText(change, verbose),
    old === undefined ? undefined : `- ${old}`,
    now === undefined ? undefined : `+ ${now}`,
    change.trend === 'worse' && site.consequence !== '' ? site.consequence : undefined,
    change.explainedBy.length > 0 ? `because of: ${change.explainedBy.join(', ')} (see below)` : undefined,
  ].filter((text) => text !== undefined);
  return [
    `${head}: ${oneLine(site.reason.text)} ${paint('dim', `[${oneLine(site.reason.contract)}]`)}`,
    ...details.map((text) => `    ${oneLine(text)}`),
  ];
}

/** A place that only shifted by some lines is worth nothing to anybody but a program. */
function formerText(change: SiteChange, verbose: boolean): string | undefined {
  const [place, reason] = [formerPlace(change), formerReason(change)];
  if (place === undefined) return undefined;
  const moved = verbose || change.differs.some((one) => one === 'path' || one === 'function');
  if (reason === undefined) return moved ? `was ${place}` : undefined;
  return `was${moved ? ` ${place}` : ''}: ${reason}`;
}

const STYLES: Readonly<Record<Trend, Style>> = { worse: 'red', better: 'green', same: 'cyan' };

function explanationsText(explanations: readonly Explanation[], { paint }: TextOptions): string[] {
  if (explanations.length === 0) return [];
  return [paint('bold', 'what explains them'), ...explanations.flatMap(explanationLines)];
}

function explanationLines({ text, gone, come, history }: Explanation): string[] {
  return [
    oneLine(text),
    ...gone.map((line) => `    - ${oneLine(line)}`),
    ...come.map((line) => `    + ${oneLine(line)}`),
    ...history.map((entry) => `    ${oneLine(historyText(entry))}`),
  ];
}

/** Contracts change all over a tree from release to release: they are counted, and listed when asked for. */
function functionsText(functions: readonly FunctionChange[], { verbose, paint }: TextOptions): string[] {
  if (functions.length === 0) return [];
  const shown = functions.filter(({ what }) => verbose || what === 'wrapper');
  const contracts = functions.filter(({ what }) => what === 'contract').length;
  const hint = verbose || contracts === 0 ? '' : ` (--verbose lists the ${countOf(contracts, 'contract')})`;
  const head = `functions that pass the test on, or treat pages otherwise: ${countOf(functions.length, 'change')}${hint}`;
  return [paint('bold', head), ...shown.flatMap(functionLines)];
}

function functionLines({ what, change, path, function: name, gone, come }: FunctionChange): string[] {
  return [
    `${oneLine(path)}: ${oneLine(name)}: ${what} ${change}`,
    ...gone.map((line) => `    - ${oneLine(line)}`),
    ...come.map((line) => `    + ${oneLine(line)}`),
  ];
}

function writersText({ added, removed }: CompareReport['writers'], { verbose, paint }: TextOptions): string[] {
  const shown = (writers: readonly Writer[]): readonly Writer[] =>
    verbose ? writers : writers.filter(({ marksZoneDevice }) => marksZoneDevice);
  const lines = [
    ...shown(added).map((writer) => writerLine('+', writer)),
    ...shown(removed).map((writer) => writerLine('-', writer)),
  ];
  if (added.length + removed.length === 0) return [];
  const hint = lines.length < added.length + removed.length ? ' (--verbose lists them)' : '';
  const head = `writers of the bit: ${added.length} added, ${removed.length} removed${hint}`;
  return [paint('bold', head), ...lines];
}

function writerLine(sign: string, writer: Writer): string {
  const what = `${placeText(writer)}: ${oneLine(writer.function)}: ${oneLine(writer.name)} ${writerText(writer)}`;
  return `  ${sign} ${what}`;
}

function summaryText({ before, after, summary }: CompareReport, { paint }: TextOptions): string[] {
  return [
    paint('bold', `from ${treeText(before)} to ${treeText(after)}`),
    row('release', `${oneLine(before.detected)} -> ${oneLine(after.detected)}`),
    row('mentions before', mentionsText(before)),
    row('mentions after', mentionsText(after)),
    row('changes', totalsText(summary)),
  ];
}
