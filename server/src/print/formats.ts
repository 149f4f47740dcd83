import type {
  AuditReport,
  CheckReport,
  CompareReport,
  ContractsReport,
  HistoryReport,
  OwnersReport,
  UsesReport,
} from '@pageref/shared';
import type { ApiDescription } from '../runs/api/describe.js';
import type { Explained } from './explain/explained.js';
import type { FixReport } from './fix/report.js';
import type { PrintOptions } from './options.js';

/** What can be printed, by the name of its report. */
export interface Reports {
  readonly audit: AuditReport;
  readonly compare: CompareReport;
  readonly check: CheckReport;
  readonly fix: FixReport;
  readonly owners: OwnersReport;
  readonly uses: UsesReport;
  readonly contracts: ContractsReport;
  readonly history: HistoryReport;
  readonly api: ApiDescription;
  readonly explain: Explained;
}
export type ReportName = keyof Reports;

/** Report in, text out; bytes where the text is made of files that need not be UTF-8. */
export type Printer<Report> = (report: Report, options: PrintOptions) => string | Uint8Array;

/** Loaded when it is chosen: a run prints in one format. */
type Loader<Report> = () => Promise<Printer<Report>>;

/**
 * The one list of formats: the choices of `--format` with their help, and what an editor may ask for, are its keys. The first of
 * a report is what is printed unless another is asked for.
 */
export const FORMATS: { readonly [Name in ReportName]: Readonly<Record<string, Loader<Reports[Name]>>> } = {
  audit: {
    text: async () => (await import('./audit/text.js')).auditText,
    json: async () => (await import('./audit/json.js')).auditJson,
    sarif: async () => (await import('./audit/sarif.js')).auditSarif,
    markdown: async () => (await import('./audit/markdown.js')).auditMarkdown,
    html: async () => (await import('./audit/html.js')).auditHtml,
    gcc: async () => (await import('./audit/gcc.js')).auditGcc,
  },
  compare: {
    text: async () => (await import('./compare/text.js')).compareText,
    json: async () => (await import('./compare/json.js')).compareJson,
    markdown: async () => (await import('./compare/markdown.js')).compareMarkdown,
  },
  check: {
    text: async () => (await import('./check/text.js')).checkText,
    concise: async () => (await import('./check/concise.js')).checkConcise,
    gcc: async () => (await import('./check/gcc.js')).checkGcc,
    json: async () => (await import('./check/json.js')).checkJson,
    sarif: async () => (await import('./check/sarif.js')).checkSarif,
    github: async () => (await import('./check/github.js')).checkGithub,
    gitlab: async () => (await import('./check/gitlab.js')).checkGitlab,
    'checkpatch-terse': async () => (await import('./check/patch.js')).checkpatchTerse,
    b4: async () => (await import('./check/patch.js')).b4Lines,
    'b4-review': async () => (await import('./check/patch.js')).b4Review,
  },
  fix: {
    text: async () => (await import('./fix/text.js')).fixText,
    json: async () => (await import('./fix/json.js')).fixJson,
    diff: async () => (await import('./fix/diff.js')).fixDiff,
  },
  owners: {
    text: async () => (await import('./owners/text.js')).ownersText,
    json: async () => (await import('./owners/json.js')).ownersJson,
  },
  uses: {
    text: async () => (await import('./uses/text.js')).usesText,
    json: async () => (await import('./uses/json.js')).usesJson,
    markdown: async () => (await import('./uses/markdown.js')).usesMarkdown,
  },
  contracts: {
    text: async () => (await import('./contracts/text.js')).contractsText,
    json: async () => (await import('./contracts/json.js')).contractsJson,
  },
  history: {
    text: async () => (await import('./history/text.js')).historyText,
    json: async () => (await import('./history/json.js')).historyJson,
    markdown: async () => (await import('./history/markdown.js')).historyMarkdown,
    html: async () => (await import('./history/html.js')).historyHtml,
  },
  api: {
    text: async () => (await import('./api/text.js')).apiText,
    json: async () => (await import('./api/json.js')).apiJson,
  },
  explain: {
    text: async () => (await import('./explain/text.js')).explainText,
    json: async () => (await import('./explain/json.js')).explainJson,
  },
};

/** Names of the formats a report can be printed in, the default first. */
export function formatsOf(report: ReportName): readonly string[] {
  return Object.keys(FORMATS[report]);
}

/**
 * The printer of a report.
 * @param format one of `formatsOf(report)`, which whoever reads it from a person has made sure of; the first when left out
 */
export function printerOf<Name extends ReportName>(
  report: Name,
  format: string = formatsOf(report)[0] ?? '',
): Promise<Printer<Reports[Name]>> {
  const load = Object.hasOwn(FORMATS[report], format) ? FORMATS[report][format] : undefined;
  if (load === undefined) throw new Error(`${report} has no format ${format}`);
  return load();
}
