import { join } from 'node:path';
import { EventEmitter, workspace } from 'vscode';
import type { CancellationToken, Disposable, ExtensionContext, LogOutputChannel } from 'vscode';
import { LanguageClient, RevealOutputChannelOn, State, TransportKind } from 'vscode-languageclient/node';
import type { LanguageClientOptions, ServerOptions, StaticFeature } from 'vscode-languageclient/node';
import { EFFECT_TABLE_COMMAND, SUPPRESSIONS_FILE, SETTINGS_SECTION, USER_MODEL_FILE } from '@pageref/shared';
import { messageOf } from './words.js';

/** Documents the server is told of: C, and headers, which the editor takes for C++. */
export const SELECTOR = [
  ...['file', 'untitled', 'git'].map((scheme) => ({ scheme, language: 'c' })),
  { scheme: 'file', language: 'cpp', pattern: '**/*.h' },
];

/** They say which release a tree is, and what its arches can do; what was not saved of them counts. */
const TREE_FILES = { scheme: 'file', pattern: '**/{Makefile,Kconfig*}' };

/** Written for the server itself: it shows their mistakes. */
const DATA_FILES = { scheme: 'file', pattern: `**/{${USER_MODEL_FILE},${SUPPRESSIONS_FILE}}` };

/** The language server's process, started when somebody first asks for it. */
export class Server implements Disposable {
  private client: LanguageClient | undefined;
  private starting: Promise<LanguageClient> | undefined;
  private readonly changed = new EventEmitter<void>();
  /** Fires when the server has started or ended. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
  ) {}

  get isRunning(): boolean {
    return this.client?.state === State.Running;
  }

  /** The running client. Rejects when the server does not start; the next call tries again. */
  start(): Promise<LanguageClient> {
    this.starting ??= this.launch().catch((error: unknown) => {
      this.starting = undefined;
      this.log.error(`the language server did not start: ${messageOf(error)}`);
      throw error;
    });
    return this.starting;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    const { client } = this;
    [this.client, this.starting] = [undefined, undefined];
    await client?.dispose().catch((error: unknown) => {
      this.log.warn(`the language server did not stop in order: ${messageOf(error)}`);
    });
    this.changed.fire();
  }

  async request<Result>(method: string, params: object, token?: CancellationToken): Promise<Result> {
    const client = await this.start();
    // A missing token would be taken for a second parameter.
    return token ? client.sendRequest<Result>(method, params, token) : client.sendRequest<Result>(method, params);
  }

  dispose(): void {
    void this.stop();
    this.changed.dispose();
  }

  private async launch(): Promise<LanguageClient> {
    const client = new LanguageClient(SETTINGS_SECTION, 'pageref', serverOptions(this.context), this.clientOptions());
    client.registerFeature(OWN_COMMANDS);
    client.onDidChangeState(() => this.changed.fire());
    this.client = client;
    await client.start();
    return client;
  }

  private clientOptions(): LanguageClientOptions {
    return {
      documentSelector: [...SELECTOR, TREE_FILES, DATA_FILES],
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: workspace.getConfiguration(SETTINGS_SECTION),
      markdown: { isTrusted: { enabledCommands: [EFFECT_TABLE_COMMAND] } },
      diagnosticPullOptions: { onChange: true, onSave: true },
      initializationFailedHandler: () => false,
    };
  }
}

/** Says that a code action may name the commands that ask for a reason and show places. */
const OWN_COMMANDS: StaticFeature = {
  fillClientCapabilities: (capabilities) => {
    const pageref = { asksReason: true, peeksPlaces: true, showsTables: true };
    capabilities.experimental = { ...(capabilities.experimental as object), pageref };
  },
  initialize: () => undefined,
  getState: () => ({ kind: 'static' }),
  clear: () => undefined,
};

/** The server is the command line's bundle, run by the editor's own Node: nothing has to be installed. */
function serverOptions(context: ExtensionContext): ServerOptions {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', ELECTRON_NO_ASAR: '1' };
  return {
    command: process.execPath,
    args: [join(context.extensionPath, 'dist', 'bundle', 'server', 'main.js'), 'lsp'],
    transport: TransportKind.stdio,
    options: { env, cwd: context.extensionPath },
  };
}
