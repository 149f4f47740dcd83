import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { FrameCheck } from 'pageref/dist/lsp/frames.js';
import { PROGRAM } from '../support/cli.js';
import { LspClient } from '../support/lsp.js';

/** What ends a session beside `exit`: frames that cannot be used, and a client that goes away. */

const folder = mkdtempSync(join(tmpdir(), 'pageref-lifetime-'));
after(() => rmSync(folder, { recursive: true }));

const FRAMES: readonly (readonly [what: string, header: string, why: RegExp])[] = [
  ['no Content-Length', 'Foo: bar\r\n\r\n{}', /the header has no Content-Length/],
  ['a negative one', 'Content-Length: -5\r\n\r\n{}', /is not a number of bytes/],
  ['a word', 'Content-Length: many\r\n\r\n{}', /is not a number of bytes/],
  ['a fraction', 'Content-Length: 2.5\r\n\r\n{}', /is not a number of bytes/],
  ['more than anybody has', 'Content-Length: 99999999999999999999\r\n\r\n{}', /is not a number of bytes/],
  ['more than is waited for', `Content-Length: ${String(2 ** 29)}\r\n\r\n{}`, /is more than 268435456/],
  ['two of them', 'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}', /more than one Content-Length/],
  ['no colon', 'Content-Length 5\r\n\r\n{}', /has no colon/],
  ['no header', `{"jsonrpc":"2.0"}\r\n\r\n`, /no Content-Length/],
  ['two megabytes of anything', 'A'.repeat(1 << 21), /no header ends within 4096 bytes/],
  ['another byte between two messages', '\nContent-Length: 2\n\n{}\r\n\r\n', /.*/],
];

for (const [what, bytes, why] of FRAMES) {
  test(`a frame ends the session: ${what}`, async () => {
    const client = await LspClient.start();
    client.process.stdin.on('error', () => undefined);
    client.process.stdin.write(bytes);
    assert.equal(await client.exitCode(), 1);
    assert.match(client.stderr, /^pageref: what came from the client is no message: [^\n]+\n$/);
    assert.match(client.stderr, why);
  });
}

test('headers as clients write them, in any pieces', () => {
  const body = JSON.stringify({ jsonrpc: '2.0', method: 'x', params: { text: 'é\r\n\r\nContent-Length: 1' } });
  const length = String(Buffer.byteLength(body));
  const headers = [
    `Content-Length: ${length}`,
    `content-length:${length}`,
    `Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: ${length}`,
    `Content-Length: ${length}\r\nContent-Type: application/vscode-jsonrpc;charset=utf8`,
  ];
  const stream = Buffer.from(
    headers.map((header) => `${header}\r\n\r\n${body}`).join('') + 'Content-Length: 0\r\n\r\n',
  );
  const cuts = fc.array(fc.nat(stream.length), { maxLength: 40 });
  fc.assert(
    fc.property(cuts, (places) => {
      const check = new FrameCheck();
      const sorted = [0, ...places.sort((a, b) => a - b), stream.length];
      sorted.slice(1).forEach((end, at) => {
        assert.equal(check.take(stream.subarray(sorted[at], end)), undefined);
      });
      assert.match(check.take(Buffer.from('x\r\n\r\n')) ?? '', /no colon/, 'it is at the start of a header again');
    }),
    { numRuns: 300, seed: 20181221 },
  );
});

/** A server whose thread is busy with something as soon as it starts. */
function busyServer(body: string): ReturnType<typeof spawn> {
  const thread = join(folder, 'busy.mjs');
  writeFileSync(thread, `process.stderr.write('busy\\n'); setTimeout(() => { ${body} }, 50);`);
  const main = pathToFileURL(join(dirname(dirname(PROGRAM)), 'lsp', 'main.js')).href;
  const script = `import { serveStdio } from '${main}'; await serveStdio(undefined, new URL('${pathToFileURL(thread).href}'));`;
  return spawn(process.execPath, ['--input-type=module', '--eval', script]);
}

const BUSY: Readonly<Record<string, string>> = {
  'a step that does not end': 'for (;;);',
  'a regular expression that goes back for ever': "/^(([a-z/_.]+)+)+!$/.test('a'.repeat(99));",
  'a thread that waits': 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
  'a call of the system that waits':
    "import('node:child_process').then(({ execFileSync }) => execFileSync('sleep', ['60'], { stdio: 'ignore' }));",
};

for (const [what, body] of Object.entries(BUSY)) {
  test(`a client that goes away ends a server that is busy: ${what}`, { timeout: 60_000 }, async () => {
    const child = busyServer(body);
    await new Promise((resolve) => child.stderr?.once('data', resolve));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const begin = performance.now();
    child.stdin?.end();
    const ended = await new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)));
    assert.ok(performance.now() - begin < 5000);
    // A thread that waits for the system cannot be stopped from inside, one of a busy machine not in time: then the process is.
    if (ended !== 1 || what.startsWith('a call')) assert.equal(ended, 'SIGKILL');
  });
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test(`${signal} ends the process`, async () => {
    const client = await LspClient.start();
    client.process.kill(signal);
    await client.exitCode();
    assert.equal(client.process.signalCode, signal);
  });
}

test('a client that reads no longer ends the server', async () => {
  const client = await LspClient.start();
  client.process.stdout.destroy();
  for (let n = 0; n < 50; n++) void client.request('nobody/knows', {}).catch(() => undefined);
  assert.equal(await client.exitCode(), 1);
});
