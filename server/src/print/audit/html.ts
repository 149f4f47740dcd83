import { needsCare, siteClass } from '@pageref/shared';
import type { AuditReport, AuditSummary, Site } from '@pageref/shared';
import {
  analysedText,
  countOf,
  fileRows,
  placeText,
  releaseText,
  classCounts,
  sectionsOf,
  silentText,
  writerText,
} from '../common.js';
import type { Section } from '../common.js';
import { code, page, table, text } from '../html-parts.js';

/** The report as one page that stands alone. */
export function auditHtml(report: AuditReport): string {
  const { summary, tool } = report;
  const title = `PageReserved audit of ${report.root}`;
  const parts = [
    `<h1>${text(title)}</h1>`,
    factsBlock(report),
    barsBlock('By verdict', verdictBars(summary)),
    barsBlock('By subsystem (what needs care in the strong colour)', subsystemBars(summary)),
    ...sectionsOf(report.sites).map(sectionBlock),
    writersBlock(report),
    whatIfBlock(report),
    suppressedBlock(report),
    notAnalysedBlock(summary),
    `<footer>${text(`${tool.name} ${tool.version}`)}</footer>`,
  ];
  return page(title, STYLE, parts);
}

const STYLE = `
.bars td:nth-child(2) { text-align: right; }
svg { display: block; } .strong { fill: var(--strong); } .weak { fill: var(--weak); }
`;

function factsBlock({ summary }: AuditReport): string {
  return table('facts', undefined, [
    ['release', text(releaseText(summary.release))],
    ['mentions', `${summary.mentions}, ${countOf(summary.tests, 'test')} among them`],
    ...(summary.judged && summary.judged.files.length > 0
      ? [['judged, silent', text(silentText(summary.judged))]]
      : []),
    ['functions analysed', text(analysedText(summary.functions))],
    ...fileRows(summary.files).map(([label, of]): [string, string] => [label, text(of)]),
  ]);
}

/** One bar: how many there are, and how many of them are a finding. */
interface Bar {
  readonly label: string;
  readonly count: number;
  readonly strong: number;
  readonly note: string;
}

function verdictBars(summary: AuditSummary): Bar[] {
  return classCounts(summary).map(({ of, count }) => ({
    label: of.label,
    count,
    strong: needsCare(of) ? count : 0,
    note: of.text.title,
  }));
}

function subsystemBars({ bySubsystem }: AuditSummary): Bar[] {
  return bySubsystem.map(({ subsystem, mentions, care }) => ({
    label: subsystem,
    count: mentions,
    strong: care,
    note: '',
  }));
}

const WIDTH = 300;
const HEIGHT = 14;

function barsBlock(title: string, bars: readonly Bar[]): string {
  if (bars.length === 0) return '';
  const most = Math.max(...bars.map(({ count }) => count));
  const rows = bars.map((bar) => [text(bar.label), String(bar.count), barImage(bar, most), text(bar.note)]);
  return `<h2>${text(title)}</h2>\n${table('bars', undefined, rows)}`;
}

function barImage({ label, count, strong }: Bar, most: number): string {
  const width = (amount: number): number => Math.round((WIDTH * amount) / most);
  const name = text(`${label}: ${count}${strong > 0 && strong < count ? `, ${strong} need care` : ''}`);
  const rect = (className: string, amount: number): string =>
    amount === 0 ? '' : `<rect class="${className}" width="${width(amount)}" height="${HEIGHT}"/>`;
  return `<svg role="img" aria-label="${name}" width="${WIDTH}" height="${HEIGHT}">${rect('weak', count)}${rect('strong', strong)}</svg>`;
}

function sectionBlock(section: Section): string {
  const { label, text: words } = section.of;
  const rows = section.sites.map((site) => [code(placeText(site)), code(site.function), why(site), site.confidence]);
  const heading = `${label} (${section.sites.length}): ${words.title}`;
  return `<h2>${text(heading)}</h2>\n<p>${text(words.meaning)}</p>\n${table('sites', ['place', 'function', 'why', 'confidence'], rows)}`;
}

function why({ reason, consequence }: Site): string {
  const first = `${text(reason.text)} (${code(reason.contract)})`;
  return consequence === '' ? first : `${first}<br>${text(consequence)}`;
}

function writersBlock({ writers }: AuditReport): string {
  if (writers.length === 0) return '';
  const rows = writers.map((writer) => [
    code(placeText(writer)),
    code(writer.function),
    code(writer.name),
    text(writerText(writer)),
  ]);
  return `<h2>Writers of the bit (${writers.length})</h2>\n${table('sites', ['place', 'function', 'name', 'does'], rows)}`;
}

function whatIfBlock({ whatIf }: AuditReport): string {
  if (whatIf === undefined) return '';
  const count = countOf(whatIf.length, 'site changes', 'sites change');
  const rows = whatIf.map((site) => [
    code(placeText(site)),
    code(site.function),
    siteClass(site).label,
    text(site.change),
  ]);
  const list = rows.length === 0 ? '' : `\n${table('sites', ['place', 'function', 'verdict', 'change'], rows)}`;
  return `<h2>If ZONE_DEVICE pages lose PG_reserved (${count})</h2>${list}`;
}

function suppressedBlock({ suppressed = [] }: AuditReport): string {
  if (suppressed.length === 0) return '';
  const rows = suppressed.map(({ site, by: { suppression } }) => [
    code(placeText(site)),
    code(site.function),
    siteClass(site).label,
    text(`${suppression.verdict}: ${suppression.reason}`),
  ]);
  return `<h2>Judged (${rows.length})</h2>\n${table('sites', ['place', 'function', 'verdict', 'judged'], rows)}`;
}

function notAnalysedBlock({ functions, files }: AuditSummary): string {
  const rows = [
    ...functions.notAnalysed.map((one) => [code(placeText(one)), code(one.function), text(one.why)]),
    ...[...files.unreadable, ...(files.inPart ?? [])].map(({ path, why: because }) => [code(path), '', text(because)]),
  ];
  return rows.length === 0
    ? ''
    : `<h2>Not analysed (${rows.length})</h2>\n${table('sites', ['place', 'function', 'why'], rows)}`;
}
