import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TOOL_VERSION } from '@pageref/shared';
import { LspClient, PUBLISHES, PULLS, withServer } from '../support/lsp.js';
import { LEAK } from '../support/lsp-texts.js';

/** The code of the error a request ends with. */
async function errorCode(request: Promise<unknown>): Promise<number> {
  try {
    await request;
  } catch (error) {
    return (error as { code: number }).code;
  }
  return 0;
}

const NOT_INITIALIZED = -32002;
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const INTERNAL_ERROR = -32603;

test('a client that pulls and counts in bytes gets both', async () => {
  await withServer({ capabilities: PULLS }, async (client) => {
    const { capabilities, serverInfo } = client.initialized;
    assert.deepEqual(serverInfo, { name: 'pageref', version: TOOL_VERSION });
    assert.equal(capabilities.positionEncoding, 'utf-8');
    assert.deepEqual(capabilities.diagnosticProvider, {
      identifier: 'pageref',
      interFileDependencies: false,
      workspaceDiagnostics: true,
    });
    assert.deepEqual(capabilities.textDocumentSync, { openClose: true, change: 2 });
    await client.until(() => client.registered.length === 2, 'its registrations');
    assert.deepEqual(client.registered, ['workspace/didChangeConfiguration', 'workspace/didChangeWatchedFiles']);
  });
});

test('a client that only waits is published to, in utf-16', async () => {
  await withServer({ capabilities: PUBLISHES }, async (client) => {
    const { capabilities } = client.initialized;
    assert.equal(capabilities.positionEncoding, 'utf-16');
    assert.equal(capabilities.diagnosticProvider, undefined);
    await client.until(() => client.logged('diagnostics are published, columns in utf-16'), 'its first log line');
    assert.deepEqual(client.registered, []);
  });
});

test('the encoding is the first of the client that the server knows', async () => {
  for (const [offered, chosen] of [
    [['utf-32', 'utf-16', 'utf-8'], 'utf-16'],
    [['utf-32', 'utf-8'], 'utf-8'],
    [['utf-32'], 'utf-16'],
    ['utf-8', 'utf-16'],
    [null, 'utf-16'],
  ]) {
    await withServer({ capabilities: { general: { positionEncodings: offered } } }, (client) => {
      assert.equal(client.initialized.capabilities.positionEncoding, chosen);
      return Promise.resolve();
    });
  }
});

test('requests before initialize, twice initialize, after shutdown', async () => {
  const client = LspClient.spawn();
  const hover = { textDocument: { uri: 'file:///a.c' }, position: { line: 0, character: 0 } };
  assert.equal(await errorCode(client.request('textDocument/hover', hover)), NOT_INITIALIZED);
  await client.open('file:///a.c', 'int a;');
  await client.initialize({});
  assert.equal(await errorCode(client.initialize({})), INVALID_REQUEST);
  assert.equal(await client.request('textDocument/hover', hover), null, 'what came before initialize was not opened');
  await client.request('shutdown', undefined);
  assert.equal(await errorCode(client.request('textDocument/hover', hover)), INVALID_REQUEST);
  await client.notify('exit', undefined);
  assert.equal(await client.exitCode(), 0);
});

test('exit without shutdown, and a client that goes away, end the process with 1', async () => {
  const first = await LspClient.start();
  await first.notify('exit', undefined);
  assert.equal(await first.exitCode(), 1);
  const second = await LspClient.start();
  second.process.stdin.end();
  assert.equal(await second.exitCode(), 1);
});

test('unknown methods are refused, unknown notifications ignored', async () => {
  await withServer({}, async (client) => {
    await client.notify('nobody/knows', { a: 1 });
    await client.notify('$/whatever', {});
    assert.equal(await errorCode(client.request('nobody/knows', {})), METHOD_NOT_FOUND);
    assert.equal(await errorCode(client.request('textDocument/completion', {})), METHOD_NOT_FOUND);
  });
});

const URI = 'file:///n/odd.c';
const WHOLE = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
const METHODS = [
  ...['diagnostic', 'hover', 'documentHighlight', 'codeAction', 'codeLens'].map((name) => `textDocument/${name}`),
  ...['codeAction/resolve', 'codeLens/resolve', 'workspace/symbol', 'workspace/executeCommand'],
  ...['audit', 'status', 'report', 'effectTable', 'names'].map((name) => `pageref/${name}`),
];
/** Parameters somebody may send by mistake; what is not said by name is left out of no method. */
const ODD_PARAMS: readonly unknown[] = [
  ...[undefined, null, {}, 7, 'x', true, [], [7], [1, 2]],
  ...[null, 7, {}, { uri: 7 }, { uri: null }].map((textDocument) => ({ textDocument })),
  ...[null, {}, { line: 'x', character: 0 }, { line: 1.5, character: -1 }, { line: 1e99, character: null }].map(
    (position) => ({ textDocument: { uri: URI }, position }),
  ),
  ...[null, {}, { start: null, end: 7 }].map((range) => ({ textDocument: { uri: URI }, range })),
  ...[null, 7, { diagnostics: 7 }, { diagnostics: [null, 7, { data: null }], only: 7 }, { only: [7] }].map(
    (context) => ({ textDocument: { uri: URI }, range: WHOLE, context }),
  ),
  ...[null, 7, { uri: URI }, { uri: URI, version: 1 }, { uri: URI, version: 'x' }, { uri: 7, name: 7 }].map((data) => ({
    data,
  })),
  ...[7, '__proto__', 'pageref.audit', 'pageref.showWhy', 'pageref.suppress', 'pageref.openRule'].flatMap((command) =>
    [undefined, 7, [null], [7], [{}]].map((args) => ({ command, arguments: args })),
  ),
  ...[7, null, {}].flatMap((odd) => [{ query: odd }, { uri: odd }, { name: odd }, { format: odd }]),
  ...[null, 7, {}, { sites: [] }].map((report) => ({ format: 'json', report })),
  { textDocument: { uri: URI }, previousResultId: 7, workDoneToken: [], partialResultToken: {} },
];

for (const capabilities of [
  PULLS,
  { textDocument: { codeAction: { codeActionLiteralSupport: {} }, diagnostic: {} } },
]) {
  test(`odd parameters of every method: ${Object.keys(capabilities).join()}`, async () => {
    await withServer({ capabilities }, async (client) => {
      await client.open(URI, LEAK);
      for (const method of METHODS) {
        for (const params of ODD_PARAMS) {
          const asked = `${method} ${JSON.stringify(params)}`;
          const answer = await client.request(method, params).then(
            () => undefined,
            (error: unknown) => error as { readonly code: number; readonly message: string },
          );
          assert.notEqual(answer?.code, INTERNAL_ERROR, `${asked}: ${answer?.message ?? ''}`);
          if (answer?.code === INVALID_PARAMS) assert.match(answer.message, NAMES_SOMETHING, asked);
        }
      }
      assert.equal((await client.diagnostics(URI)).length, 1, 'it still works');
      assert.ok(!client.logs.some(({ message }) => message.includes('a request failed')));
    });
  });
}

/** A message about parameters says which of them is meant. */
const NAMES_SOMETHING =
  /^(?:the parameters|the argument|textDocument\.uri|position|range|query|data|command|uri|fingerprint|verdict|format|report|name|kernelRelease) (?:must|can)|^there is no command|^the finding is no longer there/;

test('everything before initialize is refused, shutdown and what nobody knows too', async () => {
  const client = LspClient.spawn();
  for (const method of ['shutdown', 'nobody/knows', 'textDocument/hover', 'pageref/audit']) {
    assert.equal(await errorCode(client.request(method, {})), NOT_INITIALIZED, method);
  }
  await client.initialize({});
  assert.equal(
    await client.request('textDocument/hover', { textDocument: { uri: URI }, position: { line: 0, character: 0 } }),
    null,
  );
  assert.equal(await client.stop(), 0);
  assert.equal(client.stderr, '');
});

test('odd parameters of initialize are told by name, and a good one may follow', async () => {
  const client = LspClient.spawn();
  const told = async (params: unknown): Promise<string> =>
    client.request('initialize', params).then(
      () => 'accepted',
      (error: unknown) => `${String((error as { code: number }).code)} ${(error as Error).message}`,
    );
  for (const [params, answer] of [
    [undefined, '-32602 capabilities must be an object'],
    [7, '-32602 the parameters must be an object'],
    [[1, 2], '-32602 the parameters must be an object'],
    [{ capabilities: 'all' }, '-32602 capabilities must be an object'],
    [{ capabilities: {}, processId: '7' }, '-32602 processId must be a number or null'],
    [{ capabilities: {}, rootUri: {} }, '-32602 rootUri must be a string or null'],
    [{ capabilities: {}, rootPath: 7 }, '-32602 rootPath must be a string or null'],
    [{ capabilities: {}, workspaceFolders: {} }, '-32602 workspaceFolders must be an array or null'],
    [{ capabilities: {}, workspaceFolders: [null] }, '-32602 workspaceFolders must have a uri each'],
    [
      { capabilities: { textDocument: 7, workspace: null, window: [] }, initializationOptions: 7, trace: 7 },
      'accepted',
    ],
  ]) {
    assert.equal(await told(params), answer, JSON.stringify(params));
  }
  assert.equal(await client.stop(), 0);
});

test('a second shutdown is refused', async () => {
  const client = await LspClient.start();
  await client.request('shutdown', undefined);
  assert.equal(await errorCode(client.request('shutdown', undefined)), INVALID_REQUEST);
  await client.notify('exit', undefined);
  assert.equal(await client.exitCode(), 0);
});

test('parameters that make no sense are refused or noted', async () => {
  await withServer({}, async (client) => {
    await client.open('file:///a.c', 'int a;');
    const requests: [string, unknown][] = [
      ['textDocument/hover', {}],
      ['textDocument/hover', null],
      ['textDocument/hover', { textDocument: { uri: 'file:///a.c' } }],
      ['textDocument/hover', { textDocument: { uri: 7 }, position: { line: 0, character: 0 } }],
      ['textDocument/documentHighlight', { textDocument: { uri: 'file:///a.c' }, position: { line: 'x' } }],
      ['textDocument/diagnostic', { textDocument: null }],
      ['textDocument/codeLens', {}],
      ['workspace/symbol', { query: 7 }],
      ['workspace/executeCommand', { command: 'rm' }],
      ['workspace/executeCommand', { command: 'pageref.audit', arguments: ['x'] }],
      ['pageref/audit', { kernelRelease: '2.6' }],
      ['pageref/audit', { verdicts: 'guarded' }],
      ['pageref/status', null],
    ];
    for (const [method, params] of requests) {
      assert.equal(
        await errorCode(client.request(method, params)),
        INVALID_PARAMS,
        `${method} ${JSON.stringify(params)}`,
      );
    }
    await client.notify('textDocument/didChange', { textDocument: { uri: 'file:///a.c', version: 2 } });
    await client.notify('textDocument/didOpen', { textDocument: null });
    await client.notify('workspace/didChangeWatchedFiles', { changes: null });
    await client.notify('workspace/didChangeWorkspaceFolders', {});
    await client.until(() => client.logged('a notification could not be used'), 'a log line');
    const far = { textDocument: { uri: 'file:///a.c' }, position: { line: 99999, character: -5 } };
    assert.equal(await client.request('textDocument/hover', far), null);
  });
});

test('malformed bodies cost themselves', async () => {
  await withServer({}, async (client) => {
    const { stdin } = client.process;
    stdin.write('Content-Length: 5\r\n\r\n{nope');
    await client.until(() => client.logged('a message could not be read'), 'a log line');
    stdin.write('Content-Length: 17\r\n\r\n{"jsonrpc":"2.0"}');
    assert.equal(await errorCode(client.request('nobody/knows', {})), METHOD_NOT_FOUND, 'it still answers');
  });
});
