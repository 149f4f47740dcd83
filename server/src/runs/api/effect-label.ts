import { kindsIn, ZONE_DEVICE } from '@pageref/shared';
import type { Effect, KindSet, ModelEntry } from '@pageref/shared';
import { contractOf } from '../../flow/contract.js';
import type { EffectRow } from '../../flow/contract.js';

/** What a call does to counts, in a few words: `+1 pin each if > 0`; undefined for a call that takes and gives back nothing. */
export function effectLabel(entry: ModelEntry, deviceKinds: KindSet): string | undefined {
  const parts = contractOf(entry).effects.flatMap((effect) => partOf(effect, deviceKinds & ZONE_DEVICE) ?? []);
  return parts.length === 0 ? undefined : [...new Set(parts)].join('; ');
}

function partOf(effect: EffectRow, device: KindSet): string | undefined {
  const { does, count = '1', when } = effect;
  if (does !== 'acquire' && does !== 'release') return undefined;
  const unit = unitOf(effect);
  const amount = amountOf(count);
  if (unit === undefined || amount === undefined) return undefined;
  const each = / each\b|\bper\b/.test(count) || effect.on.through === 'array' ? ' each' : '';
  const outcome = outcomeOf(when);
  const isSome = /if refcounted|^1 or 0|, or 0|else 0/.test(count);
  const refcounted = isSome ? `${outcome === '' ? ' if' : ' and'} refcounted` : '';
  return `${does === 'acquire' ? '+' : '-'}${amount} ${unit}${each}${outcome}${refcounted}${exceptOf(effect, device)}`;
}

/** Undefined where the call itself decides by its flags. */
function unitOf({ unit, count = '' }: Pick<Effect, 'unit' | 'count'>): string | undefined {
  if (unit === 'pin') return 'pin';
  if (unit === 'pgmap-reference') return 'pgmap ref';
  if (unit === 'reference') return 'ref';
  return count.includes('pin') && !count.includes('refs') ? 'pin' : undefined;
}

/** Undefined where it is none, or cannot be told in a word. */
function amountOf(count: string): string | undefined {
  const told = /^(\d+|arg\d+)\b/.exec(count)?.[1];
  if (told === '0') return undefined;
  return told?.startsWith('arg') ? 'n' : told;
}

/** The outcomes of the table, as a reader of the call would put them. */
const OUTCOMES: readonly (readonly [pattern: RegExp, text: string])[] = [
  [/^always$/, ''],
  [/^returns non-NULL$/, ' if not NULL'],
  [/^returns (?:true|nonzero)$/, ' if true'],
  [/^(?:!IS_ERR\(ret\)|!is_error\w*\(ret\))$/, ' if no error'],
  [/^ret == (\d+)$/, ' if $1'],
  [/^ret (>=?|<=?) (\d+)$/, ' if $1 $2'],
];

function outcomeOf(when: string): string {
  const known = OUTCOMES.find(([pattern]) => pattern.test(when));
  return known ? when.replace(...known) : ' sometimes';
}

function exceptOf({ affected }: EffectRow, device: KindSet): string {
  const some = affected & device;
  if (device === 0 || some === device) return '';
  if (some === 0) return ', not ZONE_DEVICE';
  const kinds = kindsIn(some);
  if (kinds.length > 2) return ', some ZONE_DEVICE';
  return affected === some ? `, ${kinds.join(' and ')} only` : `, of ZONE_DEVICE ${kinds.join(' and ')}`;
}
