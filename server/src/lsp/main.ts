import { SHARE_ENV, Worker } from 'node:worker_threads';
import { visible } from '@pageref/shared';
import { FrameCheck } from './frames.js';
import { Life } from './life.js';

/** Time the server's thread has to end by itself when its client is gone, and to be ended when it does not. Milliseconds. */
const GRACE_MS = 400;

/** What the server's thread is started with. */
export interface ServerSetup {
  /** Memory of a Life. */
  readonly shared: SharedArrayBuffer;
  /** Absolute path of the folder that keeps what is found out of a tree; nothing is kept without it. */
  readonly cache: string | undefined;
}

/**
 * Serves one client over this process's standard input and output, until the client says `exit` or goes away: then the
 * process ends, with code 0 when it was shut down first and 1 otherwise. The promise never resolves.
 *
 * The server works in a thread of its own. This one hands on what comes in and has nothing else to do, so that the end of the
 * input and a frame that cannot be used end the process whatever the server is busy with. Signals are the system's business:
 * they end the process at once.
 * @param cache as in ServerSetup
 * @param module of the server's thread; another one only in tests
 */
export function serveStdio(cache?: string, module = new URL('./server-worker.js', import.meta.url)): Promise<never> {
  const life = new Life();
  const worker = startServer(module, { shared: life.shared, cache });
  let ending: number | undefined;
  worker.on('message', (bytes: Uint8Array) => process.stdout.write(bytes));
  // What the server has said last is on its way still where writing to a pipe takes its time.
  worker.on('exit', (code) => process.stdout.write('', () => process.exit(ending ?? code)));
  const end = (code: number): void => {
    ending ??= code;
    // A thread that waits for the system cannot be ended, and would hold up an orderly exit for ever.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS);
    void worker.terminate();
  };
  worker.on('error', (error) => {
    tell(`the language server stopped: ${error instanceof Error ? error.message : String(error)}`);
    end(1);
  });
  process.stdout.on('error', () => {
    end(life.exitCode);
  });
  handOn(worker, {
    onBad: (why) => {
      tell(`what came from the client is no message: ${why}`);
      end(1);
    },
    onEnd: () => setTimeout(() => end(life.exitCode), GRACE_MS),
  });
  return new Promise(() => undefined);
}

function startServer(module: URL, setup: ServerSetup): Worker {
  return new Worker(module, {
    workerData: setup,
    argv: process.argv.slice(2),
    execArgv: [],
    env: SHARE_ENV,
    stdin: true,
  });
}

/** Gives the client's bytes to the server as fast as it takes them. */
function handOn(worker: Worker, told: { readonly onBad: (why: string) => void; readonly onEnd: () => void }): void {
  const frames = new FrameCheck();
  const { stdin } = worker;
  process.stdin.on('data', (bytes: Buffer) => {
    const problem = frames.take(bytes);
    if (problem !== undefined) {
      process.stdin.destroy();
      told.onBad(problem);
    } else if (stdin?.write(bytes) === false) {
      process.stdin.pause();
      stdin.once('drain', () => process.stdin.resume());
    }
  });
  process.stdin.once('close', () => {
    stdin?.end();
    told.onEnd();
  });
}

function tell(text: string): void {
  process.stderr.write(`pageref: ${visible(text)}\n`);
}
