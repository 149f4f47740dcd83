import type { UsesReport } from '@pageref/shared';
import { analysedText, fileRows, placeText, releaseText, userModelText } from '../common.js';
import { cell, code, table, unreadBlock } from '../markdown-parts.js';

/** The index of uses as markdown: figures per name, then every use. */
export function usesMarkdown(report: UsesReport): string {
  const { summary } = report;
  const userModel = userModelText(summary);
  const blocks = [
    `# Uses of page-reference APIs in ${code(report.root)}`,
    table(
      ['', ''],
      [
        ['release', cell(releaseText(summary.release))],
        ...(userModel === undefined ? [] : [['user model', cell(userModel)]]),
        ['uses', String(summary.uses)],
        ['functions analysed', analysedText(summary.functions)],
        ...fileRows(summary.files).map(([label, text]) => [label, cell(text)]),
      ],
    ),
    summary.byApi.length === 0
      ? ''
      : table(
          ['name', 'uses'],
          summary.byApi.map(({ api, uses }) => [code(api), String(uses)]),
        ),
    usesTable(report),
    unreadBlock(summary.files.unreadable),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function usesTable({ uses }: UsesReport): string {
  if (uses.length === 0) return '';
  const rows = uses.map((use) => [
    code(placeText(use)),
    code(use.function),
    code(use.api),
    cell(use.effect),
    use.on === '' ? '' : code(use.argument === '' ? use.on : `${use.on}: ${use.argument}`),
    use.counterpart === '' ? '' : code(use.counterpart),
    cell(use.zoneDevice),
  ]);
  return table(['place', 'function', 'name', 'effect', 'on', 'counterpart', 'ZONE_DEVICE'], rows);
}
