import { kindSet } from '@pageref/shared';
import type { KindSet, Operand, PageKind, Release, ResolvedModel } from '@pageref/shared';
import { contractOf } from '../../flow/contract.js';
import type { Contract, EffectRow, PredicateRow } from '../../flow/contract.js';
import { operandText } from '../../flow/operand-text.js';

/** What a name does to each page kind there is in a release. */
export interface EffectTable {
  readonly name: string;
  readonly release: Release;
  /** Where the function stands whose code this was read from; undefined for a name of the model. */
  readonly from: { readonly path: string; readonly line: number } | undefined;
  /** What is answered, given or done; at least one. */
  readonly columns: readonly string[];
  readonly rows: readonly EffectTableRow[];
}

export interface EffectTableRow {
  readonly kind: PageKind;
  readonly title: string;
  /** Whether such a page carries the reserved bit, in words. */
  readonly reserved: string;
  /** One for each column; empty where it does not apply. */
  readonly cells: readonly string[];
}

/**
 * The table of a name of the model, or of a function or macro that was read, whose own code then speaks. Undefined where nothing
 * is known that depends on the page.
 */
export function effectTable(name: string, model: ResolvedModel, read?: ReadFunction): EffectTable | undefined {
  const entry = model.entries.get(name);
  const contract = read?.contract ?? (entry && contractOf(entry));
  if (!contract) return undefined;
  const columns = columnsOf(contract, (on) => operandText(on, read?.params), kindSet(model.kinds.keys()));
  if (columns.length === 0) return undefined;
  return {
    name,
    release: model.release,
    from: contract.from === 'model' ? undefined : contract.from,
    columns: columns.map(({ title }) => title),
    rows: [...model.kinds.values()].map(({ kind, title, reservedText }) => ({
      kind,
      title,
      reserved: reservedText,
      cells: columns.map(({ cell }) => cell(kindSet([kind]))),
    })),
  };
}

/** A function whose code was read: what it says, and its parameters. */
export interface ReadFunction {
  readonly contract: Contract;
  readonly params: readonly { readonly name: string }[];
}

interface Column {
  readonly title: string;
  /** @param kind a set of one */
  readonly cell: (kind: KindSet) => string;
}

function columnsOf(contract: Contract, operand: (on: Operand) => string, any: KindSet): Column[] {
  const { predicate, sources, effects } = contract;
  return [
    ...(predicate ? [predicateColumn(predicate, operand)] : []),
    ...sources.map(({ result, kinds, nullable }) => ({
      title: `${operand(result)} can be it${nullable ? ', or nothing' : ''}`,
      cell: (kind: KindSet) => ((kind & kinds) === 0 ? 'no' : 'yes'),
    })),
    ...effects.map((effect) => effectColumn(effect, operand, any)),
  ];
}

function predicateColumn(
  { class: question, of, whenTrue, whenFalse }: PredicateRow,
  operand: (on: Operand) => string,
): Column {
  return {
    title: `non-zero (${question}, of ${operand(of)})`,
    cell: (kind) => {
      if ((kind & whenTrue) === 0) return 'no';
      return (kind & whenFalse) === 0 ? 'yes' : 'maybe';
    },
  };
}

function effectColumn(effect: EffectRow, operand: (on: Operand) => string, any: KindSet): Column {
  const { does, on, unit, count, when, via, affected } = effect;
  const amount = count === undefined ? '' : ` ${count}`;
  const by = via === undefined ? '' : ` by ${via}()`;
  return {
    title: `${does}${amount}${unit === undefined ? '' : ` (${unit})`} on ${operand(on)}${by}, ${when}`,
    cell: (kind) => ((kind & affected & any) === 0 ? 'no' : 'yes'),
  };
}
