import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import type { Attack, Round } from '../attack.js';
import type { Random } from '../random.js';
import { frame, RawClient } from '../raw-client.js';
import { HOSTILE_PARTS, SOURCES, TREE, writeTree } from '../texts.js';

const METHODS: readonly string[] = [
  ...prefixed('textDocument', 'diagnostic hover documentHighlight codeAction codeLens completion'),
  ...prefixed('codeAction', 'resolve'),
  ...prefixed('codeLens', 'resolve'),
  ...prefixed('workspace', 'symbol executeCommand'),
  ...prefixed('pageref', 'audit status report effectTable names'),
  ...['initialize', '__proto__', ''],
];
const NOTIFICATIONS: readonly string[] = [
  ...prefixed('textDocument', 'didOpen didChange didClose didSave'),
  ...prefixed('workspace', 'didChangeConfiguration didChangeWatchedFiles didChangeWorkspaceFolders'),
  ...['$/cancelRequest', '$/setTrace', 'window/workDoneProgress/cancel', 'initialized', 'nobody/knows'],
];
const KEYS: readonly string[] = [
  'textDocument uri position line character range start end context diagnostics only version text languageId',
  'contentChanges changes type event added removed settings command arguments query name format report data fingerprint',
  'verdict files id value kernelRelease whatIf arch workDoneToken partialResultToken previousResultId __proto__ params',
].flatMap((line) => line.split(' '));

function prefixed(prefix: string, names: string): string[] {
  return names.split(' ').map((name) => `${prefix}/${name}`);
}

/** Headers after which nobody knows where the next message begins. */
const BAD_HEADERS: readonly string[] = [
  ...[
    'Foo: bar\r\n\r\n{}',
    'Content-Length: -1\r\n\r\n',
    'Content-Length: x\r\n\r\n{}',
    'Content-Length: 1e3\r\n\r\n{}',
  ],
  ...[
    'Content-Length: 99999999999\r\n\r\n{}',
    'Content-Length\r\n\r\n',
    '\r\n\r\n',
    'Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}',
  ],
  ...['x'.repeat(100_000), '\0'.repeat(10_000), '{"jsonrpc":"2.0","id":1,"method":"shutdown"}\r\n\r\n'],
];

export const protocol: Attack = {
  name: 'protocol',
  promise: 'whatever a client sends, the server answers what follows, or ends with 1 and one line where it cannot',
  share: 2,
  round: async (round) => {
    const { random, folder } = round;
    writeTree(folder, { ...TREE, 'mm/a.c': random.pick(SOURCES).text });
    const client = new RawClient();
    try {
      if (random.chance(0.3)) await assertRefused(client, random);
      const root = pathToFileURL(folder).href;
      const capabilities = random.chance(0.5)
        ? {}
        : { textDocument: { diagnostic: {} }, workspace: { configuration: true } };
      const workspaceFolders = [{ uri: root, name: 'x' }];
      const begun = await client.request('initialize', {
        processId: null,
        rootUri: null,
        workspaceFolders,
        capabilities,
      });
      assert.ok(begun?.result !== undefined, JSON.stringify(begun));
      client.send({ jsonrpc: '2.0', method: 'initialized', params: {} });
      await talk(round, client, `${root}/mm/a.c`);
      if (random.chance(0.5)) await assertEnds(client, random.pick(BAD_HEADERS));
    } finally {
      client.kill();
    }
  },
};

async function assertRefused(client: RawClient, random: Random): Promise<void> {
  const method = random.pick(['shutdown', ...METHODS.filter((one) => one !== 'initialize')]);
  const answer = await client.request(method, {});
  assert.equal(answer?.error?.code, -32002, `${method} before initialize: ${JSON.stringify(answer)}`);
}

async function talk({ random, tried }: Round, client: RawClient, uri: string): Promise<void> {
  const text = random.pick(SOURCES).text;
  client.send({
    jsonrpc: '2.0',
    method: 'textDocument/didOpen',
    params: { textDocument: { uri, languageId: 'c', version: 1, text } },
  });
  for (let n = 0; n < 40; n++) {
    const kind = random.below(10);
    if (kind < 3) client.write(oddFrame(random));
    // It is answered when something has changed.
    else if (kind === 3)
      client.send({ jsonrpc: '2.0', id: n, method: 'workspace/diagnostic', params: oddValue(random, uri, 4) });
    else if (kind < 6)
      client.send({ jsonrpc: '2.0', method: random.pick(NOTIFICATIONS), params: oddValue(random, uri, 4) });
    else {
      const [method, params] = [random.pick(METHODS), oddValue(random, uri, 4)];
      const answer = await client.request(method, params);
      assert.ok(answer, `${method} ${JSON.stringify(params)} ended the server: ${client.stderr}`);
      assert.notEqual(
        answer.error?.code,
        -32603,
        `${method} ${JSON.stringify(params)}: ${String(answer.error?.message)}`,
      );
    }
    tried();
  }
  const probe = await client.request('nobody/knows', {});
  assert.equal(probe?.error?.code, -32601, 'it still answers');
}

/** Bodies that are no message, in headers that are right. */
function oddFrame(random: Random): string {
  const bodies = [
    ...['{nope', '', '7', 'null', '"x"', '[]', '{}', '[{"jsonrpc":"2.0","id":1,"method":"x"}]', '{"jsonrpc":"1.0"}'],
    ...['{"jsonrpc":"2.0","id":{},"method":7}', '{"id":1,"result":1,"error":2}', '[['.repeat(5000), '\u0000\u0001'],
    ...['{"jsonrpc":"2.0","id":5,"result":null}', '{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":null}}'],
  ];
  const body = random.pick(bodies);
  const name = random.pick(['Content-Length', 'content-length', 'CONTENT-LENGTH']);
  const type = random.chance(0.2) ? 'Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n' : '';
  return `${type}${name}: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`;
}

function oddValue(random: Random, uri: string, depth: number): unknown {
  const odd: unknown[] = [
    null,
    undefined,
    0,
    -1,
    1.5,
    1e99,
    true,
    '',
    'x',
    uri,
    `${uri}#x`,
    'file:///etc/passwd',
    'git:/x',
    'file:///c:/x.c',
    'file://host/share/x.c',
    '%',
  ];
  if (depth === 0 || random.chance(0.3)) return random.pick([...odd, random.pick(HOSTILE_PARTS), '\ud800']);
  if (random.chance(0.2)) return Array.from({ length: random.below(4) }, () => oddValue(random, uri, depth - 1));
  const keys = random.some(1 + random.below(5), KEYS);
  const value = Object.fromEntries(keys.map((key) => [key, oddValue(random, uri, depth - 1)]));
  return random.chance(0.5) ? { ...value, textDocument: { uri, version: random.below(9) }, uri } : value;
}

async function assertEnds(client: RawClient, header: string): Promise<void> {
  client.write(header);
  // What stands behind it is no message any more.
  client.write(frame({ jsonrpc: '2.0', id: 1, method: 'nobody/knows' }));
  const limit = new Promise((resolve) => setTimeout(resolve, 60_000, 'deaf'));
  assert.equal(await Promise.race([client.ended, limit]), 1, JSON.stringify(header.slice(0, 40)));
  assert.match(client.stderr, /^pageref: [^\n]+\n$/);
}
