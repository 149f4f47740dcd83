import { createConnection } from 'vscode-languageserver/node';
import { textOf } from './log.js';
import { Server } from './server.js';

/**
 * Serves one client over this process's standard input and output, until the client says `exit` or goes away: then the
 * process ends, with code 0 when it was shut down first and 1 otherwise. The promise never resolves.
 * @param signal ends the process at once
 */
export function serveStdio(signal: AbortSignal): Promise<never> {
  const connection = createConnection(process.stdin, process.stdout);
  // The last resort: whatever nobody has caught costs the request it happened in, not the session.
  process.on('uncaughtException', (error) => {
    connection.console.error(`pageref: ${error.stack ?? error.message}`);
  });
  process.on('unhandledRejection', (reason) => {
    connection.console.error(`pageref: ${textOf(reason)}`);
  });
  signal.addEventListener('abort', () => process.exit(1), { once: true });
  new Server(connection).attach();
  connection.listen();
  return new Promise(() => undefined);
}
