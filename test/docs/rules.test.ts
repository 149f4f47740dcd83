import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RULE_IDS, RULES, type RuleMeta } from '@pageref/shared';
import { ALL_RULES } from 'pageref/dist/rules/index.js';
import { REPOSITORY, TEST_FOLDER } from '../support/golden.js';
import { parseRuleFixture, ruleDifferences } from '../support/rule-fixtures.js';

const FOLDER = join(REPOSITORY, 'docs', 'rules');

function pageOf(id: string): string {
  const file = join(FOLDER, `${id}.md`);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Text without the line breaks of the page. */
function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function section(page: string, heading: string): string {
  return page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
}

/** The examples of a section, as fixtures. */
function examples(page: string, heading: string): string[] {
  return [...section(page, heading).matchAll(/^```c\n([^]*?)^```$/gm)].map((match) => match[1] ?? '');
}

function releasesOf({ since, until }: RuleMeta): string {
  if (since === undefined && until === undefined) return 'all';
  if (since === undefined) return `before ${until ?? ''}`;
  return until === undefined ? `from ${since}` : `from ${since}, before ${until}`;
}

test('the registry, the ids and the descriptions list the same rules in the same order', () => {
  assert.deepEqual(
    RULES.map(({ id }) => id),
    [...RULE_IDS],
  );
  assert.deepEqual(
    ALL_RULES.map(({ meta }) => meta.id),
    [...RULE_IDS],
  );
});

test('every rule has its page and its fixtures, and there are no others', () => {
  assert.deepEqual(readdirSync(FOLDER).sort(), RULE_IDS.map((id) => `${id}.md`).sort());
  assert.deepEqual(
    RULE_IDS.filter((id) => !existsSync(join(TEST_FOLDER, 'fixtures', id))),
    [],
  );
});

for (const meta of RULES as readonly RuleMeta[]) {
  const page = pageOf(meta.id);

  test(`${meta.id}: the page says what the program says`, () => {
    assert.equal(page.split('\n')[0], `# \`${meta.id}\`: ${meta.title}`);
    const description = page.split('\n\n')[1] ?? '';
    assert.equal(flat(description), meta.description);
    assert.ok(flat(section(page, 'What to do')).startsWith(`What to do ${meta.action}`), 'what to do');
    const row = /^\| (problem|advice|inventory) +\| (\w+) +\| (\w+) +\| (.+?) +\|$/m.exec(page);
    assert.deepEqual(row?.slice(1), [meta.kind, meta.severity, meta.confidence, releasesOf(meta)]);
  });

  test(`${meta.id}: what its page reports is reported, and the rest is not`, async () => {
    const [reported, quiet] = [examples(page, 'Reported'), examples(page, 'Not reported')];
    assert.ok(reported.length > 0 && quiet.length > 0, 'both kinds of examples');
    for (const [list, marked] of [
      [reported, true],
      [quiet, false],
    ] as const) {
      for (const fixture of list) {
        const files = parseRuleFixture(fixture);
        assert.ok(files.length > 0, fixture);
        for (const file of files) {
          assert.equal(file.markers.length > 0, marked, fixture);
          assert.equal(await ruleDifferences(file, [meta.id]), '');
        }
      }
    }
  });

  test(`${meta.id}: no example goes untested`, () => {
    const blocks = [...page.matchAll(/^```\w/gm)].length;
    assert.equal(blocks, examples(page, 'Reported').length + examples(page, 'Not reported').length);
  });
}
