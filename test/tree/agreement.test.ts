import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saidByEditor, saidOf } from '../support/agreement.js';
import { kernelTree } from '../support/kernel-tree.js';

/** What the faces say of a whole kernel. */

const { root = '', skip = false } = kernelTree('6.12');

test('audit, check, fix and an editor say the same of the same places of 6.12', { skip }, async () => {
  const { audit, check, fix } = await saidOf(root);
  assert.deepEqual(check, audit, 'check');
  assert.deepEqual(fix, audit, 'fix');
  assert.deepEqual(await saidByEditor(root), audit, 'editor');
  assert.ok(audit.length > 4);
});
