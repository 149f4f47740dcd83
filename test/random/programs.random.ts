/**
 * Random programs against the interpreter, many more than a test has time for: `npm run test:random`. A program of which
 * the analysis says something wrong is shrunk and printed, with the command that makes it again. `--of references` makes
 * programs that take and put pages in place of those that test the reserved bit.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { program } from '../support/random/generate.js';
import { look } from '../support/random/look.js';
import { program as referenceProgram } from '../support/references/generate.js';
import { look as lookAtReferences } from '../support/references/look.js';

const { values } = parseArgs({
  options: {
    of: { type: 'string', default: 'tests' },
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
  const share = `${String(proven)} of ${String(safe)} ${values.of === 'references' ? 'leaking programs reported' : 'safe tests proven'}`;
  if (process.stdout.isTTY || (done / BATCH) % 10 === 9)
    say(`seed ${String(seed)}: ${String(done + BATCH)} programs, ${share}`);
}
say(`${String(runs)} programs from seed ${String(first)} on: ${String(failures)} batches with a wrong answer`);
process.exitCode = failures > 0 ? 1 : 0;

/** True when nothing wrong was said of the programs of one seed. */
function batch(seed: number, numRuns: number): Promise<boolean> {
  if (values.of === 'references') return batchOf(referenceProgram, countLeaks, { seed, numRuns });
  return batchOf(program, countTests, { seed, numRuns });
}

interface Looked {
  readonly text: string;
  readonly wrong: readonly string[];
}

async function countTests(made: Parameters<typeof look>[0]): Promise<Looked> {
  const seen = await look(made);
  safe += seen.safe;
  proven += seen.proven;
  return seen;
}

async function countLeaks(made: Parameters<typeof lookAtReferences>[0]): Promise<Looked> {
  const seen = await lookAtReferences(made);
  if (seen?.leaks) safe++;
  if (seen?.leaks && seen.reported) proven++;
  return seen ?? { text: '', wrong: [] };
}

async function batchOf<Made>(
  made: fc.Arbitrary<Made>,
  lookAt: (one: Made) => Promise<Looked>,
  { seed, numRuns }: { readonly seed: number; readonly numRuns: number },
): Promise<boolean> {
  const property = fc.asyncProperty(made, async (one) => (await lookAt(one)).wrong.length === 0);
  const found = await fc.check(property, { seed, numRuns, ...(values.path !== undefined && { path: values.path }) });
  if (!found.failed) return true;
  const [smallest] = found.counterexample ?? [];
  if (smallest !== undefined) {
    const { text, wrong } = await lookAt(smallest);
    say(`\n${text}\n${wrong.join('\n')}`);
  }
  say(
    `again: npm run test:random -- --of ${values.of} --seed ${String(seed)} --path ${found.counterexamplePath ?? ''}\n`,
  );
  return false;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
