import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { IMPACT_TEXTS, parseRelease, VERDICT_TEXTS, VERDICTS, type Site } from '@pageref/shared';
import { audit } from 'pageref/dist/runs/index.js';
import { REPOSITORY } from '../support/golden.js';
import { withTree } from '../support/tree.js';

const PAGE = readFileSync(join(REPOSITORY, 'docs', 'verdicts.md'), 'utf8');
/** Whether an arch can enable ZONE_DEVICE is read from these; the examples borrow them from the sample. */
const KCONFIG = ['Kconfig', 'mm/Kconfig', 'arch/x86/Kconfig', 'arch/nios2/Kconfig'];

interface Example {
  readonly line: number;
  readonly path: string;
  readonly impact: string | undefined;
  readonly expected: readonly { readonly release: string; readonly verdict: string }[];
  readonly code: string;
}

/** The ```c blocks of the page, with what their opening lines promise. */
const EXAMPLES: readonly Example[] = [...PAGE.matchAll(/^```c ?(.*)\n([^]*?)^```$/gm)].map((match) => {
  const promise = new Map((match[1] ?? '').split(' ').map((word) => word.split('=', 2) as [string, string]));
  const verdicts = promise.get('verdict')?.split(',') ?? [];
  const releases = promise.get('kernel')?.split(',') ?? [];
  assert.equal(verdicts.length, releases.length, match[0]);
  return {
    line: PAGE.slice(0, match.index).split('\n').length,
    path: promise.get('path') ?? '',
    impact: promise.get('impact'),
    expected: releases.map((release, index) => ({ release, verdict: verdicts[index] ?? '' })),
    code: match[2] ?? '',
  };
});

function sitesOf({ path, code }: Example, release: string): Promise<readonly Site[]> {
  return withTree('', async (tree) => {
    for (const file of KCONFIG) tree.write(file, readFileSync(join(REPOSITORY, 'sample', 'linux', file)));
    tree.write(path, code);
    const asked = parseRelease(release);
    assert.ok(asked);
    const jobs = Math.min(2, availableParallelism());
    return (await audit({ paths: [tree.root], release: asked, jobs })).sites;
  });
}

for (const example of EXAMPLES) {
  for (const { release, verdict } of example.expected) {
    test(`docs/verdicts.md:${example.line}: ${verdict} in ${release}`, async () => {
      const sites = await sitesOf(example, release);
      assert.notEqual(sites.length, 0, 'the example mentions the bit');
      for (const site of sites) {
        assert.equal(site.verdict, verdict, site.reason.text);
        if (example.impact !== undefined) assert.equal(site.impact, example.impact, site.consequence);
      }
    });
  }
}

test('every verdict has its section, under the title the program gives it', () => {
  const headings = [...PAGE.matchAll(/^## (.*)$/gm)].map((match) => match[1]);
  assert.deepEqual(
    headings,
    VERDICTS.map((verdict) => `\`${verdict}\`: ${VERDICT_TEXTS[verdict].title}`),
  );
});

test('every verdict and impact has an example', () => {
  const shown = EXAMPLES.flatMap(({ expected, impact }) => [impact, ...expected.map(({ verdict }) => verdict)]);
  const wanted = [...VERDICTS, ...Object.keys(IMPACT_TEXTS)];
  assert.deepEqual(
    wanted.filter((word) => !shown.includes(word)),
    [],
  );
});

test('no example goes untested', () => {
  assert.equal(EXAMPLES.length, [...PAGE.matchAll(/^```\w/gm)].length);
  assert.deepEqual(
    EXAMPLES.filter(({ path, expected }) => path === '' || expected.length === 0),
    [],
  );
});
