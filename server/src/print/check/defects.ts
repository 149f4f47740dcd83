import { explainingPlaces } from './places.js';
import { byPlace } from '@pageref/shared';
import type { CheckReport, Finding, Place, RelatedPlace } from '@pageref/shared';
import { isProblem, joinFindings } from '../../runs/defects.js';
import type { Joined } from '../../runs/defects.js';

/** One thing that is wrong, or worth a note, however many findings tell of it. */
export interface Defect extends Pick<Joined<Finding>, 'head' | 'message' | 'calls'> {
  /** The rules that tell of it, without those of the calls. */
  readonly rules: readonly string[];
  /** The way to it, in the order in which it is gone, without its own place. */
  readonly steps: readonly RelatedPlace[];
  /** What else explains it, in the order of the text, the file of the finding first; none twice. */
  readonly related: readonly RelatedPlace[];
}

export type Shown = 'problems' | 'all';

/** What a report for people shows of a check, and how much it leaves out. */
export interface ShownDefects {
  /** By path and line. */
  readonly defects: readonly Defect[];
  /** Findings that are notes and stand for no problem. */
  readonly hidden: number;
}

export function shownDefects({ findings }: Pick<CheckReport, 'findings'>, shown: Shown): ShownDefects {
  const all = joinFindings(findings);
  const told = shown === 'all' ? all : all.filter(({ head }) => isProblem(head));
  const amount = told.reduce((sum, { voices, calls }) => sum + voices.length + calls.length, 0);
  return { defects: told.map(defectOf), hidden: findings.length - amount };
}

function defectOf({ head, message, voices, calls }: Joined<Finding>): Defect {
  return {
    head,
    message,
    calls,
    rules: [...new Set(voices.map(({ rule }) => rule))],
    steps: explainingPlaces(head).steps,
    related: relatedOf(head, voices),
  };
}

/** The first voice that names a line has the say on it. */
function relatedOf(head: Finding, voices: readonly Finding[]): readonly RelatedPlace[] {
  const seen = new Set(explainingPlaces(head).steps.map(keyOf));
  const places = voices.flatMap((voice) => explainingPlaces(voice).beside);
  const once = places.filter((place) => !seen.has(keyOf(place)) && seen.add(keyOf(place)));
  const isNear = ({ path }: RelatedPlace): boolean => path === head.path;
  return [...once.filter(isNear).sort(byPlace), ...once.filter((place) => !isNear(place))];
}

function keyOf({ path, line }: Pick<Place, 'path' | 'line'>): string {
  return `${line} ${path}`;
}
