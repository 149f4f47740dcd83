import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS } from 'pageref/dist/cli/table.js';
import type { CommandSpec } from 'pageref/dist/cli/types.js';
import { REPOSITORY } from '../support/golden.js';
import { pageref } from '../support/cli.js';

const PAGES = ['docs/cli.md', 'README.md'].map((path) => ({ path, text: textOf(path) }));

function textOf(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8');
}

/** The part of docs/cli.md about one command. */
function sectionOf({ name, argument }: CommandSpec): string {
  const heading = `\`pageref ${name}${argument ? ` ${argument.name}` : ''}\`\n`;
  return (
    textOf('docs/cli.md')
      .split(/^## /m)
      .find((part) => part.startsWith(heading)) ?? ''
  );
}

for (const spec of COMMANDS) {
  test(`docs/cli.md lists the options of ${spec.name} as its help does`, () => {
    const rows = [...sectionOf(spec).matchAll(/^\| `(-[^`]+)`\s*\| (.*?)\s*\|$/gm)].map((match) => [
      match[1],
      match[2],
    ]);
    assert.deepEqual(
      rows,
      spec.options.map(({ flags, help }) => [flags, help]),
    );
  });

  test(`docs/cli.md shows ${spec.name} at work`, () => {
    assert.ok(commandsIn(sectionOf(spec)).some((words) => words[0] === spec.name));
  });
}

/** The command lines of a page's shell blocks, as words after the program's name. */
function commandsIn(page: string): string[][] {
  const lines = [...page.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap((match) => (match[1] ?? '').split('\n'));
  return lines.flatMap((line) => commandOf(line.replace(/\s+#.*$/, '').trim()) ?? []).map((words) => [...words]);
}

function commandOf(line: string): [string[]] | undefined {
  const [, npm, rest = ''] = /^(npm start --|pageref) (.*)$/.exec(line) ?? [];
  if (npm === undefined) return undefined;
  // As a shell splits them: words in quotes are one.
  const words = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  // `npm start -- PATH` is an audit of it; scripts/setup.mjs puts the command in front.
  const isCommand = words[0]?.startsWith('--') === true || COMMANDS.some((spec) => spec.name === words[0]);
  return [isCommand || npm === 'pageref' ? words : ['audit', ...words]];
}

for (const { path, text } of PAGES) {
  test(`the commands in ${path} are understood`, async () => {
    for (const words of commandsIn(text)) {
      const { stderr } = await pageref(withoutOutput(words), { engine: KNOWS_EVERYTHING });
      assert.equal(stderr, '', words.join(' '));
    }
  });

  test(`the inline commands in ${path} name commands and options that exist`, () => {
    const inline = [...text.matchAll(/`pageref ([a-z]+)\b([^`]*)`/g)];
    for (const [whole, name, rest = ''] of inline) {
      const spec = COMMANDS.find((command) => command.name === name);
      assert.ok(spec, whole);
      for (const [option] of rest.matchAll(/--[a-z-]+/g)) {
        assert.ok(
          ['--help', ...spec.options.map(({ flags }) => /--[a-z-]+/.exec(flags)?.[0])].includes(option),
          `${whole}: ${option}`,
        );
      }
    }
  });
}

const KNOWS_EVERYTHING = {
  describeApi: (name: string) => ({ known: true, name, entries: [], ranges: [] }) as const,
};

/** What a page writes to a file goes nowhere here. */
function withoutOutput(words: readonly string[]): string[] {
  return words.map((word, index) => (words[index - 1] === '--output' ? '-' : word));
}
