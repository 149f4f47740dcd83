import { explainingPlaces } from './places.js';
import { byPlace, FINDING_SEVERITIES, RULE_IDS, RULE_RESERVED } from '@pageref/shared';
import type { CheckReport, Finding, FindingSeverity, Place, RelatedPlace } from '@pageref/shared';

/** One thing that is wrong, or worth a note, however many findings tell of it. */
export interface Defect {
  /** The worst of its findings, the first rule of the registry among equals: its place stands for all. */
  readonly head: Finding;
  /** The shortest that its findings of that severity say: what is wrong is the same. */
  readonly message: string;
  /** The rules that tell of it, without those of the calls. */
  readonly rules: readonly string[];
  /** The way to it, in the order in which it is gone, without its own place. */
  readonly steps: readonly RelatedPlace[];
  /** What else explains it, in the order of the text, the file of the finding first; none twice. */
  readonly related: readonly RelatedPlace[];
  /** Calls of wrappers that hand on the answer of the test. */
  readonly calls: readonly Finding[];
}

export type Shown = 'problems' | 'all';

/** What a report for people shows of a check, and how much it leaves out. */
export interface ShownDefects {
  /** By path and line. */
  readonly defects: readonly Defect[];
  /** Findings that are notes and stand for no problem. */
  readonly hidden: number;
}

export function isProblem({ severity }: Pick<Finding, 'severity'>): boolean {
  return severity !== 'information';
}

export function shownDefects({ findings }: Pick<CheckReport, 'findings'>, shown: Shown): ShownDefects {
  const all = defectsOf(findings);
  const defects = shown === 'all' ? all : all.filter(({ head }) => isProblem(head));
  const told = defects.reduce((sum, { members }) => sum + members.length, 0);
  return { defects, hidden: findings.length - told };
}

interface Gathered extends Defect {
  readonly members: readonly Finding[];
}

/** Findings by what they tell of. Pure; by place. */
function defectsOf(findings: readonly Finding[]): readonly Gathered[] {
  const tests = new Map(findings.filter(({ rule }) => rule === RULE_RESERVED).map((test) => [keyOf(test), test]));
  const groups = new Map<Finding, Finding[]>();
  for (const finding of findings) {
    const about = aboutTest(finding, tests) ?? finding;
    const known = groups.get(about);
    if (known) known.push(finding);
    else groups.set(about, [finding]);
  }
  return [...groups.values()].map(gathered).sort((a, b) => byPlace(a.head, b.head));
}

function keyOf({ path, line }: Pick<Place, 'path' | 'line'>): string {
  return `${line} ${path}`;
}

/** The test whose answer a finding of another rule is about: it stands there, is named among the related places, or names it. */
function aboutTest(finding: Finding, tests: ReadonlyMap<string, Finding>): Finding | undefined {
  const { rule, related } = finding;
  if (rule === RULE_RESERVED) return finding;
  if (rule === 'reserved-wrapper') return related.map((place) => tests.get(keyOf(place))).find((test) => test);
  if (rule !== 'imbalanced-for-zone-device') return undefined;
  const key = keyOf(finding);
  const skips = (test: Finding): boolean => isProblem(test) && test.related.some((place) => keyOf(place) === key);
  return tests.get(key) ?? [...tests.values()].find(skips);
}

function gathered(members: readonly Finding[]): Gathered {
  const [head, ...rest] = [...members].sort(byWeight) as [Finding, ...Finding[]];
  const isCall = (one: Finding): boolean => one.wrapper !== null && one !== head;
  const voices = [head, ...rest.filter((one) => !isCall(one))];
  return {
    head,
    message: shortest(voices.filter(({ severity }) => severity === head.severity).map(({ message }) => message)),
    members,
    rules: [...new Set(voices.map(({ rule }) => rule))],
    steps: explainingPlaces(head).steps,
    related: relatedOf(head, voices),
    calls: rest.filter(isCall).sort(byPlace),
  };
}

function shortest(texts: readonly string[]): string {
  return texts.reduce((best, text) => (text.length < best.length ? text : best));
}

function byWeight(a: Finding, b: Finding): number {
  const severity = (one: FindingSeverity): number => FINDING_SEVERITIES.indexOf(one);
  return (
    severity(a.severity) - severity(b.severity) || RULE_IDS.indexOf(a.rule) - RULE_IDS.indexOf(b.rule) || byPlace(a, b)
  );
}

/** The first voice that names a line has the say on it. */
function relatedOf(head: Finding, voices: readonly Finding[]): readonly RelatedPlace[] {
  const seen = new Set(explainingPlaces(head).steps.map(keyOf));
  const places = voices.flatMap((voice) => explainingPlaces(voice).beside);
  const once = places.filter((place) => !seen.has(keyOf(place)) && seen.add(keyOf(place)));
  const isNear = ({ path }: RelatedPlace): boolean => path === head.path;
  return [...once.filter(isNear).sort(byPlace), ...once.filter((place) => !isNear(place))];
}
