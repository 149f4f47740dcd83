import { DEFAULT_SETTINGS, readSettings, SETTINGS_SECTION } from '@pageref/shared';
import type { Settings } from '@pageref/shared';
import { ConfigurationRequest } from 'vscode-languageserver/node';
import type { Connection } from 'vscode-languageserver/node';
import type { Client } from './client.js';
import { textOf } from './log.js';
import type { Log } from './log.js';

/** The settings of each folder: asked of the client where it answers, else what it sent of its own accord. */
export class Configuration {
  private sent: unknown;
  private readonly known = new Map<string, Promise<Settings>>();

  constructor(
    private readonly connection: Connection,
    private readonly client: Client,
    private readonly log: Log,
    initial: unknown,
  ) {
    this.sent = sectionOf(initial);
  }

  /** @param folder URI of a workspace folder; undefined for documents outside of all */
  of(folder: string | undefined): Promise<Settings> {
    const key = folder ?? '';
    let settings = this.known.get(key);
    if (!settings) {
      settings = this.read(folder);
      this.known.set(key, settings);
    }
    return settings;
  }

  /** `workspace/didChangeConfiguration`: a client that is asked need not send the values. */
  changed(settings: unknown): void {
    if (!this.client.configuration && settings !== undefined && settings !== null) this.sent = sectionOf(settings);
    this.known.clear();
  }

  private async read(folder: string | undefined): Promise<Settings> {
    const value = this.client.configuration ? await this.ask(folder) : this.sent;
    const { settings, problems } = readSettings(value);
    for (const problem of problems) this.log.warnOnce(problem);
    return settings;
  }

  private async ask(folder: string | undefined): Promise<unknown> {
    try {
      const item = { section: SETTINGS_SECTION, ...(folder !== undefined && { scopeUri: folder }) };
      const answer = (await this.connection.sendRequest(ConfigurationRequest.type, { items: [item] })) as unknown;
      const value: unknown = Array.isArray(answer) ? answer[0] : undefined;
      // A client that has never heard of the section answers null; what it sent at the start then stands.
      return value ?? this.sent;
    } catch (error) {
      this.log.warnOnce(`the settings could not be read, the defaults are used: ${textOf(error)}`);
      return DEFAULT_SETTINGS;
    }
  }
}

/** Clients send the section itself, or an object that holds it. */
function sectionOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(SETTINGS_SECTION in value)) return value;
  return (value as Record<string, unknown>)[SETTINGS_SECTION];
}
