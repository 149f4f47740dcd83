/**
 * Random programs against the interpreter, many more than a test has time for: `npm run test:random`. A program of which
 * the analysis says something wrong is shrunk and printed, with the command that makes it again.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { program } from '../support/random/generate.js';
import { look } from '../support/random/look.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    path: { type: 'string' },
  },
});

/** Programs made of one seed; the next seeds follow. */
const BATCH = 1000;

const first = Number(values.seed);
const runs = values.path === undefined ? Number(values.runs) : 1;
let [safe, proven, failures] = [0, 0, 0];

for (let done = 0; done < runs; done += BATCH) {
  const seed = first + Math.floor(done / BATCH);
  if (!(await batch(seed, Math.min(BATCH, runs - done)))) failures++;
  const share = `${String(proven)} of ${String(safe)} safe tests proven`;
  if (process.stdout.isTTY || (done / BATCH) % 10 === 9)
    say(`seed ${String(seed)}: ${String(done + BATCH)} programs, ${share}`);
}
say(`${String(runs)} programs from seed ${String(first)} on: ${String(failures)} batches with a wrong answer`);
process.exitCode = failures > 0 ? 1 : 0;

/** True when nothing wrong was said of the programs of one seed. */
async function batch(seed: number, numRuns: number): Promise<boolean> {
  const property = fc.asyncProperty(program, async (made) => {
    const seen = await look(made);
    safe += seen.safe;
    proven += seen.proven;
    return seen.wrong.length === 0;
  });
  const found = await fc.check(property, { seed, numRuns, ...(values.path !== undefined && { path: values.path }) });
  if (!found.failed) return true;
  const [smallest] = found.counterexample ?? [];
  if (smallest) {
    const { text, wrong } = await look(smallest);
    say(`\n${text}\n${wrong.join('\n')}`);
  }
  say(`again: npm run test:random -- --seed ${String(seed)} --path ${found.counterexamplePath ?? ''}\n`);
  return false;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
