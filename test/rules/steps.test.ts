import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { NEWEST_RELEASE, RULE_IDS, STEP_TEXTS } from '@pageref/shared';
import type { RuleId } from '@pageref/shared';
import { TEST_FOLDER } from '../support/golden.js';
import { checkText } from '../support/memory-tree.js';

/**
 * Files of a fixture with the steps of the one finding that a rule has in each: a line `//2 text` says that the line above it is
 * the second step. The lines are taken out before the text is checked.
 */
interface StepFile {
  readonly path: string;
  readonly rule: RuleId;
  readonly text: string;
  /** "line: text", in order. */
  readonly steps: readonly string[];
}

function stepFiles(): StepFile[] {
  const fixture = readFileSync(join(TEST_FOLDER, 'fixtures', 'steps.c'), 'utf8');
  return fixture
    .split(/^\/\/- /m)
    .slice(1)
    .map(stepFile);
}

function stepFile(part: string): StepFile {
  const [head = '', ...lines] = part.split('\n');
  const [, path = '', named = ''] = /^(\S+)\s+rule: (\S+)$/.exec(head) ?? [];
  const rule = RULE_IDS.find((id) => id === named);
  if (rule === undefined) throw new Error(`no rule can be read from: ${head}`);
  const kept: string[] = [];
  const steps: string[] = [];
  for (const line of lines) {
    const [, order, text = ''] = /^\s*\/\/(\d+) (.*)$/.exec(line) ?? [];
    if (order === undefined) kept.push(line);
    else steps[Number(order) - 1] = `${String(kept.length)}: ${text}`;
  }
  return { path, rule, text: kept.join('\n'), steps };
}

const FILES = stepFiles();

for (const { path, rule, text, steps } of FILES) {
  test(`steps of ${rule} in ${path}`, async () => {
    const { findings } = await checkText(rule === 'locked-page-left' ? '6.12' : NEWEST_RELEASE, path, text, [rule]);
    const told = findings.map((one) => (one.steps ?? []).map((step) => `${String(step.line)}: ${step.text}`));
    assert.deepEqual(told, [steps]);
  });
}

test('no step is told twice, and the place of the finding is one of them', async () => {
  for (const { path, rule, text } of FILES) {
    const { findings } = await checkText('6.12', path, text, [rule]);
    for (const { line, column, steps = [] } of findings) {
      const places = steps.map((step) => `${String(step.line)}:${String(step.column)}`);
      assert.equal(new Set(places).size, places.length, path);
      assert.ok(places.includes(`${String(line)}:${String(column)}`), path);
    }
  }
});

test('the steps of the rules about references are all of the table of texts', () => {
  assert.ok(FILES.every(({ steps }) => steps.length >= 2));
  assert.ok(Object.values(STEP_TEXTS).every((text) => !/[.!]$/.test(text)));
});
