import { DIAGNOSTIC_SOURCE, EFFECT_TABLE_COMMAND, visibleLine } from '@pageref/shared';
import type { DiagnosticData, EffectTableParams, RuleId, Severity } from '@pageref/shared';
import { DiagnosticSeverity, MarkupKind } from 'vscode-languageserver/node';
import type { Diagnostic, DiagnosticRelatedInformation, Location, MarkupContent } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isLookedAt, pathBelow } from '../editor/workspace.js';
import type {
  Card,
  EditorDefect,
  EditorFinding,
  EditorPlace,
  FindingPlace,
  JsonProblem,
  TextAnalysis,
} from '../editor/workspace.js';
import type { Client } from './client.js';
import { startOfLine, toRange } from './positions.js';
import { severityOf, shownDefects } from './shown.js';
import type { Taste } from './shown.js';
import { uriOfPath } from './uris.js';

const SEVERITY: Readonly<Record<Exclude<Severity, 'off'>, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** What a document's diagnostics are made with. */
export interface DiagnosticContext extends Taste {
  readonly document: TextDocument;
  readonly client: Client;
  /** URI of the page about a rule; undefined where there is none. */
  readonly pageOf: (rule: RuleId) => string | undefined;
}

/** The diagnostics of an analysis, in the order of the text; a last one says how many were left out. */
export function diagnosticsOf(analysis: TextAnalysis, context: DiagnosticContext): Diagnostic[] {
  const { maxProblems } = context.settings;
  const isWanted = isLookedAt(analysis.path, context.tree.tree.userModel.policy);
  const shown = isWanted ? shownDefects(analysis, context) : [];
  const diagnostics = shown.slice(0, maxProblems).map((defect) => diagnosticOf(defect, context));
  const more = shown.length - diagnostics.length;
  const last = diagnostics.at(-1);
  if (more === 0 || !last) return diagnostics;
  const message = `${more} more ${more === 1 ? 'finding is' : 'findings are'} not shown (pageref.maxProblems is ${maxProblems}).`;
  return [
    ...diagnostics,
    { range: last.range, severity: DiagnosticSeverity.Information, source: DIAGNOSTIC_SOURCE, message },
  ];
}

/** Mistakes in a file that is written for pageref. */
export function dataDiagnostics(
  document: TextDocument,
  problems: readonly JsonProblem[],
  client: Client,
): Diagnostic[] {
  return problems.map(({ offset, length, message }) => ({
    range: toRange(document, offset, offset + length, client.encoding),
    severity: DiagnosticSeverity.Error,
    source: DIAGNOSTIC_SOURCE,
    message: visibleLine(message),
  }));
}

function diagnosticOf(defect: EditorDefect, context: DiagnosticContext): Diagnostic {
  const { document, client, pageOf } = context;
  const { head, message } = defect;
  const { rule, fingerprint } = head;
  const severity = severityOf(head, context);
  const data: DiagnosticData = { rule, fingerprint };
  const page = pageOf(rule);
  return {
    range: toRange(document, head.start, head.end, client.encoding),
    ...(severity !== 'off' && { severity: SEVERITY[severity] }),
    code: rule,
    ...(client.codeDescription && page !== undefined && { codeDescription: { href: page } }),
    source: DIAGNOSTIC_SOURCE,
    // A report names the release it rests on at its head; here every message does.
    message: visibleLine(`${message} (Linux ${context.tree.tree.model.release})`),
    ...(client.relatedInformation && { relatedInformation: relatedOf(defect, context) }),
    ...(client.diagnosticData && { data }),
  };
}

/** What explains a defect, then what else is said of it and the calls that it shows in. */
function relatedOf(
  { head, message, voices, calls }: EditorDefect,
  context: DiagnosticContext,
): DiagnosticRelatedInformation[] {
  const { document } = context;
  const keyOf = ({ place }: Pick<EditorPlace, 'place'>): string =>
    'offset' in place ? String(document.positionAt(place.offset).line) : `${place.line} ${place.path}`;
  const lineOf = ({ start }: EditorFinding): string => keyOf({ place: { offset: start } });
  const own = explainingPlaces(head);
  const others = voices.slice(1);
  // What the diagnostic says itself need not be said again at its own line.
  const said = others
    .filter((one) => one.message !== message || lineOf(one) !== lineOf(head))
    .map((one) => ({ place: { offset: one.start }, text: one.message }));
  const told = new Set([...own, ...said].map(keyOf));
  // The first voice that names a line has the say on it.
  const more = others.flatMap(explainingPlaces).filter((one) => !told.has(keyOf(one)) && told.add(keyOf(one)));
  const asked = calls.map(({ start, wrapper }) => ({
    place: { offset: start },
    text: `asked through ${wrapper ?? ''}()`,
  }));
  return [...own, ...said, ...more, ...asked].flatMap((one) => {
    const location = locationOf(one.place, context);
    return location ? [{ location, message: visibleLine(one.text) }] : [];
  });
}

/** The places that explain a defect: the way to it with its own place, and then all that is related to it; no line twice. */
export function placesOf({ head, ...rest }: EditorDefect, context: DiagnosticContext): Location[] {
  const own = { place: { offset: head.start }, text: head.message };
  const isOnWay = head.steps.some(({ place }) => 'offset' in place && place.offset === head.start);
  const way = [...(isOnWay ? [] : [own]), ...head.steps].flatMap(({ place }) => locationOf(place, context) ?? []);
  const beside = relatedOf({ head, ...rest }, context).map(({ location }) => location);
  const keyOf = ({ uri, range }: Location): string => `${range.start.line} ${uri}`;
  const told = new Set<string>();
  return [...way, ...beside].filter((one) => !told.has(keyOf(one)) && told.add(keyOf(one)));
}

/** The way to a finding without its own place, which the diagnostic is at, and then what else explains it; nothing twice. */
function explainingPlaces({ start, related, steps }: EditorFinding): EditorPlace[] {
  const told = new Set(steps.map(({ place }) => JSON.stringify(place)));
  const here = steps.findLastIndex(({ place }) => 'offset' in place && place.offset === start);
  const once = new Map(related.map((one) => [JSON.stringify([one.place, one.text]), one])).values();
  const beside = [...once].filter(({ place }) => !told.has(JSON.stringify(place)));
  return [...steps.filter((_, at) => at !== here), ...beside];
}

/** Undefined for a place in another file where the document is in no tree. */
function locationOf(place: FindingPlace, { document, client, tree }: DiagnosticContext): Location | undefined {
  if ('offset' in place) {
    const [start, end] = [place.offset, endOfLine(document, place.offset)];
    return { uri: document.uri, range: toRange(document, start, end, client.encoding) };
  }
  if (tree.root === undefined) return undefined;
  return { uri: uriOfPath(pathBelow(tree.root, place.path)), range: startOfLine(place.line) };
}

function endOfLine(document: TextDocument, offset: number): number {
  const { line } = document.positionAt(offset);
  const text = document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
  return document.offsetAt({ line, character: text.trimEnd().length });
}

/** What a card is shown with. */
export interface CardContext {
  readonly client: Client;
  /** The document it is shown in. */
  readonly uri: string;
  /** URI of the page with its words. */
  readonly glossary?: string | undefined;
}

/** A card as the client can show it. */
export function cardContents(
  { title, about, paragraphs, rows, table: name }: Omit<Card, 'start' | 'end'>,
  { client, uri, glossary }: CardContext,
): MarkupContent {
  if (!client.hoverMarkdown) {
    const lines = [`${title}: ${about}`, ...paragraphs, ...rows.map(({ label, text }) => `${label}: ${text}`)];
    return { kind: MarkupKind.PlainText, value: lines.join('\n') };
  }
  const table = rows.map(({ label, text }) => `| ${escaped(label)} | ${escaped(text)} |`);
  const blocks = [`\`${title}\` ${escaped(about)}`, ...paragraphs.map(escaped)];
  if (table.length > 0) blocks.push(['| | |', '| --- | --- |', ...table].join('\n'));
  const links = [
    ...(name !== undefined && client.showsTables ? [`[effect on each kind of page](<${tableLink(name, uri)}>)`] : []),
    ...(glossary === undefined ? [] : [`[glossary](<${glossary}>)`]),
  ];
  if (links.length > 0) blocks.push(links.join(' | '));
  return { kind: MarkupKind.Markdown, value: blocks.join('\n\n') };
}

function tableLink(name: string, uri: string): string {
  const params: EffectTableParams = { name, uri };
  return `command:${EFFECT_TABLE_COMMAND}?${encodeURIComponent(JSON.stringify([params]))}`;
}

/** C names and operators are full of what markdown takes for its own. */
function escaped(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>|#~]/g, '\\$&')
    .replace(/\s+/g, ' ')
    .trim();
}
