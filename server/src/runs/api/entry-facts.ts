import type { CallbackSource, Effect, ModelEntry, PerKind, ReleaseRange, Source } from '@pageref/shared';
import { operandText } from '../../flow/operand-text.js';

/** The facts of a model entry as lines for a person: for `pageref api` and for what changed between two trees. */

/** What the entry says, without its range and evidence: two ranges differ in these lines. */
export function factRows(entry: ModelEntry): string[] {
  return [
    ...predicateRows(entry),
    ...(entry.sources ?? []).map((source) => fact('source', sourceText(source))),
    ...conversionRows(entry),
    ...(entry.effects ?? []).flatMap(effectRows),
    ...(entry.preconditions ?? []).map(({ of, needs, text }) => fact('needs', `${operandText(of)} ${needs}: ${text}`)),
    ...otherRows(entry),
  ];
}

function predicateRows({ predicate }: ModelEntry): string[] {
  if (!predicate) return [];
  const when = predicate.trueWhen === 'zero' ? ', true when zero' : '';
  return [
    fact('predicate', `${predicate.class}, of ${operandText(predicate.of)}${when}`),
    ...answerRows(predicate.answers).map((answer) => `    ${answer}`),
  ];
}

function answerRows({ yes = [], no = [], maybe = [], otherwise }: PerKind): string[] {
  const named = (
    [
      ['yes', yes],
      ['no', no],
      ['maybe', maybe],
    ] as const
  ).filter(([, kinds]) => kinds.length > 0);
  return [...named.map(([answer, kinds]) => `${answer}: ${kinds.join(', ')}`), `every other kind: ${otherwise}`];
}

function sourceText({ role, result, kinds, kindsSince = {}, nullable }: Source): string {
  const named = kinds.map((kind) => (kindsSince[kind] === undefined ? kind : `${kind} (from ${kindsSince[kind]})`));
  return `${role}; ${operandText(result)} is one of ${named.join(', ')}${nullable === true ? ', or nothing' : ''}`;
}

function conversionRows({ conversion }: ModelEntry): string[] {
  if (!conversion) return [];
  const origin = conversion.origin === undefined ? '' : ` (by ${conversion.origin})`;
  return [
    fact('conversion', `${operandText(conversion.to)} is the same page as ${operandText(conversion.from)}${origin}`),
  ];
}

function effectRows(effect: Effect): string[] {
  const kinds = effect.kinds === undefined ? [] : answerRows(effect.kinds).map((answer) => `    ${answer}`);
  return [fact('effect', effectText(effect)), ...kinds];
}

function effectText({ does, on, unit, count, when }: Effect): string {
  const amount = count === undefined ? '' : ` ${count}`;
  return `${does}${amount}${unit === undefined ? '' : ` (${unit})`} on ${operandText(on)}, ${when}`;
}

function otherRows({ callback, attribute, counterparts = [], replacedBy, zoneDevice, context }: ModelEntry): string[] {
  const rows: string[] = [];
  if (callback) rows.push(fact('calls back', callbackText(callback)));
  if (attribute) rows.push(fact('attribute', `${attribute.what} of ${operandText(attribute.of)}`));
  if (counterparts.length > 0) rows.push(fact('counterparts', counterparts.join(', ')));
  if (replacedBy) rows.push(fact('replaced by', replacedBy));
  if (zoneDevice) rows.push(fact('ZONE_DEVICE', zoneDevice));
  if (context) rows.push(fact('context', context));
  return rows;
}

function callbackText({ callback, parameter, kinds }: CallbackSource): string {
  return `arg${callback}, whose own arg${parameter} is one of ${kinds.join(', ')}`;
}

export function rangeText({ since, sinceAfter, until, untilAfter }: ReleaseRange): string {
  const begin = sinceAfter === undefined ? since : `${since} (first seen there, not in ${sinceAfter})`;
  if (until === undefined) return `${begin} and later`;
  return `${begin} until before ${until}${untilAfter === undefined ? '' : ` (last seen in ${untilAfter})`}`;
}

export function fact(label: string, text: string): string {
  return `  ${label.padEnd(13)} ${text}`;
}
