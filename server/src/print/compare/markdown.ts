import type { CompareReport, Explanation, SiteChange, Writer } from '@pageref/shared';
import { placeText, writerText } from '../common.js';
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
import { cell, code, table, unreadBlock } from '../markdown-parts.js';

/** What changed between two trees, as markdown for a mail or a wiki page. */
export function compareMarkdown(report: CompareReport): string {
  const { before, after, summary, changes, explanations, functions, writers } = report;
  const blocks = [
    `# PageReserved: from ${code(treeText(before))} to ${code(treeText(after))}`,
    table(
      ['', 'before', 'after'],
      [
        ['release', cell(before.detected), cell(after.detected)],
        ['mentions', mentionsText(before), mentionsText(after)],
      ],
    ),
    `${totalsText(summary)}.`,
    ...changeSections(changes).map((section) => {
      const rows = section.changes.map(changeRow);
      return `## ${sentence(section.title)} (${rows.length})\n\n${table(['place', 'function', 'verdict', 'why'], rows)}`;
    }),
    explanationsBlock(explanations),
    functionsBlock(functions),
    writersBlock(writers),
    unreadBlock(unreadOfBoth(report)),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function functionsBlock(functions: CompareReport['functions']): string {
  if (functions.length === 0) return '';
  const rows = functions.map(({ what, change, path, function: name, gone, come }) => [
    code(path),
    code(name),
    `${what} ${change}`,
    cell([...gone.map((line) => `- ${line}`), ...come.map((line) => `+ ${line}`)].join('; ')),
  ]);
  return `## Functions (${functions.length})\n\n${table(['path', 'function', 'change', 'what'], rows)}`;
}

function changeRow(change: SiteChange): string[] {
  const site = siteOf(change);
  return [code(placeText(site)), code(site.function), cell(stepText(change)), whyCell(change)];
}

function whyCell(change: SiteChange): string {
  const { reason, consequence } = siteOf(change);
  const [place, former, { old, now }] = [formerPlace(change), formerReason(change), statements(change)];
  const moved = change.differs.includes('path') || change.differs.includes('function');
  return [
    `${cell(reason.text)} (${code(reason.contract)})`,
    former === undefined ? undefined : `Was: ${cell(former)}`,
    moved && place !== undefined ? `Was ${code(place)}` : undefined,
    old === undefined ? undefined : `- ${code(old)}`,
    now === undefined ? undefined : `+ ${code(now)}`,
    change.trend === 'worse' && consequence !== '' ? cell(consequence) : undefined,
    change.explainedBy.length > 0 ? `Because of ${change.explainedBy.map(code).join(', ')}.` : undefined,
  ]
    .filter((line) => line !== undefined)
    .join('<br>');
}

function explanationsBlock(explanations: readonly Explanation[]): string {
  if (explanations.length === 0) return '';
  const items = explanations.flatMap(({ text, gone, come, history }) => [
    `- ${cell(text)}`,
    ...gone.map((line) => `  - gone: ${cell(line)}`),
    ...come.map((line) => `  - new: ${cell(line)}`),
    ...history.map((entry) => `  - ${cell(historyText(entry))}`),
  ]);
  return `## What explains them\n\n${items.join('\n')}`;
}

function writersBlock({ added, removed }: CompareReport['writers']): string {
  if (added.length + removed.length === 0) return '';
  const row = (change: string, writer: Writer): string[] => [
    change,
    code(placeText(writer)),
    code(writer.function),
    code(writer.name),
    writerText(writer),
  ];
  const rows = [...added.map((one) => row('added', one)), ...removed.map((one) => row('removed', one))];
  return `## Writers of the bit (${rows.length})\n\n${table(['', 'place', 'function', 'name', 'does'], rows)}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
