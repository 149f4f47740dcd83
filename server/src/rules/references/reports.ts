import type { SourceFile } from '../../contracts/source-file.js';
import { actingName, wordOf } from '../../ownership/calls.js';
import type { CallExpr } from '../../ownership/calls.js';
import type { Event } from '../../ownership/draft.js';
import type { Report } from '../rule.js';

/** Reports of the rules about references: each place once, calls by their written names. */

/** What is said of one place once, however many acquisitions lead there. */
export function firstOfEach(reports: readonly Report[]): readonly Report[] {
  return reports.filter(({ start }, at) => reports.findIndex((one) => one.start === start) === at);
}

/** What several readings of a function say, each place of each acquisition once. */
export function oneOfEachReading(readings: readonly (readonly Report[])[]): readonly Report[] {
  const known = new Set<string>();
  return readings.flatMap((reports, at) => {
    const fresh = at === 0 ? reports : reports.filter((report) => !known.has(placeOf(report)));
    for (const report of reports) known.add(placeOf(report));
    return fresh;
  });
}

function placeOf({ start, api = '', related: [taken] = [] }: Report): string {
  return JSON.stringify([start, api, taken?.line, taken?.column]);
}

/** The name of the call that an event stands for, as it is written there. */
export function callNameAt({ text }: SourceFile, { start, length }: Pick<Event, 'start' | 'length'>): string {
  return /^\w+/.exec(text.slice(start, start + length))?.[0] ?? '';
}

/** The name of a call as it is written: its own, or that of a macro that stands for it. */
export function shortNameOf(file: SourceFile, { name = '', callee, start, end }: CallExpr): string {
  if (callee.op === 'member') return callee.field;
  return callNameAt(file, { start, length: end - start }) || name;
}

/** The name of a call as it is written, with what it stands for where that is another one. */
export function writtenName(file: SourceFile, call: CallExpr): string {
  const name = wordOf(actingName(call) ?? '');
  const written = shortNameOf(file, call);
  return written === name ? `${name}()` : `${written}(), which is ${name}(),`;
}
