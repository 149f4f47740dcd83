import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { messageText, RULES, STEP_TEXTS, stepText } from '@pageref/shared';
import type { RuleId, RuleMeta, StepText } from '@pageref/shared';
import { REPOSITORY } from '../support/golden.js';

/** Values as long as the kernel has them: a name of a function of 6.12 that is longer than nine of ten that take or drop pages. */
const VALUES: Readonly<Record<string, string>> = {
  test: 'is_device_coherent_page',
  use: 'flush_dcache_icache_folio',
  maker: 'pfn_to_page',
  release: 'put_page',
  acquire: '__gfn_to_pfn_memslot',
  unit: 'reference',
  taker: 'get_dev_pagemap',
  by: 'pin_user_pages_remote',
  index: 'index',
  what: 'the reference on a page',
  from: 'page_pool_dev_alloc_pages',
  held: 'referenced',
  api: 'folio_test_set_dirty',
  type: 'MEMORY_DEVICE_PCI_P2PDMA',
  member: 'migrate_to_ram',
  count: '0',
  kernel: '6.15',
  pages: 'PCI_P2PDMA',
  idle: '0 or 1',
  gup: 'only with FOLL_PCI_P2PDMA',
  pins: 'no or yes',
  wrapper: 'kvm_pfn_to_refcounted_page',
  does: 'an accessed mark',
  method: 'fb_deferred_io_fault',
};

/** A call of a name that is a macro for another one. */
const LONG_NAME = 'pin_user_pages_remote(), which is page_pool_dev_alloc_pages(),';

/** Rules whose messages still hold a whole explanation: their findings are made of sentences of verdicts, not of a template. */
const EXPLAINING: readonly RuleId[] = ['reserved-conflates-zone-device'];

/** Rules that speak of a test of a pfn, and not of a page. */
const PFN_RULES: readonly RuleId[] = ['pfn-valid-is-not-ram', 'memmap-not-online'];

/** Words of this program that somebody who reads a message has not met. */
const OWN_WORDS =
  /\b(?:conflat\w+|wrapper|contract|verdict|role|needs-zone-device|counterpart|facet|litany|mention)\b/i;

const ALL: readonly RuleMeta[] = RULES;

for (const { id, messages } of ALL.filter((rule) => !EXPLAINING.includes(rule.id))) {
  for (const [name, template] of Object.entries(messages)) {
    test(`message ${name} of ${id}: short, one clause a reader knows, no hole`, () => {
      const test = PFN_RULES.includes(id) ? 'pfn_valid' : VALUES['test'];
      const text = messageText(template, { ...VALUES, ...(test !== undefined && { test }) });
      assert.ok(text.length < 100, `${String(text.length)}: ${text}`);
      assert.doesNotMatch(text, /[{}]/);
      assert.doesNotMatch(text, OWN_WORDS);
      assert.doesNotMatch(text, /[.!]$/);
    });
  }
}

for (const [id, template] of Object.entries(STEP_TEXTS)) {
  test(`step ${id}: short, one clause a reader knows, no hole`, () => {
    const text = stepText(id as StepText, {
      by: LONG_NAME,
      condition: 'x'.repeat(300),
      place: 'x'.repeat(300),
      label: 'x'.repeat(300),
    });
    assert.ok(text.length < 100, `${String(text.length)}: ${text}`);
    assert.doesNotMatch(text, /[{}]/);
    assert.doesNotMatch(template, OWN_WORDS);
    assert.doesNotMatch(text.replace(/x\.\.\./, 'x'), /[.!]$/);
  });
}

test('code in a step is on one line, and cut where it is long', () => {
  assert.equal(stepText('true', { condition: 'a &&\n\t\tb' }), 'a && b is true');
  assert.equal(stepText('false', { condition: `f(${'a, '.repeat(40)}b)` }), `f(${'a, '.repeat(15)}a... is false`);
});

test('no message of a rule uses a word that only this program has', () => {
  for (const { id, messages } of ALL) {
    for (const template of Object.values(messages))
      assert.doesNotMatch(template.replace(/\{\w+\}/g, ''), OWN_WORDS, id);
  }
});

test('every rule has a page, and the page leads to the glossary', () => {
  for (const { id } of ALL) {
    const path = join(REPOSITORY, 'docs', 'rules', `${id}.md`);
    assert.ok(existsSync(path), id);
    assert.match(readFileSync(path, 'utf8'), /\]\(\.\.\/glossary\.md(?:#[\w-]+)?\)/, id);
  }
});
