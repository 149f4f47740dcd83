import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { VERDICTS } from '@pageref/shared';
import type { AuditReport, Release, Site } from '@pageref/shared';
import * as engine from 'pageref/dist/runs/index.js';
import { pageref, type Outcome } from '../support/cli.js';
import { golden, REPOSITORY } from '../support/golden.js';

/** The tree that `npm start` audits, judged by the real engine. */
const SAMPLE = join(REPOSITORY, 'sample', 'linux');

function run(options = ''): Promise<Outcome> {
  return pageref(['audit', SAMPLE, ...options.split(' ').filter((word) => word !== '')], { engine });
}

/** The report with the one thing left out that depends on where the checkout is. */
function placeless(text: string): string {
  return text.replaceAll(SAMPLE, 'sample/linux');
}

async function audit(options = ''): Promise<AuditReport> {
  return JSON.parse((await run(`--format json ${options}`)).stdout) as AuditReport;
}

/** "guarded", "needs-zone-device, wrong-today" for the one test in a function. */
function verdictIn(report: AuditReport, name: string): string {
  const sites = report.sites.filter((site) => site.function === name && site.kind === 'test');
  assert.equal(sites.length, 1, name);
  return sites.map(({ verdict, impact }) => (impact === null ? verdict : `${verdict}, ${impact}`)).join();
}

async function verdictsIn(name: string, releases: readonly Release[]): Promise<string[]> {
  const verdicts: string[] = [];
  for (const release of releases) verdicts.push(verdictIn(await audit(`--kernel ${release}`), name));
  return verdicts;
}

let report: AuditReport;
before(async () => {
  report = await audit();
});

test('the report of npm start', async () => {
  const { code, stdout, stderr } = await run();
  assert.deepEqual({ code, stderr }, { code: 1, stderr: '' });
  golden('cli/golden/sample.txt', placeless(stdout));
});

test('it shows every verdict and both impacts', () => {
  const missing = VERDICTS.filter((verdict) => !report.sites.some((site) => site.verdict === verdict));
  assert.deepEqual(missing, []);
  assert.deepEqual([...new Set(report.sites.map((site) => site.impact))].sort(), [
    null,
    'right-by-accident',
    'wrong-today',
  ]);
});

test('what each function stands for', () => {
  const found = report.sites.filter((site) => site.kind === 'test').map((site) => [site.function, shown(site)]);
  assert.deepEqual(Object.fromEntries(found), {
    remap_is_safe: 'no-zone-device-arch [arch-kconfig]',
    region_may_poison: 'guarded [get_dev_pagemap]',
    BOUNCE_SLOT_BUSY: 'unclear [macro-body]',
    dma_unpin_one: 'needs-zone-device wrong-today [pfn]',
    memmap_free_page: 'never-zone-device [free_reserved_page]',
    memmap_free_table: 'never-zone-device [virt_to_page]',
    count_free_looking: 'guarded [pfn_to_online_page]',
    page_to_migrate: 'guarded [vm_normal_page]',
    guest_pfn_is_mmio: 'needs-zone-device wrong-today [get_user_pages_fast]',
    guest_page_is_tracked: 'needs-zone-device right-by-accident [page]',
    guest_pfn_to_counted_page: 'handled [is_zone_device_page]',
  });
});

function shown({ verdict, impact, reason }: Site): string {
  return [verdict, impact, `[${reason.contract}]`].filter((word) => word !== null).join(' ');
}

test('the consequence names what a device page misses', () => {
  const of = (name: string): string => report.sites.find((site) => site.function === name)?.consequence ?? '';
  assert.match(of('guest_pfn_is_mmio'), /skip put_page\(\)/);
  assert.match(of('guest_page_is_tracked'), /skip SetPageDirty\(\) and mark_page_accessed\(\)/);
  assert.equal(of('count_free_looking'), '');
});

test('the writer that marks every ZONE_DEVICE page is named, and no other', () => {
  const marking = report.writers.filter((writer) => writer.marksZoneDevice);
  assert.deepEqual(
    marking.map(({ path, function: name }) => `${path} ${name}`),
    ['mm/mm_init.c __init_zone_device_page'],
  );
  assert.ok(report.writers.some((writer) => writer.does === 'clear'));
});

test('the release number decides what vm_normal_page() lets through', async () => {
  assert.deepEqual(await verdictsIn('page_to_migrate', ['4.20', '6.12', '6.14', '6.15', '7.1']), [
    'guarded',
    'guarded',
    'guarded',
    'needs-zone-device, wrong-today',
    'needs-zone-device, wrong-today',
  ]);
});

test('what a release does not have has no effect that is known in it: no pins before 5.6', async () => {
  assert.deepEqual(await verdictsIn('dma_unpin_one', ['4.20', '7.1']), ['unclear', 'needs-zone-device, wrong-today']);
});

test('pfn_to_online_page() guards in every release', async () => {
  assert.deepEqual(await verdictsIn('count_free_looking', ['4.20', '5.4', '6.1', '7.1']), Array(4).fill('guarded'));
});

test('what if ZONE_DEVICE pages lose the bit: the sites that need care change, and no others', async () => {
  const { whatIf = [] } = await audit('--what-if no-reserved-zone-device');
  const needing = report.sites.filter((site) => site.verdict === 'needs-zone-device').map((site) => site.function);
  assert.deepEqual(
    whatIf.map((change) => change.function),
    needing,
  );
  const touched = whatIf.find((change) => change.function === 'guest_page_is_tracked');
  assert.match(touched?.change ?? '', /Then: .*SetPageDirty\(\)/);
});

test('--arch takes generic code for code of that arch', async () => {
  const onNios2 = await audit('--arch nios2');
  assert.equal(verdictIn(onNios2, 'guest_pfn_is_mmio'), 'no-zone-device-arch');
  assert.equal(verdictIn(await audit('--arch x86'), 'guest_pfn_is_mmio'), 'needs-zone-device, wrong-today');
});

test('every file says its license, and the tree stays small', () => {
  const files = readdirSync(SAMPLE, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const texts = files.map(({ parentPath, name }) => ({ name, text: readFileSync(join(parentPath, name), 'utf8') }));
  const unmarked = texts.filter(
    ({ name, text }) => name !== 'MAINTAINERS' && !text.includes('SPDX-License-Identifier: Apache-2.0'),
  );
  assert.deepEqual(
    unmarked.map(({ name }) => name),
    [],
  );
  assert.ok(texts.reduce((lines, { text }) => lines + text.split('\n').length - 1, 0) < 400);
});
