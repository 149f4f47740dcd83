import {
  compareReleases,
  RELEASES,
  NEWEST_RELEASE,
  OLDEST_RELEASE,
  parseRelease,
  SITE_KINDS,
  VERDICTS,
} from '@pageref/shared';
import type { Confidence, Impact, Release, SiteKind, Verdict } from '@pageref/shared';

/**
 * Marked fixtures: C text that says what an audit must find in it.
 *
 *     //- mm/demo.c  kernel: 5.16..  arch: off
 *     \tif (PageReserved(page))
 *     \t  //^^^^^^^^^^^^ [..6.14] needs-zone-device wrong-today: get_user_pages "never dropped"
 *
 * A line `//- path` begins a file. `kernel:` names the releases it is judged for: a range with both ends included
 * (`5.16..`, `..6.14`, `6.12..7.1`) or a list (`5.4, 6.1`); without it the newest one. `arch: off` judges it as built for
 * an arch that cannot enable ZONE_DEVICE.
 * A line of carets speaks of the line above it, after tabs are expanded to 8: the first caret stands under the first
 * letter of the mention. After the carets: releases the marker holds for, in brackets (all when left out); the verdict;
 * impact, kind and confidence in any order; after a colon the contract of the reason; in quotes, what the reason or the
 * consequence must contain; after `then`, what the what-if text must contain.
 * Marker lines are taken out before the text is judged.
 */
export interface MarkedFile<M = Marker> {
  readonly path: string;
  readonly releases: readonly Release[];
  /** False where the arch of the file cannot enable ZONE_DEVICE. */
  readonly zoneDevice: boolean;
  /** The text without its markers. */
  readonly text: string;
  readonly markers: readonly M[];
}

export interface Marker {
  /** One-based line in `text`, and zero-based column after tabs are expanded. */
  readonly line: number;
  readonly column: number;
  readonly releases: readonly Release[];
  readonly verdict: Verdict;
  readonly impact: Impact | undefined;
  readonly kind: SiteKind | undefined;
  readonly confidence: Confidence | undefined;
  readonly contract: string | undefined;
  /** Parts of the reason or of the consequence. */
  readonly says: readonly string[];
  /** Parts of the what-if text. */
  readonly then: readonly string[];
}

const TAB = 8;
const HEADER = /^\/\/- (\S+)\s*(.*)$/;
const MARKER = /^(\s*\/\/)(\^+)\s*(?:\[([^\]]*)\]\s*)?([^:"]*?)(?:\s*:\s*([^\s"]+))?((?:\s+(?:then\s+)?"[^"]*")*)\s*$/;
const IMPACTS: readonly Impact[] = ['wrong-today', 'right-by-accident'];
const CONFIDENCES: readonly Confidence[] = ['high', 'medium', 'low'];

/** The files of a fixture. Throws on a marker that can't be read: a fixture that says nothing must not pass. */
export function parseMarked(fixture: string): MarkedFile[] {
  return parseMarkedAs(fixture, parseMarker);
}

/** Reads one marker line; `above` is the one-based line it speaks of. */
export type ReadMarker<M> = (line: string, above: number, path: string) => M;

/** The same with markers of another kind. */
export function parseMarkedAs<M>(fixture: string, read: ReadMarker<M>): MarkedFile<M>[] {
  const files: { header: RegExpExecArray; lines: string[] }[] = [];
  for (const line of fixture.split('\n')) {
    const header = HEADER.exec(line);
    const last = files.at(-1);
    if (header) files.push({ header, lines: [] });
    else if (last) last.lines.push(line);
  }
  return files.map(({ header, lines }) => parseFile(header[1] ?? '', header[2] ?? '', lines, read));
}

function parseFile<M>(path: string, options: string, lines: readonly string[], read: ReadMarker<M>): MarkedFile<M> {
  const kernel = /\bkernel:\s*(.*?)(?=\s+\w+:|$)/.exec(options)?.[1] ?? NEWEST_RELEASE;
  const text: string[] = [];
  const markers: M[] = [];
  for (const line of lines) {
    if (/^\s*\/\/\^/.test(line)) markers.push(read(line, text.length, path));
    else text.push(line);
  }
  return {
    path,
    releases: releasesOf(kernel),
    zoneDevice: !/\barch:\s*off\b/.test(options),
    text: text.join('\n'),
    markers,
  };
}

function parseMarker(line: string, above: number, path: string): Marker {
  const found = MARKER.exec(line);
  const words = found?.[4]?.trim().split(/\s+/) ?? [];
  const verdict = VERDICTS.find((known) => known === words[0]);
  if (!found || !verdict) throw new Error(`${path}:${String(above)}: no marker can be read from: ${line.trim()}`);
  const known: readonly string[] = [...IMPACTS, ...CONFIDENCES, ...SITE_KINDS];
  const strange = words.slice(1).filter((word) => !known.includes(word));
  if (strange.length > 0) throw new Error(`${path}:${String(above)}: unknown word in a marker: ${strange.join(', ')}`);
  const quoted = [...(found[6] ?? '').matchAll(/(then\s+)?"([^"]*)"/g)];
  return {
    line: above,
    column: expandedLength(found[1] ?? ''),
    releases: found[3] === undefined ? RELEASES : releasesOf(found[3]),
    verdict,
    impact: IMPACTS.find((one) => words.includes(one)),
    kind: SITE_KINDS.find((one) => words.includes(one)),
    confidence: CONFIDENCES.find((one) => words.includes(one)),
    contract: found[5],
    says: quoted.filter((one) => one[1] === undefined).map((one) => one[2] ?? ''),
    then: quoted.filter((one) => one[1] !== undefined).map((one) => one[2] ?? ''),
  };
}

/** `5.16..`, `..6.14`, `6.12..7.1`, `5.4, 6.1`: known releases, oldest first; both ends are included. */
export function releasesOf(spec: string): Release[] {
  const chosen = spec.split(',').flatMap((part) => {
    const [from = '', to] = part.trim().split('..');
    const since = from === '' ? OLDEST_RELEASE : release(from);
    const until = to === undefined ? since : to === '' ? NEWEST_RELEASE : release(to);
    return RELEASES.filter((one) => compareReleases(since, one) <= 0 && compareReleases(one, until) <= 0);
  });
  if (chosen.length === 0) throw new Error(`no release in "${spec}"`);
  return chosen;
}

function release(text: string): Release {
  const found = parseRelease(text.trim());
  if (found === undefined) throw new Error(`no release: "${text}"`);
  return found;
}

/** Columns a piece of text takes when tabs are expanded to 8. */
export function expandedLength(text: string): number {
  let column = 0;
  for (const char of text) column = char === '\t' ? column + TAB - (column % TAB) : column + 1;
  return column;
}
