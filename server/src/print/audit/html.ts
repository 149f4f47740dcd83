import { createHash } from 'node:crypto';
import { needsCare, siteClass } from '@pageref/shared';
import type { AuditReport, AuditSummary, Site } from '@pageref/shared';
import {
  analysedText,
  countOf,
  fileRows,
  oneLine,
  placeText,
  releaseText,
  classCounts,
  sectionsOf,
  silentText,
  writerText,
} from '../common.js';
import type { Section } from '../common.js';

/**
 * The report as one page that stands alone: no script, no font, no picture from elsewhere, and a policy that would forbid
 * them. Everything that comes from the tree is escaped.
 */
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
  const body = parts.filter((part) => part !== '').join('\n');
  return `<!DOCTYPE html>\n<html lang="en">\n<head>\n${head(title)}\n</head>\n<body>\n${body}\n</body>\n</html>\n`;
}

/** Colours of the editor where the page is shown in one, else those of the browser. */
const STYLE = `
:root { color-scheme: light dark; --strong: var(--vscode-charts-orange, #c4581a); --weak: var(--vscode-charts-blue, #5b8fb9); }
body { font: 14px/1.5 var(--vscode-font-family, system-ui, sans-serif); margin: 2em auto; max-width: 75em; padding: 0 1em;
  color: var(--vscode-foreground, CanvasText); background: var(--vscode-editor-background, Canvas); }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 2em; }
table { border-collapse: collapse; } td, th { padding: 0.25em 0.75em; text-align: left; vertical-align: top; }
.sites td, .sites th { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
.bars td:nth-child(2) { text-align: right; } code { font-family: var(--vscode-editor-font-family, monospace); }
svg { display: block; } .strong { fill: var(--strong); } .weak { fill: var(--weak); } footer { margin-top: 2em; opacity: 0.7; }
`;

function head(title: string): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return [
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${text(title)}</title>`,
    `<style>${STYLE}</style>`,
  ].join('\n');
}

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

/** @param rows cells as HTML */
function table(
  className: string,
  columns: readonly string[] | undefined,
  rows: readonly (readonly string[])[],
): string {
  const line = (tag: 'td' | 'th', cells: readonly string[]): string =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  const lines = [...(columns ? [line('th', columns)] : []), ...rows.map((cells) => line('td', cells))];
  return `<table class="${className}">\n${lines.join('\n')}\n</table>`;
}

function code(value: string): string {
  return `<code>${text(value)}</code>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function text(value: string): string {
  return oneLine(value).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
}
