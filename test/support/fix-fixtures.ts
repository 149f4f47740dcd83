import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { applyEdits, NEWEST_RELEASE, parseRelease, VERDICT_TEXTS } from '@pageref/shared';
import type { Fix, Release } from '@pageref/shared';
import { faultOf } from 'pageref/dist/runs/fix/fault.js';
import type { Fixable } from 'pageref/dist/runs/fix/fault.js';
import { fixesIn } from 'pageref/dist/runs/fix/fixes.js';
import { repairsIn } from 'pageref/dist/runs/fix/repairs.js';
import type { Headers } from 'pageref/dist/rules/fixes/index.js';
import { golden, TEST_FOLDER } from './golden.js';
import { auditText, memoryTree } from './memory-tree.js';

/** A file of a fixture: its text before, and below `//=` lines what each fix makes of it. */
interface Case {
  readonly header: string;
  readonly path: string;
  readonly release: Release;
  readonly before: string;
}

/** A tree without headers: the model says where names are declared. One include is known. */
export const NO_HEADERS: Headers = {
  present: false,
  declaring: () => undefined,
  includesOf: (header) => new Set(header === 'linux/mm.h' ? ['linux/mmzone.h'] : []),
  exported: () => false,
};

/** What can be done about a text: about its tests of the reserved bit, and about what other rules find. */
export async function fixesOf(release: Release, path: string, text: string): Promise<Fixable[]> {
  const given = { tree: await memoryTree(release), headers: NO_HEADERS, path, text, arch: undefined };
  return [...fixesIn(given), ...repairsIn(given)];
}

/**
 * One test for test/fixtures/fixes/NAME.c and one for each fix in it. The file holds cases, `//- path kernel: 6.12` and
 * the text before; every `//=` line names a fix, its kind and its title, and the text after it follows. Only what changes
 * when UPDATE_EXPECT=1 is set is what follows the first `//=` of a case.
 */
export function testFixFixture(name: string): void {
  const path = `fixtures/fixes/${name}.c`;
  const cases = readCases(readFileSync(join(TEST_FOLDER, path), 'utf8'));
  test(`${name}: the fixes are those of the fixture`, async () => {
    const rendered = await Promise.all(cases.map(render));
    golden(path, rendered.join(''));
  });
  for (const one of cases) {
    test(`${name}: ${one.path}: fixed text is read and judged again`, async () => {
      for (const finding of await fixesOf(one.release, one.path, one.before)) {
        for (const fix of finding.fixes) await checkFix(one, fix, finding);
      }
    });
  }
}

function readCases(text: string): Case[] {
  return text
    .split(/^(?=\/\/- )/m)
    .filter((part) => part !== '')
    .map((part) => {
      const end = part.indexOf('\n');
      const header = part.slice(0, end);
      const body = part.slice(end + 1).split(/^\/\/=/m)[0] ?? '';
      const found = /^\/\/- (\S+)(?:\s+kernel: (\S+))?$/.exec(header);
      if (!found) throw new Error(`no case begins with ${header}`);
      return { header, path: found[1] ?? '', release: parseRelease(found[2] ?? '') ?? NEWEST_RELEASE, before: body };
    });
}

async function render(one: Case): Promise<string> {
  const found = await fixesOf(one.release, one.path, one.before);
  const parts = found.flatMap((finding) => {
    const { fixes, why } = finding;
    const line = String(faultOf(finding).line);
    if (fixes.length === 0) return [`//= none, line ${line}: ${why}\n`];
    return fixes.map((fix) => {
      const rank = fix.preferred ? 'preferred' : fix.kind;
      const head = `//= ${fix.id}, ${rank}, line ${line}: ${fix.title}\n`;
      return head + applyEdits(one.before, fix.edits);
    });
  });
  return [`${one.header}\n${one.before}`, ...(parts.length > 0 ? parts : ['//= nothing to do\n'])].join('');
}

/** The fixed text is C that is read whole; one finding less needs care, and fixing again what is fixed changes nothing. */
async function checkFix({ path, release, before }: Case, fix: Fix, of: Fixable): Promise<void> {
  const after = applyEdits(before, fix.edits);
  assert.notEqual(after, before);
  // A repair is one line in the menu of an editor.
  assert.ok('site' in of || fix.title.length < 60, fix.title);
  const [was, is] = [await auditText(release, path, before), await auditText(release, path, after)];
  const care = (audit: typeof was): number =>
    audit.sites.filter(({ verdict }) => VERDICT_TEXTS[verdict].needsCare).length;
  assert.ok('site' in of ? care(is) < care(was) : care(is) <= care(was), `${path}: ${fix.title}`);
  assert.ok(is.notAnalysed.length <= was.notAnalysed.length, `${path}: ${fix.title}: it is still read`);
  const again = await fixesOf(release, path, after);
  assert.ok(again.length < (await fixesOf(release, path, before)).length, `${path}: there is nothing left to fix`);
}
