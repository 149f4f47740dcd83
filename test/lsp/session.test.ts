import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TOOL_VERSION } from '@pageref/shared';
import { LspClient, PUBLISHES, PULLS, withServer } from '../support/lsp.js';

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

test('SIGTERM ends the process', async () => {
  const client = await LspClient.start();
  client.process.kill('SIGTERM');
  assert.equal(await client.exitCode(), 1);
});

test('unknown methods are refused, unknown notifications ignored', async () => {
  await withServer({}, async (client) => {
    await client.notify('nobody/knows', { a: 1 });
    await client.notify('$/whatever', {});
    assert.equal(await errorCode(client.request('nobody/knows', {})), METHOD_NOT_FOUND);
    assert.equal(await errorCode(client.request('textDocument/completion', {})), METHOD_NOT_FOUND);
  });
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

test('malformed frames cost themselves', async () => {
  await withServer({}, async (client) => {
    const { stdin } = client.process;
    stdin.write('Content-Length: 5\r\n\r\n{nope');
    await client.until(() => client.logged('a message could not be read'), 'a log line');
    stdin.write('Content-Length: 17\r\n\r\n{"jsonrpc":"2.0"}');
    stdin.write('Nonsense: 5\r\n\r\n');
    await client.until(() => client.logged('Content-Length'), 'a log line');
    stdin.write('Content-Length: many\r\n\r\n');
    await client.until(() => client.logged('must be a number'), 'a log line');
    assert.equal(await errorCode(client.request('nobody/knows', {})), METHOD_NOT_FOUND, 'it still answers');
  });
});
