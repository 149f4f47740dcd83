import { byPlace, FINDING_SEVERITIES, RULE_IDS, RULE_RESERVED } from '@pageref/shared';
import type { Finding, FindingSeverity, Place } from '@pageref/shared';

/** Several findings can tell of one thing that is wrong. Who shows people something shows it once, by these functions. */

/** What has to be known of a finding to tell what it is about. */
export interface Joinable extends Place, Pick<Finding, 'rule' | 'severity' | 'message' | 'wrapper'> {
  readonly related: readonly Pick<Place, 'path' | 'line'>[];
}

/** The findings that tell of one thing. */
export interface Joined<One extends Joinable> {
  /** The worst of them, the first rule of the registry among equals: its place stands for all. */
  readonly head: One;
  /** The shortest that findings of that severity say: what is wrong is the same. */
  readonly message: string;
  /** All but the calls, the head first. */
  readonly voices: readonly One[];
  /** Calls of wrappers that hand on the answer of the test, by place. */
  readonly calls: readonly One[];
}

export function isProblem({ severity }: Pick<Finding, 'severity'>): boolean {
  return severity !== 'information';
}

/** Findings by what they tell of. Pure; by place. */
export function joinFindings<One extends Joinable>(findings: readonly One[]): readonly Joined<One>[] {
  const tests = new Map(findings.filter(({ rule }) => rule === RULE_RESERVED).map((test) => [keyOf(test), test]));
  const groups = new Map<One, One[]>();
  for (const finding of findings) {
    const about = aboutTest(finding, tests) ?? finding;
    const known = groups.get(about);
    if (known) known.push(finding);
    else groups.set(about, [finding]);
  }
  return [...groups.values()].map(joined).sort((a, b) => byPlace(a.head, b.head));
}

function keyOf({ path, line }: Pick<Place, 'path' | 'line'>): string {
  return `${line} ${path}`;
}

/** The test whose answer a finding of another rule is about: it stands there, is named among the related places, or names it. */
function aboutTest<One extends Joinable>(finding: One, tests: ReadonlyMap<string, One>): One | undefined {
  const { rule, related } = finding;
  if (rule === RULE_RESERVED) return finding;
  if (rule === 'reserved-wrapper') return related.map((place) => tests.get(keyOf(place))).find((test) => test);
  if (rule !== 'imbalanced-for-zone-device') return undefined;
  const key = keyOf(finding);
  const skips = (test: One): boolean => isProblem(test) && test.related.some((place) => keyOf(place) === key);
  return tests.get(key) ?? [...tests.values()].find(skips);
}

function joined<One extends Joinable>(members: readonly One[]): Joined<One> {
  const [head, ...rest] = [...members].sort(byWeight) as [One, ...One[]];
  const isCall = (one: One): boolean => one.wrapper !== null && one !== head;
  const voices = [head, ...rest.filter((one) => !isCall(one))];
  const messages = voices.filter(({ severity }) => severity === head.severity).map(({ message }) => message);
  return { head, message: shortest(messages), voices, calls: rest.filter(isCall).sort(byPlace) };
}

function shortest(texts: readonly string[]): string {
  return texts.reduce((best, text) => (text.length < best.length ? text : best));
}

function byWeight(a: Joinable, b: Joinable): number {
  const severity = (one: FindingSeverity): number => FINDING_SEVERITIES.indexOf(one);
  return (
    severity(a.severity) - severity(b.severity) || RULE_IDS.indexOf(a.rule) - RULE_IDS.indexOf(b.rule) || byPlace(a, b)
  );
}
