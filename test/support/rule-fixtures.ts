import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FINDING_SEVERITIES, RELEASES, RULE_IDS } from '@pageref/shared';
import type { FindingSeverity, Impact, Release, RelatedPlace, RuleId } from '@pageref/shared';
import type { UnmarkedEditorFinding } from 'pageref/dist/runs/check-file.js';
import { ARCH_OFF, indent, ranges } from './fixtures.js';
import { TEST_FOLDER } from './golden.js';
import { expandedLength, parseMarkedAs, releasesOf } from './markers.js';
import type { MarkedFile } from './markers.js';
import { checkText } from './memory-tree.js';

/**
 * Marked fixtures of rules, in the format of markers.ts with other words behind the carets:
 *
 *     \tif (PageReserved(page))
 *     \t  //^^^^^^^^^^^^ [..6.14] warning wrong-today reserved-conflates-zone-device "never dropped"
 *     \t//^ note "the page comes from here"
 *
 * The carets cover exactly what the finding is about; what stands in quotes is in its message or beside a related place. A note stands for a related place of the last finding above it, by
 * line and text; where a finding has notes, every related place of the file must have one.
 */
export interface RuleMarker {
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly releases: readonly Release[];
  readonly kind: FindingSeverity | 'note';
  readonly rule: RuleId | undefined;
  readonly impact: Impact | undefined;
  readonly says: readonly string[];
}

const MARKER = /^(\s*\/\/)(\^+)\s*(?:\[([^\]]*)\]\s*)?([a-z -]*?)((?:\s*"[^"]*")*)\s*$/;
const IMPACTS: readonly Impact[] = ['wrong-today', 'right-by-accident'];
const KINDS = [...FINDING_SEVERITIES, 'note'] as const;

export function parseRuleFixture(fixture: string): MarkedFile<RuleMarker>[] {
  return parseMarkedAs(fixture, readMarker);
}

function readMarker(line: string, above: number, path: string): RuleMarker {
  const found = MARKER.exec(line);
  const words = (found?.[4] ?? '').split(/\s+/).filter((word) => word !== '');
  const kind = KINDS.find((one) => one === words[0]);
  const rule = RULE_IDS.find((id) => words.includes(id));
  const impact = IMPACTS.find((one) => words.includes(one));
  const strange = words.slice(1).filter((word) => word !== rule && word !== impact);
  if (!found || !kind || strange.length > 0 || (kind !== 'note') !== (rule !== undefined)) {
    throw new Error(`${path}:${String(above)}: no marker can be read from: ${line.trim()}`);
  }
  return {
    line: above,
    column: expandedLength(found[1] ?? ''),
    length: found[2]?.length ?? 0,
    releases: found[3] === undefined ? RELEASES : releasesOf(found[3]),
    kind,
    rule,
    impact,
    says: [...(found[5] ?? '').matchAll(/"([^"]*)"/g)].map((one) => one[1] ?? ''),
  };
}

/** One test for each file of the fixtures test/fixtures/RULE/*.c. */
export function testRule(rule: RuleId): void {
  const folder = join(TEST_FOLDER, 'fixtures', rule);
  const files = readdirSync(folder).sort();
  for (const name of files) {
    for (const file of parseRuleFixture(readFileSync(join(folder, name), 'utf8'))) {
      test(`${rule}: ${name}: ${file.path}`, async () => {
        assert.equal(await ruleDifferences(file, [rule]), '');
      });
    }
  }
  test(`${rule}: the fixtures hit and miss`, () => {
    const marked = files.flatMap((name) => parseRuleFixture(readFileSync(join(folder, name), 'utf8')));
    assert.ok(marked.some(({ markers }) => markers.length > 0));
    assert.ok(marked.some(({ markers }) => markers.length === 0));
  });
}

/** What is missed and what is invented, over all releases of a file; releases that agree share one text. */
export async function ruleDifferences(file: MarkedFile<RuleMarker>, rules: readonly RuleId[]): Promise<string> {
  const byText = new Map<string, Release[]>();
  for (const release of file.releases) {
    const arch = file.zoneDevice ? undefined : ARCH_OFF;
    const { findings, failures } = await checkText(release, file.path, file.text, rules, arch);
    const failed = failures.map(({ rule, why }) => `  ${rule} failed: ${why}`);
    const text = [...failed, ...compare(file, release, findings)].join('\n');
    if (text !== '') byText.set(text, [...(byText.get(text) ?? []), release]);
  }
  return [...byText].map(([text, releases]) => `in ${ranges(releases)}:\n${text}`).join('\n');
}

function compare(
  file: MarkedFile<RuleMarker>,
  release: Release,
  findings: readonly UnmarkedEditorFinding[],
): readonly string[] {
  const lines = file.text.split('\n');
  const columnOf = (one: UnmarkedEditorFinding): number =>
    expandedLength((lines[one.line - 1] ?? '').slice(0, one.column - 1));
  const left = new Set(findings);
  const problems: [line: number, text: string][] = [];
  for (const { marker, notes } of grouped(file.markers.filter((one) => one.releases.includes(release)))) {
    const found = [...left].find(
      (one) => one.line === marker.line && columnOf(one) === marker.column && one.rule === marker.rule,
    );
    if (found) left.delete(found);
    const wrong = found ? [...mismatches(marker, found), ...noteMismatches(notes, found.related)] : ['missed'];
    if (wrong.length > 0) {
      problems.push([
        marker.line,
        `${wrong.join('; ')}\n${indent(lines[marker.line - 1])}${found ? shown(found) : ''}`,
      ]);
    }
  }
  for (const one of left) problems.push([one.line, `invented\n${indent(lines[one.line - 1])}${shown(one)}`]);
  return problems.sort((a, b) => a[0] - b[0]).map(([line, text]) => `  line ${String(line)}: ${text}`);
}

interface Expected {
  readonly marker: RuleMarker;
  readonly notes: readonly RuleMarker[];
}

/** Findings with the notes that stand behind them. */
function grouped(markers: readonly RuleMarker[]): readonly Expected[] {
  const groups: { marker: RuleMarker; notes: RuleMarker[] }[] = [];
  for (const marker of markers) {
    if (marker.kind !== 'note') groups.push({ marker, notes: [] });
    else groups.at(-1)?.notes.push(marker);
  }
  return groups;
}

function mismatches(marker: RuleMarker, found: UnmarkedEditorFinding): string[] {
  const wrong: string[] = [];
  if (marker.length !== found.length) wrong.push(`must be about ${String(marker.length)} characters`);
  if (marker.kind !== found.severity) wrong.push(`severity must be ${marker.kind}`);
  if (marker.impact !== undefined && marker.impact !== found.impact) wrong.push(`impact must be ${marker.impact}`);
  const told = [found.message, ...found.related.map(({ text }) => text)].join('\n');
  for (const part of marker.says) if (!told.includes(part)) wrong.push(`must say "${part}"`);
  return wrong;
}

function noteMismatches(notes: readonly RuleMarker[], related: readonly RelatedPlace[]): string[] {
  if (notes.length === 0) return [];
  const matches = (note: RuleMarker, place: RelatedPlace): boolean =>
    note.line === place.line && note.says.every((part) => place.text.includes(part));
  const missed = notes.filter((note) => !related.some((place) => matches(note, place)));
  const invented = related.filter((place) => !notes.some((note) => matches(note, place)));
  return [
    ...missed.map((note) => `no note at line ${String(note.line)} that says ${note.says.join(', ')}`),
    ...invented.map((place) => `a note at line ${String(place.line)} that says "${place.text}"`),
  ];
}

function shown(one: UnmarkedEditorFinding): string {
  const related = one.related.map((place) => `\n      ${String(place.line)}: ${place.text}`).join('');
  return `\n      found: ${one.severity}, ${String(one.length)} characters: ${one.message}${related}`;
}
