import { visible } from '@pageref/shared';
import type { RemoteConsole } from 'vscode-languageserver/node';

/** Messages for the client's log. Each warning is given once, so that a fault at every key press does not fill it. */
export class Log {
  private readonly given = new Set<string>();

  constructor(private readonly console: RemoteConsole) {}

  info(message: string): void {
    this.console.info(visible(message));
  }

  warnOnce(message: string): void {
    if (this.given.has(message)) return;
    if (this.given.size > MOST) this.given.clear();
    this.given.add(message);
    this.console.warn(visible(message));
  }
}

const MOST = 10_000;

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
