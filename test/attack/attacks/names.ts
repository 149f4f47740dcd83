import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Attack } from '../attack.js';
import { runWell } from '../process.js';
import type { Random } from '../random.js';
import { hostileName, SOURCES, TREE, writeTree } from '../texts.js';

/** Commands that print a report of a tree. Their formats are asked of the program, so that a new one is attacked as well. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  audit: ['audit', 'TREE', '--verbose', '--what-if', 'no-reserved-zone-device'],
  compare: ['audit', 'OTHER', '--compare', 'TREE'],
  check: ['check', 'TREE', '--verbose'],
  fix: ['fix', 'TREE', '--needs-look'],
  uses: ['uses', 'TREE', '--verbose'],
  contracts: ['contracts', 'TREE', '--verbose'],
};

export const names: Attack = {
  name: 'hostile-names',
  promise: 'no name in a tree steers a terminal, turns text round or becomes markup, in any format',
  share: 3,
  round: async ({ random, folder, tried }) => {
    const [tree, other] = [join(folder, hostileName(random)), join(folder, 'other')];
    writeTree(tree, { ...TREE, ...hostileFiles(random) });
    writeTree(other, TREE);
    for (const [report, words] of random.shuffled(Object.entries(COMMANDS)).slice(0, 2)) {
      const line = words.map((word) => (word === 'TREE' ? tree : word === 'OTHER' ? other : word));
      for (const format of await formatsOf(words[0] ?? '')) {
        if (report === 'compare' && !['text', 'json', 'markdown'].includes(format)) continue;
        const { stdout } = await runWell([...line, '--no-cache', '--format', format]);
        const text = stdout.toString();
        if (format === 'html') assert.ok(!/<(?:img|script|a)\b/i.test(text), 'a name became markup');
        if (format === 'json' || format === 'sarif') JSON.parse(text);
        tried();
      }
    }
    await writeSeries(tree, join(folder, 'series'));
    assert.deepEqual(readdirSync(folder).sort(), ['other', 'series', basename(tree)].sort());
    tried();
  },
};

/** Patches of a series have the names of MAINTAINERS' sections, and stay in their folder. */
async function writeSeries(tree: string, series: string): Promise<void> {
  mkdirSync(series);
  await runWell(['fix', tree, '--needs-look', '--no-cache', '--series', series]);
  for (const name of readdirSync(series)) assert.match(name, /^\d{4}-[\w.-]+\.patch$/);
}

async function formatsOf(command: string): Promise<string[]> {
  const { stdout } = await runWell([command, '--help']);
  const help = /--format <FORMAT>([^-]*?)\(default/.exec(stdout.toString().replace(/\s+/g, ' '))?.[1] ?? '';
  return help.split(/[\s,]+/).filter((word) => /^[a-z]/.test(word));
}

function hostileFiles(random: Random): Record<string, string> {
  const files: Record<string, string> = {};
  for (let n = 0; n < 6; n++) {
    const folder = random.pick(['mm', 'virt/kvm', `arch/${hostileName(random)}`, hostileName(random)]);
    files[`${folder}/${hostileName(random)}.c`] = random.pick(SOURCES).text;
  }
  const title = hostileName(random).replaceAll('\n', ' ');
  files['MAINTAINERS'] = `${title}\nM:\t${title} <x@example.org>\nF:\tmm/\nN:\t${title}\n`;
  files['Makefile'] = `VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 0\nEXTRAVERSION = ${title}\n`;
  return files;
}
