import type { SourceFile } from '../contracts/source-file.js';
import { touchedPages } from '../flow/calls.js';
import type { EffectRow } from '../flow/contract.js';
import { replayCalls } from '../flow/fixpoint.js';
import { aliasesOf } from '../flow/domain/pages.js';
import type { FunctionIr } from '../syntax/index.js';

/** The name of a call that takes or drops a reference. */
export interface PairedCall {
  readonly start: number;
  readonly end: number;
  readonly does: 'acquire' | 'release';
}

interface CountedCall extends PairedCall {
  readonly unit: NonNullable<EffectRow['unit']>;
  /** Pages of the page, as they are known where the call stands. */
  readonly aliases: ReadonlySet<string>;
}

/** The calls that give back what the call at `offset` takes, or take what it gives back, with that call itself. */
export function pairedCalls(file: SourceFile, offset: number): PairedCall[] {
  const item = file.itemAt(offset);
  if (item?.kind !== 'function') return [];
  for (const fn of file.table.find(item.name)) {
    if (offset < fn.start || offset >= fn.end) continue;
    const calls = countedCalls(file, fn);
    const here = calls.filter(({ start, end }) => offset >= start && offset <= end);
    const paired = calls.filter((call) => here.some((one) => one === call || arePaired(one, call)));
    if (paired.length > 0) return distinct(paired);
  }
  return [];
}

function arePaired(a: CountedCall, b: CountedCall): boolean {
  return a.does !== b.does && a.unit === b.unit && [...a.aliases].some((group) => b.aliases.has(group));
}

function countedCalls(file: SourceFile, fn: FunctionIr): CountedCall[] {
  const { context, flow } = file.analysis.analyse(fn);
  const found: CountedCall[] = [];
  replayCalls(context, flow, (call, contract, args, state, result) => {
    if (!contract || call.name === undefined) return;
    for (const { does, unit, on } of contract.effects) {
      if (does !== 'acquire' && does !== 'release') continue;
      const pages = touchedPages(context, state, call, args, result, on);
      const groups = new Set(pages.flatMap((id) => [id, ...aliasesOf(context, state, id)]));
      found.push({
        start: call.start,
        end: call.start + call.name.length,
        does,
        unit: unit ?? 'reference',
        aliases: groups,
      });
    }
  });
  return found;
}

function distinct(calls: readonly CountedCall[]): PairedCall[] {
  const byStart = new Map(calls.map(({ start, end, does }) => [start, { start, end, does }]));
  return [...byStart.values()].sort((a, b) => a.start - b.start);
}
