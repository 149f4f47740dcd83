import { availableParallelism } from 'node:os';
import type { WriteStream } from 'node:tty';
import { EXIT, type Engine, type Io, type Sink } from './io.js';
import { cacheFolder } from './cache-folder.js';
import { main } from './run.js';
import { expectShortRun } from './short-run.js';

/**
 * Runs the command line of this process: streams and the exit code. Signals are left to the system, see `unbroken`.
 * @param load gives the engine; tests hand in one that is slow or talkative
 */
export async function runProcess(load: Io['loadEngine'] = loadEngine): Promise<void> {
  const code = await main(process.argv.slice(2), processIo(load));
  // Output to a pipe may still be on its way, so the process is not ended here.
  process.exitCode ??= code;
}

function processIo(load: Io['loadEngine']): Io {
  return {
    stdout: sink(process.stdout, 'standard output'),
    stderr: sink(process.stderr, 'standard error'),
    env: process.env,
    cwd: process.cwd(),
    cores: availableParallelism(),
    readStdin: async () => {
      const parts: Uint8Array[] = [];
      for await (const part of process.stdin) parts.push(part as Uint8Array);
      return Buffer.concat(parts);
    },
    loadEngine: load,
    serve: async () => (await import('../lsp/main.js')).serveStdio(cacheFolder({ env: process.env }, {})),
  };
}

async function loadEngine(): Promise<Engine> {
  expectShortRun();
  return await import('../runs/index.js');
}

/** A reader that went away (`| head`) ends the writing, quietly; any other failure to write is an error. */
function sink(stream: WriteStream, name: string): Sink {
  let open = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (open && error.code !== 'EPIPE') {
      process.exitCode = EXIT.cannotRun;
      if (stream !== process.stderr) process.stderr.write(`pageref: cannot write to ${name}: ${error.message}\n`);
    }
    open = false;
  });
  return {
    write: (text) => {
      if (open) stream.write(text);
    },
    isTTY: stream.isTTY,
    columns: stream.columns,
  };
}
