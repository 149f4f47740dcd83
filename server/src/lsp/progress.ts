import { randomUUID } from 'node:crypto';
import {
  WorkDoneProgress,
  WorkDoneProgressCancelNotification,
  WorkDoneProgressCreateRequest,
} from 'vscode-languageserver/node';
import type { Connection, ProgressToken } from 'vscode-languageserver/node';
import type { Client } from './client.js';

/** A running piece of work as the client shows it. */
export interface RunningWork {
  /** @param percentage 0 to 100; undefined while the total is not known */
  report(message: string, percentage: number | undefined): void;
  end(message: string): void;
}

const SILENT: RunningWork = { report: () => undefined, end: () => undefined };

/** Work-done progress, with a token of the client or one that is made for it; and the stop button of the latter. */
export class ProgressReporter {
  private readonly stops = new Map<ProgressToken, () => void>();

  constructor(
    private readonly connection: Connection,
    private readonly client: Client,
  ) {
    connection.onNotification(WorkDoneProgressCancelNotification.type, ({ token }) => this.stops.get(token)?.());
  }

  async begin(title: string, given: ProgressToken | undefined, stop: () => void): Promise<RunningWork> {
    const token = given ?? (await this.create());
    if (token === undefined) return SILENT;
    this.stops.set(token, stop);
    const send = (value: object): void => {
      void this.connection.sendProgress(WorkDoneProgress.type, token, value as never).catch(() => undefined);
    };
    send({ kind: 'begin', title, cancellable: true, percentage: 0 });
    let shown = '';
    return {
      report: (message, percentage) => {
        const whole = percentage === undefined ? undefined : Math.max(0, Math.min(100, Math.floor(percentage)));
        const text = `${message} ${whole ?? ''}`;
        if (text === shown) return;
        shown = text;
        send({ kind: 'report', message, ...(whole !== undefined && { percentage: whole }) });
      },
      end: (message) => {
        this.stops.delete(token);
        send({ kind: 'end', message });
      },
    };
  }

  private async create(): Promise<ProgressToken | undefined> {
    if (!this.client.createsProgress) return undefined;
    const token = randomUUID();
    try {
      await this.connection.sendRequest(WorkDoneProgressCreateRequest.type, { token });
      return token;
    } catch {
      return undefined;
    }
  }
}
