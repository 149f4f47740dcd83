import { isAbsolute, resolve } from 'node:path';
import {
  compareReleases,
  IMPACTS,
  LONG_TERM_RELEASES,
  RELEASES,
  nearest,
  parseRelease,
  RULE_IDS,
  VERDICTS,
  type Defines,
  type Impact,
  type Release,
  type RuleId,
  type Verdict,
  jsonText,
} from '@pageref/shared';
import type { Explainable } from '../print/explain/explained.js';
import { UsageError } from './io.js';

/** Readers turn the text of an option into its value, or throw a UsageError that says what would be right. */

const MOST_JOBS = 256;

/** `HAVE_X`, `HAVE_X=1` for a macro that the build defines, `HAVE_X=0` for one that it does not. */
export function readDefine(text: string): Defines {
  const [, name, value = '1'] = /^([A-Za-z_]\w*)(?:=([01]))?$/.exec(text) ?? [];
  if (name !== undefined) return { [name]: value === '1' };
  throw new UsageError(
    `--define: ${quoted(text)} is no macro that is defined or not`,
    'Give its name, with =0 where the build does not define it: --define HAVE_PIN_USER_PAGES=0.',
  );
}

/** One release, as a list of one. */
export function readRelease(text: string): readonly Release[] {
  const release = parseRelease(text);
  if (release === undefined && /,|\.\./.test(text)) {
    throw new UsageError(
      `--kernel: ${quoted(text)} is more than one release`,
      'Only audit and check take several; give one release here.',
    );
  }
  return [knownRelease(text)];
}

/** Releases, and ranges of them: `5.4,6.1..6.12`. Oldest first, none twice. */
export function readReleases(text: string): readonly Release[] {
  const found = new Set(listed('--kernel', text).flatMap(releasesIn));
  return [...found].sort(compareReleases);
}

/** A range stands for its ends and the long-term releases between. */
function releasesIn(word: string): readonly Release[] {
  const [first = '', last, ...more] = word.split('..');
  if (last === undefined) return [knownRelease(first)];
  if (first === '' || last === '') {
    const end = first === '' ? 'beginning' : 'end';
    throw new UsageError(`--kernel: ${quoted(word)} is no range: it has no ${end}`, 'Name both releases.');
  }
  const [from, to] = [knownRelease(first), knownRelease(last)];
  if (more.length > 0 || compareReleases(from, to) > 0) {
    throw new UsageError(
      `--kernel: ${quoted(word)} is no range from an older release to a newer one`,
      `Write the older one first, for example --kernel ${to}..${from}.`,
    );
  }
  const between = LONG_TERM_RELEASES.filter((one) => compareReleases(from, one) < 0 && compareReleases(one, to) < 0);
  return [from, ...between, to];
}

function knownRelease(text: string): Release {
  const release = parseRelease(text);
  const known = RELEASES;
  if (release !== undefined && known.includes(release)) return release;
  throw new UsageError(
    `--kernel: ${quoted(text)} is no release the model knows`,
    `Give a mainline release from ${known[0] ?? ''} to ${known.at(-1) ?? ''}, for example --kernel 6.12.`,
  );
}

export function readJobs(text: string): number {
  const jobs = Number(text);
  if (/^\d+$/.test(text) && jobs >= 1 && jobs <= MOST_JOBS) return jobs;
  throw new UsageError(
    `--jobs: ${quoted(text)} is not a number from 1 to ${MOST_JOBS}`,
    'Leave it out to use every core.',
  );
}

/** Words of a list: revisions, fingerprints. */
export function readList(option: string): (text: string) => readonly string[] {
  return (text) => listed(option, text);
}

/** A number from 1 on. */
export function readCount(option: string, example: string): (text: string) => number {
  return (text) => {
    if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
    throw new UsageError(`${option}: ${quoted(text)} is not a number from 1 on`, example);
  };
}

export function readVerdicts(text: string): Verdict[] {
  return [...new Set(listed('--verdict', text).map((word) => readChoice('--verdict', VERDICTS, word)))];
}

export function readImpacts(text: string): Impact[] {
  return [...new Set(listed('--impact', text).map((word) => readChoice('--impact', IMPACTS, word)))];
}

export function readRules(text: string): RuleId[] {
  return [...new Set(listed('--rule', text).map((word) => readChoice('--rule', RULE_IDS, word)))];
}

/** A verdict, an impact or a rule by its name alone, for `explain`. */
export function readExplained(text: string): Explainable {
  return readChoice<Explainable>('NAME', [...VERDICTS, ...IMPACTS, ...RULE_IDS], text);
}

/** API names: C identifiers, separated by commas. */
export function readNames(text: string): string[] {
  const names = [...new Set(listed('--api', text))];
  const odd = names.find((name) => !/^[A-Za-z_][\w.]*$/.test(name));
  if (odd === undefined) return names;
  throw new UsageError(
    `--api: ${quoted(odd)} is no C identifier`,
    'Give names separated by commas: --api get_page,put_page.',
  );
}

/** One word out of a fixed list. */
export function readChoice<T extends string>(option: string, choices: readonly T[], text: string): T {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  const near = nearest(text, choices, 1)[0];
  const guess = near === undefined ? '' : `Did you mean ${near}? `;
  throw new UsageError(`${option}: ${quoted(text)} is not known`, `${guess}It can be ${choices.join(', ')}.`);
}

export function absolute(cwd: string, path: string): string {
  return isAbsolute(path) ? resolve(path) : resolve(cwd, path);
}

/** Text from the command line inside a message: in quotes, on one line, without control characters. */
export function quoted(text: string): string {
  return jsonText(text);
}

function listed(option: string, text: string): string[] {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (words.length > 0) return words;
  throw new UsageError(`${option}: the list is empty`, `Give one name or several, separated by commas.`);
}
