import type { Site } from '@pageref/shared';
import { auditText } from '../memory-tree.js';
import type { Program } from './language.js';
import { reachedTests } from './machine.js';
import { print } from './print.js';

/** What the analysis says of a random program, held against what the program does. */
export interface Seen {
  readonly text: string;
  /** What is wrong: a test judged safe although a device page reaches it, or one that is reached and called unreachable. */
  readonly wrong: readonly string[];
  /** Tests that only other pages reach, and those of them that were judged so. */
  readonly safe: number;
  readonly proven: number;
}

const RELEASE = '6.12';

/** True where the verdict says that no device page comes to the test, whatever is done there. */
function excludes({ verdict, reason }: Site): boolean {
  return (
    verdict === 'guarded' ||
    verdict === 'never-zone-device' ||
    (verdict === 'handled' && reason.text.includes('ruled out'))
  );
}

export async function look(made: Program): Promise<Seen> {
  const { text, tests } = print(made);
  const reached = reachedTests(made);
  // Only who is lent an address can be rude.
  const rude = text.includes('take_into(') ? reachedTests(made, 'rude') : reached;
  const { sites, notAnalysed } = await auditText(RELEASE, 'random.c', text, undefined);
  const wrong = notAnalysed.map((one) => `line ${String(one.line)}: not read: ${one.why}`);
  let [safe, proven, found] = [0, 0, 0];
  for (const site of sites) {
    const place = `${String(site.line)}:${String(site.column)}`;
    const test = tests.get(place);
    if (!test) continue;
    found++;
    const told = `${place}: ${site.verdict} (${site.confidence}): ${site.reason.contract}`;
    if (site.reason.contract === 'unreachable' && reached.byAny.has(test)) wrong.push(told);
    if (excludes(site)) {
      if (reached.byDevice.has(test)) wrong.push(told);
      else if (site.confidence === 'high' && rude.byDevice.has(test)) wrong.push(`${told}, and strangers may write`);
    }
    if (!reached.byAny.has(test) || reached.byDevice.has(test)) continue;
    safe++;
    if (excludes(site)) proven++;
  }
  if (found !== tests.size) wrong.push(`${String(tests.size - found)} of ${String(tests.size)} tests were not found`);
  return { text, wrong, safe, proven };
}
