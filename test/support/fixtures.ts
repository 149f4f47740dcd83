import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Release, Site, WhatIf } from '@pageref/shared';
import type { ArchVerdict } from 'pageref/dist/rules/reserved/judge.js';
import { TEST_FOLDER } from './golden.js';
import { expandedLength, parseMarked } from './markers.js';
import type { MarkedFile, Marker } from './markers.js';
import { auditText } from './memory-tree.js';
import type { FileAudit } from './memory-tree.js';

export const ARCH_OFF: ArchVerdict = { zoneDevice: false, why: 'the test says so', path: 'mm/Kconfig', line: 1 };

/** One test for each file of the fixture test/fixtures/NAME.c. */
export function testFixture(name: string): void {
  const fixture = readFileSync(join(TEST_FOLDER, 'fixtures', `${name}.c`), 'utf8');
  for (const file of parseMarked(fixture)) {
    test(`${name}: ${file.path}`, async () => {
      assert.equal(await differences(file), '');
    });
  }
}

/** What is missed and what is invented, over all releases of a file; releases that agree share one text. */
export async function differences(file: MarkedFile): Promise<string> {
  const byText = new Map<string, Release[]>();
  for (const release of file.releases) {
    const audit = await auditText(release, file.path, file.text, file.zoneDevice ? undefined : ARCH_OFF);
    const text = compare(file, release, audit);
    if (text !== '') byText.set(text, [...(byText.get(text) ?? []), release]);
  }
  return [...byText].map(([text, releases]) => `in ${ranges(releases)}:\n${text}`).join('\n');
}

/** Releases in a message: the first and the last of many. */
export function ranges(releases: readonly Release[]): string {
  const [first, last] = [releases[0], releases.at(-1)];
  return releases.length > 2
    ? `${first ?? ''} ... ${last ?? ''} (${String(releases.length)} releases)`
    : releases.join(', ');
}

function compare(file: MarkedFile, release: Release, { sites, whatIf }: FileAudit): string {
  const lines = file.text.split('\n');
  const columnOf = (site: Site): number => expandedLength((lines[site.line - 1] ?? '').slice(0, site.column - 1));
  const expected = file.markers.filter((marker) => marker.releases.includes(release));
  const left = new Set(sites);
  const problems: [line: number, text: string][] = [];
  for (const marker of expected) {
    const site = sites.find((one) => one.line === marker.line && columnOf(one) === marker.column);
    if (site) left.delete(site);
    const wrong = site ? mismatches(marker, site, whatIf) : ['missed'];
    if (wrong.length > 0)
      problems.push([marker.line, `${wrong.join('; ')}\n${indent(lines[marker.line - 1])}${found(site)}`]);
  }
  for (const site of left) {
    const carets = `//${'^'.repeat(site.form.length)}`.padStart(columnOf(site) + site.form.length);
    problems.push([site.line, `invented\n${indent(lines[site.line - 1])}${found(site)}\n${carets} ${describe(site)}`]);
  }
  return problems
    .sort((a, b) => a[0] - b[0])
    .map(([line, text]) => `  line ${String(line)}: ${text}`)
    .join('\n');
}

export function indent(line: string | undefined): string {
  return `      ${line?.trim() ?? ''}`;
}

function found(site: Site | undefined): string {
  return site ? `\n      found: ${describe(site)}\n      ${site.reason.text} ${site.consequence}` : '';
}

function describe(site: Site): string {
  return `${site.verdict}${site.impact === null ? '' : ` ${site.impact}`} ${site.kind} ${site.confidence}: ${site.reason.contract}`;
}

function mismatches(marker: Marker, site: Site, whatIf: readonly WhatIf[]): string[] {
  const wrong: string[] = [];
  const check = (what: string, wanted: string | undefined, got: string | null): void => {
    if (wanted !== undefined && wanted !== got) wrong.push(`${what} must be ${wanted}`);
  };
  check('verdict', marker.verdict, site.verdict);
  check('impact', marker.impact, site.impact);
  check('kind', marker.kind, site.kind);
  check('confidence', marker.confidence, site.confidence);
  check('contract', marker.contract, site.reason.contract);
  const said = `${site.reason.text} ${site.consequence}`;
  const change = whatIf.find((one) => one.line === site.line && one.column === site.column)?.change ?? '';
  for (const part of marker.says) if (!said.includes(part)) wrong.push(`must say "${part}"`);
  for (const part of marker.then)
    if (!change.includes(part)) wrong.push(`what-if must say "${part}", says "${change}"`);
  return wrong;
}
