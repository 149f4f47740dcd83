import type { RuleId } from '@pageref/shared';
import { checkText } from '../memory-tree.js';
import type { Program } from './language.js';
import { run } from './machine.js';
import type { Happens } from './machine.js';
import { print } from './print.js';

/** What the rules say of a random program, held against what happens on its ways. */
export interface Seen {
  readonly text: string;
  /** Findings of what happens on no way. */
  readonly wrong: readonly string[];
  /** True where pages leak on some way, and where a leak is reported. */
  readonly leaks: boolean;
  readonly reported: boolean;
}

const RELEASE = '6.12';
const RULES: readonly RuleId[] = ['get-without-put', 'put-without-get', 'use-after-put'];

/** Undefined for a program of too many ways. */
export async function look(made: Program): Promise<Seen | undefined> {
  const printed = print(made);
  const happens = run(made, printed);
  if (!happens) return undefined;
  const { findings } = await checkText(RELEASE, 'random.c', printed.text, RULES);
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  const wrong = warnings.filter((finding) => !isReal(finding, happens));
  return {
    text: printed.text,
    wrong: wrong.map(({ rule, line, message }) => `line ${String(line)}: ${rule}: ${message}`),
    leaks: happens.left.some(({ kept }) => !kept),
    reported: warnings.some(({ rule }) => rule === 'get-without-put'),
  };
}

interface Said {
  readonly rule: string;
  readonly line: number;
  readonly related: readonly { readonly line: number }[];
}

function isReal({ rule, line, related: [first] }: Said, { left, undone, wrongPuts, lateUses }: Happens): boolean {
  if (rule === 'put-without-get') return wrongPuts.has(line);
  if (rule === 'use-after-put') return lateUses.has(line) || wrongPuts.has(line);
  return left.some(
    ({ taken, passed, kept }) => taken === first?.line && passed.has(line) && (!kept || undone.has(taken)),
  );
}
