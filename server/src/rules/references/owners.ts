import type { FunctionOwners, OwnedAcquisition, OwnedBy, OwnedWay } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
import type { Followed, Prepared } from '../../ownership/prepared.js';
import { exitsOf, silenceOf, TANGLED } from '../../ownership/owners.js';
import type { OwnedExit, Ownership } from '../../ownership/owners.js';
import type { FunctionIr } from '../../syntax/index.js';
import type { RuleWorld } from '../rule.js';
import { followFunction } from './followed.js';
import { shortNameOf } from './reports.js';
import { leftInSlots } from './slots.js';
import { takersOf } from './taking-names.js';

/** Names whose calls take something. */
export function takerNames(world: Pick<RuleWorld, 'model'>): readonly string[] {
  return [...new Set((['page', 'lock', 'pgmap', 'kvm-map'] as const).flatMap((facet) => takersOf(world, facet)))];
}

/** Who owns what a function takes, by its first reading; undefined for one that takes nothing. */
export function ownersIn(world: RuleWorld, file: SourceFile, fn: FunctionIr): FunctionOwners | undefined {
  if (fn.origin === 'macro') return undefined;
  const [reading] = followFunction(world, file, fn);
  if (!reading || reading.followed.length === 0) return undefined;
  let isTangled = reading.followed.some(({ complete }) => !complete);
  const asked = { world, file, fn, giveUp: () => (isTangled = true) };
  const left = [...leftInSlots(asked, false), ...leftInSlots(asked, true)];
  const inSlots = new Set(left.map(({ taken }) => taken.start));
  const acquisitions = reading.followed.map((one) => {
    const found = acquisitionOf(file, one, reading.prepared);
    if (found.reported || inSlots.has(one.acquisition.call.start)) return { ...found, reported: true, silence: [] };
    return isTangled ? { ...found, silence: [TANGLED] } : found;
  });
  return { ...file.place(fn.nameAt), function: fn.name, acquisitions };
}

function acquisitionOf(file: SourceFile, followed: Followed, prepared: Prepared): OwnedAcquisition {
  const { call, act } = followed.acquisition;
  const { line, column } = file.place(call.start);
  const silence = silenceOf(followed, prepared, (start) => wordAt(file, start));
  return {
    line,
    column,
    api: shortNameOf(file, call),
    unit: act.unit,
    ways: exitsOf(prepared, followed.acquisition).map((exit) => wayOf(file, exit)),
    reported: silence.length === 0,
    silence,
  };
}

function wayOf(file: SourceFile, { start, value, owners }: OwnedExit): OwnedWay {
  const { line, column } = file.place(start);
  const returns = value ? oneLine(file.text.slice(value.start, value.end)) : '';
  return { line, column, returns, owners: owners.map((one) => ownerOf(file, one)) };
}

function ownerOf(file: SourceFile, { owner, by, kept }: Ownership): OwnedBy {
  return { owner, by: kept ?? (by ? wordAt(file, by.start) : ''), line: by ? file.place(by.start).line : null };
}

function wordAt({ text }: SourceFile, start: number): string {
  return /^\w+/.exec(text.slice(start, start + 200))?.[0] ?? '';
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
