import type { ApiUse, UsesReport } from '@pageref/shared';
import { countOf, oneLine, placeText, releaseText } from '../common.js';
import { coverageLists, coverageRows, row, userModelRows, type TextOptions } from '../text-rows.js';

/** One line per use, then how often each name occurs. */
export function usesText(report: UsesReport, { verbose, paint }: TextOptions): string {
  const { summary } = report;
  const missing = coverageLists(summary, verbose);
  const lines = [
    ...report.uses.map(useLine),
    ...(report.uses.length > 0 ? [''] : []),
    paint('bold', `summary of ${oneLine(report.root)}`),
    row('release', releaseText(summary.release)),
    ...userModelRows(summary),
    row('uses', `${summary.uses} of ${countOf(summary.byApi.length, 'name')}`),
    ...summary.byApi.map(({ api, uses }) => row(`  ${api}`, String(uses))),
    ...coverageRows(summary, verbose),
    ...(missing.length > 0 ? [''] : []),
    ...missing,
  ];
  return `${lines.join('\n')}\n`;
}

function useLine(use: ApiUse): string {
  const operand = use.on === '' ? '' : ` on ${use.on}${use.argument === '' ? '' : ` (${oneLine(use.argument)})`}`;
  const counterpart = use.counterpart === '' ? '' : `; counterpart ${use.counterpart}`;
  const device = use.zoneDevice === '' ? '' : ` [ZONE_DEVICE: ${oneLine(use.zoneDevice)}]`;
  return `${placeText(use)}: ${oneLine(use.function)}: ${use.api}: ${use.effect}${operand}${counterpart}${device}`;
}
