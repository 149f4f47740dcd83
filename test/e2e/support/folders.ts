import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEST_FOLDER } from '../../support/golden.js';

/** What a run leaves for people: pictures of every run, logs of one that failed. Ignored by git. */
export const ARTIFACTS = join(TEST_FOLDER, 'e2e', 'artifacts');

/** Runs `body` with a fresh folder, which is gone afterwards; its logs are kept when the body fails. */
export async function withRunFolder<Result>(name: string, body: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `pageref-e2e-${name}-`)));
  try {
    return await body(folder);
  } catch (error) {
    keepLogs(name, folder);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function keepLogs(name: string, folder: string): void {
  const logs = join(folder, 'data', 'data', 'logs');
  if (existsSync(logs)) cpSync(logs, artifact(`${name}-logs`), { recursive: true });
}

/** Path for an artefact, whose folder is there. */
export function artifact(name: string): string {
  mkdirSync(ARTIFACTS, { recursive: true });
  return join(ARTIFACTS, name);
}
