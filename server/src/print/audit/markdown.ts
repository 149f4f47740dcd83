import { siteClass } from '@pageref/shared';
import type { AuditReport, AuditSummary, Site, SuppressedSite, WhatIf } from '@pageref/shared';
import {
  analysedText,
  countOf,
  fileRows,
  placeText,
  releaseText,
  sectionsOf,
  silentText,
  userModelText,
  classCounts,
  writerText,
  type Section,
} from '../common.js';
import { cell, code, table, unreadBlock } from '../markdown-parts.js';

/** The report as markdown that can be pasted into a mail or a wiki page. */
export function auditMarkdown(report: AuditReport): string {
  const blocks = [
    `# PageReserved audit of ${code(report.root)}`,
    summaryTable(report),
    verdictTable(report.summary),
    subsystemTable(report.summary),
    ...sectionsOf(report.sites).map(sectionBlock),
    writersBlock(report),
    whatIfBlock(report.whatIf),
    suppressedBlock(report.suppressed),
    unreadBlock(report.summary.files.unreadable),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function summaryTable({ summary, tool }: AuditReport): string {
  const userModel = userModelText(summary);
  return table(
    ['', ''],
    [
      ['release', cell(releaseText(summary.release))],
      ...(userModel === undefined ? [] : [['user model', cell(userModel)]]),
      ['mentions', `${summary.mentions}, ${countOf(summary.tests, 'test')} among them`],
      ...(summary.judged && summary.judged.files.length > 0 ? [['judged, silent', silentText(summary.judged)]] : []),
      ['functions analysed', analysedText(summary.functions)],
      ...fileRows(summary.files).map(([label, text]) => [label, cell(text)]),
      ['tool', `${tool.name} ${tool.version}`],
    ],
  );
}

function verdictTable(summary: AuditSummary): string {
  const rows = classCounts(summary).map(({ of, count }) => [of.label, String(count), of.text.title]);
  return rows.length === 0 ? '' : table(['verdict', 'sites', 'meaning'], rows);
}

function subsystemTable({ bySubsystem }: AuditSummary): string {
  const rows = bySubsystem.map(({ subsystem, mentions, care }) => [cell(subsystem), String(mentions), String(care)]);
  return rows.length === 0 ? '' : table(['subsystem', 'mentions', 'need care'], rows);
}

function sectionBlock(section: Section): string {
  const rows = section.sites.map((site) => [
    code(placeText(site)),
    code(site.function),
    siteCell(site),
    site.confidence,
  ]);
  return [
    `## ${section.of.label} (${section.sites.length})`,
    section.of.text.meaning,
    table(['place', 'function', 'why', 'confidence'], rows),
  ].join('\n\n');
}

function siteCell({ reason, consequence }: Site): string {
  const why = `${cell(reason.text)} (${code(reason.contract)})`;
  return consequence === '' ? why : `${why}<br>${cell(consequence)}`;
}

function writersBlock({ writers }: AuditReport): string {
  if (writers.length === 0) return '';
  const rows = writers.map((writer) => [
    code(placeText(writer)),
    code(writer.function),
    code(writer.name),
    writerText(writer),
  ]);
  return `## Writers of the bit (${writers.length})\n\n${table(['place', 'function', 'name', 'does'], rows)}`;
}

function suppressedBlock(suppressed: readonly SuppressedSite[] = []): string {
  if (suppressed.length === 0) return '';
  const rows = suppressed.map(({ site, by: { suppression } }) => [
    code(placeText(site)),
    code(site.function),
    siteClass(site).label,
    `${suppression.verdict}: ${cell(suppression.reason)}`,
  ]);
  return `## Judged (${rows.length})\n\n${table(['place', 'function', 'verdict', 'judged'], rows)}`;
}

function whatIfBlock(whatIf: readonly WhatIf[] | undefined): string {
  if (whatIf === undefined) return '';
  const title = `## If ZONE_DEVICE pages lose PG_reserved (${countOf(whatIf.length, 'site changes', 'sites change')})`;
  const rows = whatIf.map((site) => [
    code(placeText(site)),
    code(site.function),
    siteClass(site).label,
    cell(site.change),
  ]);
  return rows.length === 0 ? title : `${title}\n\n${table(['place', 'function', 'verdict', 'change'], rows)}`;
}
