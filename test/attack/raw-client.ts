import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { SERVER } from './process.js';

/** What came back for a request. */
export interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A client that writes bytes, so that it can write what no library would. */
export class RawClient {
  stderr = '';
  readonly ended: Promise<number | NodeJS.Signals | null>;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly answers = new Map<number, (answer: Answer | undefined) => void>();
  private received = Buffer.alloc(0);
  private lastId = 1000;

  constructor() {
    const [program, ...args] = SERVER;
    this.child = spawn(program, args);
    this.child.stdin.on('error', () => undefined);
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.child.stdout.on('data', (bytes: Buffer) => {
      this.received = Buffer.concat([this.received, bytes]);
      this.read();
    });
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        for (const answer of this.answers.values()) answer(undefined);
        resolve(signal ?? code);
      });
    });
  }

  write(bytes: string | Uint8Array): void {
    this.child.stdin.write(bytes);
  }

  send(message: unknown): void {
    this.write(frame(message));
  }

  /** The answer to a request; undefined when the server has ended. Rejects when nothing comes. */
  request(method: string, params: unknown, milliseconds = 60_000): Promise<Answer | undefined> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`${method} ${JSON.stringify(params)} was not answered; ${this.stderr}`));
      }, milliseconds);
      this.answers.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.send({ jsonrpc: '2.0', id, method, ...(params !== undefined && { params }) });
    });
  }

  closeInput(): void {
    this.child.stdin.end();
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private read(): void {
    for (;;) {
      const end = this.received.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/.exec(this.received.toString('latin1', 0, Math.max(0, end)))?.[1]);
      if (end < 0 || !(this.received.length >= end + 4 + length)) return;
      const message = JSON.parse(this.received.toString('utf8', end + 4, end + 4 + length)) as Answer & {
        id?: unknown;
        method?: string;
      };
      this.received = this.received.subarray(end + 4 + length);
      if (message.method === undefined) this.answers.get(Number(message.id))?.(message);
      // The server asks for settings and registrations: it gets none.
      else if (message.id !== undefined) this.send({ jsonrpc: '2.0', id: message.id, result: null });
    }
  }
}

export function frame(message: unknown): string {
  const text = JSON.stringify(message);
  return `Content-Length: ${String(Buffer.byteLength(text))}\r\n\r\n${text}`;
}
