import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Attack, Failure, Outcome } from './attack.js';
import { Random } from './random.js';

/** What a run is asked for. */
export interface RunOptions {
  readonly seed: number;
  /** Time for all attacks together; each makes one round at least. */
  readonly minutes: number;
  /** Names of attacks; all of them where it is empty. */
  readonly only: readonly string[];
  /** The one round that is made of each, to see a failure again. */
  readonly round?: number | undefined;
  /** Whether folders of failed rounds stay, to be looked at. */
  readonly keeps?: boolean;
  readonly say: (line: string) => void;
}

/** Failures of one attack after which it is given up: the rest of its time would tell the same. */
const ENOUGH = 3;

/** Makes rounds of every attack until its share of the time is used. */
export async function runAttacks(attacks: readonly Attack[], options: RunOptions): Promise<readonly Outcome[]> {
  const chosen = attacks.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const shares = chosen.reduce((sum, { share }) => sum + share, 0);
  const outcomes: Outcome[] = [];
  for (const attack of chosen) {
    const outcome = await runAttack(attack, options, (options.minutes * 60_000 * attack.share) / shares);
    options.say(summaryText(outcome));
    outcomes.push(outcome);
  }
  return outcomes;
}

async function runAttack(attack: Attack, options: RunOptions, milliseconds: number): Promise<Outcome> {
  const begin = performance.now();
  const failures: Failure[] = [];
  let [rounds, tried] = [0, 0];
  for (let round = options.round ?? 1; ; round++) {
    const message = await attempt(attack, options, round, (count) => (tried += count));
    rounds++;
    if (message !== undefined) {
      failures.push({ round, message });
      options.say(failureText(attack, options.seed, { round, message }));
    }
    const isOver = performance.now() - begin >= milliseconds || failures.length >= ENOUGH;
    if (options.round !== undefined || isOver) break;
  }
  const seconds = (performance.now() - begin) / 1000;
  return { name: attack.name, rounds, tried, failures, seconds };
}

/** One round; gives what went wrong. */
async function attempt(
  attack: Attack,
  { seed, keeps = false }: RunOptions,
  round: number,
  count: (tried: number) => void,
): Promise<string | undefined> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pageref-attack-')));
  let isWorthKeeping = false;
  try {
    const random = new Random(seed, attack.name, round);
    await attack.round({ random, folder, tried: (tried = 1) => count(tried) });
    return undefined;
  } catch (error) {
    isWorthKeeping = keeps;
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return keeps ? `${message}\nkept: ${folder}` : message;
  } finally {
    if (!isWorthKeeping) rmSync(folder, { recursive: true, force: true });
  }
}

/** What broke a promise, and the one command that shows it again. */
export function failureText({ name, promise }: Attack, seed: number, { round, message }: Failure): string {
  const again = `npm run test:attack -- --only ${name} --seed ${String(seed)} --round ${String(round)}`;
  return [`FAILED ${name}: ${promise}`, ...message.split('\n').map((line) => `  ${line}`), `  again: ${again}`].join(
    '\n',
  );
}

/** The figures of an attack, in columns. */
export function summaryText({ name, rounds, tried, failures, seconds }: Outcome): string {
  const figures = [`${rounds} rounds`, `${tried} tried`, `${failures.length} failed`, `${seconds.toFixed(0)} s`];
  return [name.padEnd(20), ...figures.map((cell) => cell.padStart(14))].join('');
}
