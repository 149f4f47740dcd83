import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LEAK, MAKEFILE_6_12 } from '../support/lsp-texts.js';
import { withTree } from '../support/tree.js';
import { skipWithoutChromium } from './support/host.js';
import { packagedExtension } from './support/vsix.js';
import {
  answer,
  chooseCodeAction,
  expectSquiggles,
  goTo,
  openFile,
  picture,
  until,
  withWindow,
} from './support/walk.js';

const KERNEL = `${MAKEFILE_6_12}//- include/linux/page-flags.h
//- drivers/demo/leak.c
${LEAK}`;

test('a person suppresses a finding and says why', { skip: skipWithoutChromium() }, () =>
  withTree(KERNEL, async ({ root }) => {
    const judged = join(root, '.pageref-judged.jsonl');
    await withWindow({ name: 'suppress', root, install: [packagedExtension()] }, async (window) => {
      await openFile(window, 'drivers/demo/leak.c');
      await goTo(window, 10, 10);
      await expectSquiggles(window, 'warning', 1);
      await chooseCodeAction(window, /^Suppress with a reason/, 'suppress-menu');
      await answer(window, 'what is it?', 'intended', 'the code means it');
      await answer(window, 'Suppress the finding', 'No dax on this board.');
      await expectSquiggles(window, 'warning', 0);
      await until('the line to be saved', () => {
        const saved = existsSync(judged) && readFileSync(judged, 'utf8').includes('"reason":"No dax on this board."');
        return Promise.resolve(saved ? undefined : 'it is not');
      });
      await picture(window, 'suppressed');
    });
    const [, line = ''] = readFileSync(judged, 'utf8').split('\n');
    const { path, verdict } = JSON.parse(line) as Record<string, string>;
    assert.deepEqual([path, verdict], ['drivers/demo/leak.c', 'intended']);
  }),
);
