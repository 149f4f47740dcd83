import { Writable } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';
import { createConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { GatedReader } from './gate.js';
import { Life } from './life.js';
import type { ServerSetup } from './main.js';
import { textOf } from './log.js';
import { Server } from './server.js';

/** The thread of the language server. The main thread hands on the standard input to it, and what it says to the standard output. */

const LAST_WORDS_MS = 100;

const { shared, cache } = workerData as ServerSetup;
const life = new Life(shared);
const writer = new StreamMessageWriter(
  new Writable({
    // Unlike the thread's own standard output, messages are not lost when the thread ends, and wait for no receipt.
    write: (bytes: Uint8Array, _encoding, done) => {
      parentPort?.postMessage(bytes);
      done();
    },
  }),
);
const reader = new StreamMessageReader(process.stdin);
const connection = createConnection(new GatedReader(reader, writer), writer);
// What the client has said last waits for its turn still.
process.stdin.on('end', () => setTimeout(() => process.exit(life.exitCode), LAST_WORDS_MS));
reader.onError((error) => {
  connection.console.error(`pageref: a message could not be read: ${error.message}`);
});
// The last resort: whatever nobody has caught costs the request it happened in, not the session.
process.on('uncaughtException', (error) => {
  connection.console.error(`pageref: ${error.stack ?? error.message}`);
});
process.on('unhandledRejection', (reason) => {
  connection.console.error(`pageref: ${textOf(reason)}`);
});
new Server(connection, life, cache).attach();
connection.listen();
