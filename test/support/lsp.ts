import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import type {
  ApplyWorkspaceEditResult,
  Diagnostic,
  DocumentDiagnosticReport,
  InitializeResult,
  Position,
  ProtocolConnection,
  PublishDiagnosticsParams,
  Range,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol/node';
import { PROGRAM } from './cli.js';

/** Capabilities of an editor that asks for diagnostics and counts columns in bytes. */
export const PULLS = {
  general: { positionEncodings: ['utf-8', 'utf-16'] },
  textDocument: {
    diagnostic: { relatedInformation: true, codeDescriptionSupport: true, dataSupport: true },
    hover: { contentFormat: ['markdown', 'plaintext'] },
  },
  workspace: {
    configuration: true,
    workspaceFolders: true,
    diagnostics: { refreshSupport: true },
    codeLens: { refreshSupport: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    didChangeConfiguration: { dynamicRegistration: true },
  },
  window: { workDoneProgress: true },
};

/** Capabilities of an editor that waits for diagnostics and knows nothing newer. */
export const PUBLISHES = { textDocument: { publishDiagnostics: {} } };

export interface ClientOptions {
  readonly capabilities?: object;
  /** Absolute paths of the workspace's folders. */
  readonly folders?: readonly string[];
  readonly initializationOptions?: unknown;
  /** What `workspace/configuration` answers for a folder. */
  readonly settings?: (scopeUri: string | undefined) => unknown;
  /** What the editor makes of an edit the server asks for; without it none is applied. */
  readonly applyEdit?: (edit: WorkspaceEdit) => ApplyWorkspaceEditResult | Promise<ApplyWorkspaceEditResult>;
  /** Another server than the built program: its command line. */
  readonly server?: readonly [program: string, ...args: string[]];
}

export interface Logged {
  readonly type: number;
  readonly message: string;
}

/** An editor as the server sees one: the built program as a process, spoken to over its standard streams. */
export class LspClient {
  readonly logs: Logged[] = [];
  readonly messages: string[] = [];
  readonly registered: string[] = [];
  readonly published: PublishDiagnosticsParams[] = [];
  readonly progress: { readonly token: unknown; readonly value: Record<string, unknown> }[] = [];
  /** URIs the server asked to be shown, with the range to be selected behind them. */
  readonly shown: string[] = [];
  refreshes = 0;
  initialized: InitializeResult = { capabilities: {} };
  stderr = '';
  private readonly waiting: { done: () => boolean; resolve: () => void }[] = [];
  private readonly exited: Promise<number>;
  /** Bytes kept back to be sent in one piece; absent while everything goes out at once. */
  private held: Buffer[] | undefined;

  private constructor(
    readonly process: ChildProcessWithoutNullStreams,
    readonly connection: ProtocolConnection,
    sent: PassThrough,
    options: ClientOptions,
  ) {
    sent.on('data', (bytes: Buffer) => {
      if (this.held) this.held.push(bytes);
      else process.stdin.write(bytes);
    });
    // What is still on its way to a server that was killed goes nowhere; one that died by itself fails the requests that wait.
    process.stdin.on('error', () => undefined);
    process.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exited = new Promise((resolve) => process.on('close', (code) => resolve(code ?? -1)));
    const on = (method: string, take: (params: never) => void): void => {
      connection.onNotification(method, (params) => {
        take(params as never);
        this.wake();
      });
    };
    on('window/logMessage', (params: Logged) => this.logs.push(params));
    on('window/showMessage', (params: Logged) => this.messages.push(params.message));
    on('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => this.published.push(params));
    on('$/progress', (params: never) => this.progress.push(params));
    connection.onRequest('workspace/configuration', ({ items }: { items: { scopeUri?: string }[] }) =>
      items.map(({ scopeUri }) => (options.settings ? (options.settings(scopeUri) ?? null) : unasked(options))),
    );
    connection.onRequest('client/registerCapability', (params: { registrations: { method: string }[] }) => {
      this.registered.push(...params.registrations.map(({ method }) => method));
      this.wake();
    });
    connection.onRequest('window/workDoneProgress/create', () => null);
    connection.onRequest('workspace/diagnostic/refresh', () => {
      this.refreshes++;
      this.wake();
      return null;
    });
    connection.onRequest('workspace/codeLens/refresh', () => null);
    connection.onRequest(
      'workspace/applyEdit',
      ({ edit }: { edit: WorkspaceEdit }) => options.applyEdit?.(edit) ?? { applied: false },
    );
    connection.onRequest('window/showDocument', ({ uri, selection }: { uri: string; selection?: Range }) => {
      this.shown.push(selection ? `${uri}#${span(selection)}` : uri);
      return { success: true };
    });
  }

  /** A process that was not spoken to yet. */
  static spawn(options: ClientOptions = {}): LspClient {
    const [program, ...args] = options.server ?? [process.execPath, PROGRAM, 'lsp', '--stdio'];
    const child = spawn(program, args);
    const sent = new PassThrough();
    const reader = new StreamMessageReader(child.stdout);
    // The reader's clock for a message that came in part is never stopped: where a server dies in one, the test would not end.
    reader.partialMessageTimeout = 0;
    const connection = createProtocolConnection(reader, new StreamMessageWriter(sent));
    const client = new LspClient(child, connection, sent, options);
    connection.onError(() => undefined);
    connection.listen();
    return client;
  }

  /** A server that is ready. */
  static async start(options: ClientOptions = {}): Promise<LspClient> {
    const client = LspClient.spawn(options);
    await client.initialize(options);
    return client;
  }

  async initialize({ capabilities = PULLS, folders = [], initializationOptions }: ClientOptions): Promise<void> {
    const workspaceFolders = folders.map((path) => ({ uri: uriOf(path), name: path }));
    this.initialized = await this.connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities,
      workspaceFolders,
      ...(initializationOptions !== undefined && { initializationOptions }),
    });
    await this.connection.sendNotification('initialized', {});
  }

  request<Result>(method: string, params: unknown): Promise<Result> {
    return this.connection.sendRequest(method, params);
  }

  /** A request and its cancellation in one piece, so that the answer cannot be faster than the cancellation. */
  async requestAndCancel(method: string, params: unknown): Promise<unknown> {
    const source = new CancellationTokenSource();
    const held: Buffer[] = [];
    this.held = held;
    const request = this.connection.sendRequest(method, params, source.token);
    source.cancel();
    while (!held.some((bytes) => bytes.includes('"$/cancelRequest"'))) await nextTurn();
    this.held = undefined;
    this.process.stdin.write(Buffer.concat(held));
    return request;
  }

  notify(method: string, params: unknown): Promise<void> {
    return this.connection.sendNotification(method, params);
  }

  open(uri: string, text: string, version = 1, languageId = 'c'): Promise<void> {
    return this.notify('textDocument/didOpen', { textDocument: { uri, languageId, version, text } });
  }

  change(uri: string, version: number, contentChanges: readonly { range?: Range; text: string }[]): Promise<void> {
    return this.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges });
  }

  close(uri: string): Promise<void> {
    return this.notify('textDocument/didClose', { textDocument: { uri } });
  }

  pull(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    return this.request('textDocument/diagnostic', {
      textDocument: { uri },
      ...(previousResultId !== undefined && { previousResultId }),
    });
  }

  /** Diagnostics of a document, pulled. */
  async diagnostics(uri: string): Promise<Diagnostic[]> {
    const report = await this.pull(uri);
    if (report.kind !== 'full') throw new Error(`a full report was expected: ${JSON.stringify(report)}`);
    return report.items;
  }

  /** The first diagnostics published for a version of a document. */
  async publishedFor(uri: string, version: number): Promise<Diagnostic[]> {
    const found = (): PublishDiagnosticsParams | undefined =>
      this.published.find((one) => one.uri === uri && one.version === version);
    await this.until(() => found() !== undefined, `diagnostics of ${uri}, version ${String(version)}`);
    return found()?.diagnostics ?? [];
  }

  /** Waits for something the server has to send. */
  async until(done: () => boolean, what: string, milliseconds = 60_000): Promise<void> {
    if (done()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`the server did not send ${what}; log: ${JSON.stringify(this.logs)} ${this.stderr}`));
      }, milliseconds);
      this.waiting.push({
        done,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      });
    });
  }

  private wake(): void {
    for (const one of this.waiting.filter(({ done }) => done())) {
      this.waiting.splice(this.waiting.indexOf(one), 1);
      one.resolve();
    }
  }

  logged(part: string | RegExp): boolean {
    return this.logs.some(({ message }) => (typeof part === 'string' ? message.includes(part) : part.test(message)));
  }

  /** Ends the session as the protocol wants it; gives the exit code of the process. */
  async stop(): Promise<number> {
    await this.request('shutdown', undefined);
    await this.notify('exit', undefined);
    return this.exitCode();
  }

  exitCode(): Promise<number> {
    return this.exited;
  }

  kill(): void {
    this.connection.dispose();
    this.process.kill('SIGKILL');
  }
}

/** What is found in the background comes at its own time: a test asks for it that waits for it. */
function unasked({ initializationOptions }: ClientOptions): unknown {
  return initializationOptions === undefined ? { wholeTree: false } : null;
}

/** Runs `body` with a server and ends the server afterwards, which must go well. */
export async function withServer(options: ClientOptions, body: (client: LspClient) => Promise<void>): Promise<void> {
  const client = await LspClient.start(options);
  try {
    await body(client);
    assert.equal(await client.stop(), 0);
    assert.equal(client.stderr, '');
  } finally {
    client.kill();
  }
}

export function uriOf(path: string): string {
  return pathToFileURL(path).href;
}

/** Zero-based position of the marker `$` in a text, and the text without it; columns in UTF-16 code units. */
export function cursorIn(marked: string): { readonly text: string; readonly position: Position } {
  const offset = marked.indexOf('$');
  assert.ok(offset >= 0, 'the text has a cursor');
  const before = marked.slice(0, offset).split('\n');
  const position = { line: before.length - 1, character: (before.at(-1) ?? '').length };
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), position };
}

/** "line:column-line:column" of a range, one-based as editors show it. */
export function span({ start, end }: Range): string {
  return `${String(start.line + 1)}:${String(start.character + 1)}-${String(end.line + 1)}:${String(end.character + 1)}`;
}
