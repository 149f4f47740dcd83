import { createConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { textOf } from './log.js';
import { Server } from './server.js';

/**
 * Serves one client over this process's standard input and output, until the client says `exit` or goes away: then the
 * process ends, with code 0 when it was shut down first and 1 otherwise. The promise never resolves.
 * @param signal ends the process at once
 */
export function serveStdio(signal: AbortSignal): Promise<never> {
  const reader = new StreamMessageReader(process.stdin);
  const connection = createConnection(reader, new StreamMessageWriter(process.stdout));
  const server = new Server(connection);
  const end = (): never => process.exit(server.wasShutDown ? 0 : 1);
  process.stdin.on('end', end).on('close', end);
  signal.addEventListener('abort', end, { once: true });
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
  server.attach();
  connection.listen();
  return new Promise(() => undefined);
}
