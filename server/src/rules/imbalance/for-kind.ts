import { IMBALANCED_FOR_KIND, kindSet } from '@pageref/shared';
import type { RelatedPlace } from '@pageref/shared';
import { callsInFile } from '../../contracts/calls-in-file.js';
import { countedFlow } from '../../contracts/file-summaries.js';
import type { CountedFlow } from '../../contracts/file-summaries.js';
import type { SourceFile } from '../../contracts/source-file.js';
import { touchedPages } from '../../flow/calls.js';
import type { Contract } from '../../flow/contract.js';
import type { Call } from '../../flow/context.js';
import { pageOf } from '../../flow/domain/pages.js';
import type { AbstractPage } from '../../flow/domain/state.js';
import { BUDDY } from '../../flow/domain/held.js';
import { replayCalls } from '../../flow/fixpoint.js';
import { namesAt } from '../../syntax/index.js';
import type { FunctionIr, Item } from '../../syntax/index.js';
import type { Report, Rule, RuleWorld, Subject } from '../rule.js';
import { leaksIn } from './pairs.js';
import { lengthAt, unitText } from './rule.js';

/** References on the zero page that are given back for other pages only: it is reserved, and counted all the same. */
export const imbalancedForKind: Rule = {
  meta: IMBALANCED_FOR_KIND,
  names: ({ model }) => model.reservedBit.tests,
  localNames: (file, { model }) => askersOf(file, model.reservedBit.tests),
  check,
};

const ZERO = kindSet(['zero-page']);

/** Functions of the file that ask for the reserved bit: what they answer decides about references elsewhere. */
function askersOf(file: SourceFile, tests: readonly string[]): readonly string[] {
  if (!tests.some((name) => file.text.includes(name))) return [];
  // A comment that names one costs a look at a function, and lexing the whole text at each key costs more.
  const askers = namesAt(file.text, new Set(tests)).flatMap(({ start }) => {
    const item = file.itemAt(start);
    if (item?.kind !== 'function') return [];
    const at = start - item.start;
    return answering(file, item).find(({ from, to }) => from <= at && at < to) ? [item.name] : [];
  });
  return [...new Set(askers)];
}

/** A function that has a result. Offsets in its item, UTF-16 code units. */
interface Answering {
  readonly from: number;
  readonly to: number;
}

/** The readings of an item that have a result: kept, for the item is the same at nearly every key. */
function answering(file: SourceFile, item: Item): readonly Answering[] {
  const at = file.named(item.name).indexOf(item);
  if (at < 0) return [];
  return file.kept('answering', `${item.name}/${String(at)}`, () => {
    const { start, end } = file.named(item.name)[at] ?? item;
    const readings = file.table.find(item.name).filter((fn) => start <= fn.start && fn.start < end);
    return readings.flatMap((fn) =>
      fn.returns.base === 'void' ? [] : [{ from: fn.start - start, to: fn.end - start }],
    );
  });
}

function check(subject: Subject): readonly Report[] {
  const { file, fn, giveUp } = subject;
  if (!fn || fn.origin === 'macro') return [];
  const counted = countedFlow(file.analysis, file.analysis.contractOf, fn);
  if (!counted.flow.complete) {
    giveUp();
    return [];
  }
  const onPaths = leaksOnPaths(subject, counted);
  return onPaths.length > 0 ? onPaths : leaksByFile(subject, fn, counted);
}

/** One function takes the reference, and leaves with it for the zero page where it gives it back for others. */
function leaksOnPaths({ file, world, giveUp }: Subject, counted: CountedFlow): readonly Report[] {
  const counts = leaksIn(counted, ZERO, giveUp).filter(({ acquire }) => isCounted(world, acquire.unit));
  if (counts.length === 0) return [];
  // Where ZONE_DEVICE pages leak as well, that is what is said of the place.
  const device = leaksIn(counted, world.deviceKinds, giveUp);
  return counts
    .filter(({ acquire }) => !device.some((other) => other.acquire.at === acquire.at))
    .map(({ acquire, partsAt, releasedAt, releasedBy, leftAt }): Report => {
      const related: RelatedPlace[] = [
        { ...file.place(acquire.at), text: `${acquire.by}() takes the ${unitText(acquire.unit)}` },
        { ...file.place(releasedAt), text: `${releasedBy}() drops it for ordinary memory` },
        { ...file.place(leftAt), text: 'the function is left here with the zero page still held' },
      ];
      const values = { acquire: acquire.by, release: releasedBy, unit: unitText(acquire.unit) };
      return {
        start: partsAt,
        length: lengthAt(file.text, partsAt),
        message: 'path',
        values,
        impact: 'wrong-today',
        related,
      };
    });
}

/** A pin of the zero page counts in some releases only. */
function isCounted({ model }: RuleWorld, unit: string): boolean {
  return unit === 'reference' || (unit === 'pin' && model.pinsZeroPage);
}

/** A call that gives back a page of unknown origin, but for the zero page. */
interface SparingDrop {
  readonly call: Call;
  readonly unit: string;
}

/** The page comes out of memory: what the file takes of user memory may be the zero page, and is given back here. */
function leaksByFile({ file, world }: Subject, fn: FunctionIr, counted: CountedFlow): readonly Report[] {
  return sparingDrops(counted).flatMap(({ call, unit }): Report[] => {
    const taken = isCounted(world, unit) ? takerOf(file, world, fn, unit) : undefined;
    if (!taken) return [];
    const values = { acquire: taken.name, release: call.name ?? '', unit: unitText(unit) };
    const related = [{ ...file.place(taken.at), text: `${taken.name}() may take it on the zero page` }];
    const place = { start: call.start, length: (call.name ?? '').length };
    return [{ ...place, message: 'dropped', values, impact: 'wrong-today', related }];
  });
}

function sparingDrops({ context, flow }: CountedFlow): readonly SparingDrop[] {
  const found = new Map<number, SparingDrop>();
  const reached = new Set<number>();
  replayCalls(context, flow, (call, contract, args, state, result) => {
    for (const { does, on, unit } of contract?.effects ?? []) {
      if (does !== 'release' || unit === undefined || unit === 'pgmap-reference') continue;
      for (const id of touchedPages(context, state, call, args, result, on)) {
        const page = pageOf(context, state, id);
        if (isSpared(page)) found.set(call.start, { call, unit });
        else if (((page.kinds | page.cutByReservedBit) & ZERO) !== 0) reached.add(call.start);
      }
    }
  });
  return [...found.values()].filter(({ call }) => !reached.has(call.start));
}

/** Of a page from anywhere that may be a device page or ordinary memory here, and no longer the zero page. */
function isSpared({ kinds, origin, references }: AbstractPage): boolean {
  const isFromAnywhere = origin.role === 'unknown' || origin.role === 'parameter';
  const isBoth = (kinds & BUDDY) !== 0 && (kinds & kindSet(['fs-dax', 'device-dax'])) !== 0;
  return isFromAnywhere && isBoth && (kinds & ZERO) === 0 && references.length === 0;
}

/** A call in another function of the file that takes what may be the zero page, in that unit. */
function takerOf(
  file: SourceFile,
  { model }: RuleWorld,
  fn: FunctionIr,
  unit: string,
): { readonly name: string; readonly at: number } | undefined {
  const { analysis } = file;
  if (!file.matches(new RegExp(`\\b(?:${model.userPages.sources.join('|')})\\b`))) return undefined;
  for (const { name, start, caller: taker } of callsInFile(file, model.userPages.sources)) {
    if (taker.name === fn.name) continue;
    const { context, flow } = countedFlow(analysis, analysis.contractOf, taker);
    const takes: Contract[] = [];
    replayCalls(context, flow, (call, contract) => {
      if (call.start === start && contract && takesZeroPage(contract, unit)) takes.push(contract);
    });
    if (takes.length > 0) return { name, at: start };
  }
  return undefined;
}

/** With the flags that the call is given: who asks for writing gets no zero page. */
function takesZeroPage({ effects, sources }: Contract, unit: string): boolean {
  return effects.some(({ does, on, unit: of, affected }) => {
    const source = sources.find(({ result }) => result.at === on.at && result.through === on.through);
    return does === 'acquire' && of === unit && (affected & (source?.kinds ?? 0) & ZERO) !== 0;
  });
}
