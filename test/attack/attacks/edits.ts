import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Position, Range } from 'vscode-languageserver-protocol/node';
import { LspClient, PULLS } from '../../support/lsp.js';
import type { Attack, Round } from '../attack.js';
import { SERVER } from '../process.js';
import type { Random } from '../random.js';
import { SOURCES, TREE, writeTree } from '../texts.js';

/** Pieces that change what code means, beside single characters. */
const PIECES: readonly string[] = [
  ...['{', '}', '(', ')', ';', '"', "'", '/*', '*/', '//', '\n', '\\\n', '\r\n', '\r', '!', '&&', '||', '=', ' ', '\t'],
  ...['#if 0\n', '#else\n', '#endif\n', '#define X PG_reserved\n', 'goto out;', 'out:', 'return;', 'if (x) ', 'else '],
  ...['static ', 'page', 'struct page *p;', 'a', '0', '\0', 'é', '\ud800', '\u202e'],
  ...['PageReserved(page)', 'put_page(page);', 'pfn_to_online_page(pfn)', 'is_zone_device_page(page)'],
  'int f(struct page *page)\n{\n\tput_page(page);\n}\n',
];
const EDITS = 24;
const COMPARE_EVERY = 6;
/** VS Code's way: diagnostics are pulled, columns are UTF-16, and actions come with their edits. */
const CAPABILITIES = {
  ...PULLS,
  general: {},
  textDocument: {
    ...PULLS.textDocument,
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
  },
};

interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export const edits: Attack = {
  name: 'random-edits',
  promise: 'after any edits a server says what one says that opens the text anew',
  share: 5,
  round: async (round) => {
    const { path } = round.random.pick(SOURCES);
    writeTree(round.folder, TREE);
    const options = { folders: [round.folder], capabilities: CAPABILITIES, server: SERVER };
    const clients = [await LspClient.start(options), await LspClient.start(options)] as const;
    try {
      await editAndCompare(round, pathToFileURL(join(round.folder, path)).href, ...clients);
    } finally {
      for (const client of clients) client.kill();
    }
  },
};

async function editAndCompare(
  { random, tried }: Round,
  uri: string,
  edited: LspClient,
  fresh: LspClient,
): Promise<void> {
  let text = random
    .some(3, SOURCES)
    .map((one) => one.text)
    .join('\n');
  if (random.chance(0.2)) text = text.replaceAll('\n', '\r\n');
  const before: string[] = [];
  await edited.open(uri, text);
  for (let version = 2; version < 2 + EDITS; version++) {
    const changes = changesOf(random, text, before);
    before.push(text);
    const sent = [];
    for (const change of changes) {
      sent.push({ range: rangeOf(text, change), text: change.text });
      text = text.slice(0, change.start) + change.text + text.slice(change.end);
    }
    await edited.change(uri, version, sent);
    tried(changes.length);
    // Results that nobody waits for are voided by the next edit, and must leave nothing behind.
    if (random.chance(0.4)) void edited.pull(uri).catch(() => undefined);
    if (version % COMPARE_EVERY === 0) await compare(random, uri, text, edited, fresh);
  }
}

/** An edit as people make it: typed, deleted, replaced, pasted, undone, with several cursors. */
function changesOf(random: Random, text: string, before: readonly string[]): Change[] {
  const last = before.at(-1);
  if (last !== undefined && random.chance(0.15)) return [{ start: 0, end: text.length, text: last }];
  if (random.chance(0.05)) return [{ start: 0, end: text.length, text: text.replaceAll('\r\n', '\n') }];
  const count = random.chance(0.15) ? 2 + random.below(5) : 1;
  const changes: Change[] = [];
  for (let now = text; changes.length < count;) {
    const start = placeIn(now, random.below(now.length + 1));
    const removed = random.pick([0, 0, 1, 1, 3, random.below(60), random.below(400)]);
    const end = placeIn(now, Math.min(now.length, start + removed));
    const pasted = random.chance(0.08) ? random.pick(SOURCES).text.slice(0, random.below(3000)) : random.pick(PIECES);
    const typed = random.chance(0.3) ? '' : pasted;
    changes.push({ start, end, text: typed });
    now = now.slice(0, start) + typed + now.slice(end);
  }
  return changes;
}

/** No position of the protocol is inside of a line's end. */
function placeIn(text: string, offset: number): number {
  return text[offset - 1] === '\r' && text[offset] === '\n' ? offset - 1 : offset;
}

function rangeOf(text: string, { start, end }: Change): Range {
  return { start: positionAt(text, start), end: positionAt(text, end) };
}

/** Lines end where the protocol says: at "\n", "\r\n" or "\r" alone. */
function positionAt(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

async function compare(random: Random, uri: string, text: string, edited: LspClient, fresh: LspClient): Promise<void> {
  await fresh.open(uri, text);
  const positions = Array.from({ length: 4 }, () => positionAt(text, placeIn(text, random.below(text.length + 1))));
  const answers = [];
  for (const client of [edited, fresh]) {
    const items = await client.diagnostics(uri);
    const hovers = [];
    for (const position of positions)
      hovers.push(await client.request('textDocument/hover', { textDocument: { uri }, position }));
    const range = items[0]?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    const actions = await client.request('textDocument/codeAction', {
      textDocument: { uri },
      range,
      context: { diagnostics: [] },
    });
    answers.push({ items, hovers, actions: JSON.stringify(actions).replace(/"version":\d+/g, '"version":0') });
  }
  await fresh.close(uri);
  assert.deepEqual(answers[0], answers[1]);
}
