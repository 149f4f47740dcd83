import { kindSet } from '@pageref/shared';
import type { Effect, KindSet, ModelEntry, ReleaseRange, ResolvedModel, Source } from '@pageref/shared';
import { rangesOf } from '@pageref/shared/model';
import { setFor } from '../../flow/contract.js';
import { operandText } from '../../flow/operand-text.js';
import { kindsText } from './card.js';
import type { Card, CardRow } from './card.js';

export type Content = Omit<Card, 'start' | 'end'>;

/** What the model knows of a name in a release; undefined for a name it never knew. */
export function modelCard(name: string, model: ResolvedModel): Content | undefined {
  const entry = model.entries.get(name);
  const ranges = rangesOf(name, model.user);
  if (!entry) {
    if (ranges.length === 0) return undefined;
    const text = `Not in ${model.release}: it is there ${ranges.map(({ range }) => rangeText(range)).join(', and ')}.`;
    return { title: name, about: `not in Linux ${model.release}`, paragraphs: [text], rows: [] };
  }
  const any = kindSet(model.kinds.keys());
  return {
    title: name,
    about: `${entry.form}, Linux ${model.release}`,
    paragraphs: [entry.summary],
    rows: entryRows(entry, any),
    table: name,
  };
}

/** What a card says of one call: what it does, to what, and what must hold. */
const OF_A_CALL: ReadonlySet<string> = new Set(['effect', 'needs', 'counterpart', 'ZONE_DEVICE']);

/** The same in a few lines, for who knows the name and asks about a call of it. */
export function callCard(name: string, model: ResolvedModel): Content | undefined {
  const card = modelCard(name, model);
  return card && { ...card, rows: card.rows.filter(({ label }) => OF_A_CALL.has(label)) };
}

function entryRows(entry: ModelEntry, any: KindSet): CardRow[] {
  const { predicate, conversion, attribute, callback } = entry;
  return [
    ...(predicate
      ? [
          {
            label: 'tells',
            text: `${predicate.class}, of ${operandText(predicate.of)}${predicate.trueWhen === 'zero' ? '; zero means yes' : ''}`,
          },
          ...(['yes', 'no', 'maybe'] as const).flatMap((answer) =>
            answerRow(answer, setFor(predicate.answers, answer), any),
          ),
        ]
      : []),
    ...(entry.effects ?? []).map((effect) => ({ label: 'effect', text: effectText(effect, any) })),
    ...(entry.sources ?? []).map((source) => ({ label: 'gives', text: sourceText(source, any) })),
    ...(conversion
      ? [
          {
            label: 'same page',
            text: `${operandText(conversion.to)} names the page that ${operandText(conversion.from)} names`,
          },
        ]
      : []),
    ...(attribute ? [{ label: 'tells', text: `the ${attribute.what} of ${operandText(attribute.of)}` }] : []),
    ...(callback
      ? [{ label: 'calls back', text: `with ${kindsText(kindSet(callback.kinds), any)} in arg${callback.parameter}` }]
      : []),
    ...pitfalls(entry),
  ];
}

function pitfalls({ preconditions = [], counterparts = [], replacedBy, zoneDevice, context }: ModelEntry): CardRow[] {
  const rows: (CardRow | undefined)[] = [
    ...preconditions.map(({ of, text }) => ({ label: 'needs', text: `${operandText(of)}: ${text}` })),
    counterparts.length > 0 ? { label: 'counterpart', text: someOf(counterparts) } : undefined,
    replacedBy ? { label: 'replaced by', text: replacedBy } : undefined,
    zoneDevice ? { label: 'ZONE_DEVICE', text: zoneDevice } : undefined,
    context && !preconditions.some(({ text }) => text === context) ? { label: 'context', text: context } : undefined,
  ];
  return rows.filter((row) => row !== undefined);
}

/** put_page() gives back what forty functions take: a card has room for some of them. */
const MOST_NAMES = 4;

function someOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more > 1 ? `${names.slice(0, MOST_NAMES).join(', ')} and ${more} more` : names.join(', ');
}

export function answerRow(answer: string, set: KindSet, any: KindSet): CardRow[] {
  return (set & any) === 0 ? [] : [{ label: answer, text: kindsText(set, any) }];
}

function effectText(effect: Effect, any: KindSet): string {
  const { does, on, unit, count, when } = effect;
  const kinds = effect.kinds ? setFor(effect.kinds, 'yes') | setFor(effect.kinds, 'maybe') : any;
  const amount = count === undefined ? '' : ` ${count}`;
  const only = (any & ~kinds) === 0 ? '' : `, for ${kindsText(kinds, any)}`;
  return `${does}${amount}${unit === undefined ? '' : ` (${unit})`} on ${operandText(on)}, ${when}${only}`;
}

function sourceText({ role, result, kinds, nullable }: Source, any: KindSet): string {
  const drops = role === 'filter' ? ' and drops every other' : '';
  return `${operandText(result)} is ${kindsText(kindSet(kinds), any)}${drops}${nullable === true ? ', or nothing' : ''}`;
}

export function rangeText({ since, until }: ReleaseRange): string {
  return until === undefined ? `${since} and later` : `${since} until before ${until}`;
}
