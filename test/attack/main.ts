import { parseArgs } from 'node:util';
import { runAttacks } from './run.js';
import { ATTACKS } from './table.js';

/**
 * `npm run test:attack`: ten minutes of everything that was ever tried against the program, with other random numbers each time.
 * `--minutes N`, `--seed S`, `--only NAME` (more than once), `--round N`, `--keep` for the folders of failed rounds.
 * PAGEREF_PROGRAM names another build to attack.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    only: { type: 'string', multiple: true, default: [] },
    round: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
const unknown = values.only.find((name) => !ATTACKS.some((attack) => attack.name === name));
if (!(minutes > 0) || !Number.isInteger(seed) || unknown !== undefined) {
  process.stderr.write(
    `Attacks are ${ATTACKS.map(({ name }) => name).join(', ')}; --minutes and --seed are numbers.\n`,
  );
  process.exit(2);
}
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
say(`seed ${String(seed)}, ${String(minutes)} minutes`);
const round = values.round === undefined ? undefined : Number(values.round);
const outcomes = await runAttacks(ATTACKS, { seed, minutes, only: values.only, round, keeps: values.keep, say });
process.exitCode = outcomes.some(({ failures }) => failures.length > 0) ? 1 : 0;
