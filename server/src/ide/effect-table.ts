import { kindSet } from '@pageref/shared';
import type { KindSet, Operand, PageKind, Release, ResolvedModel } from '@pageref/shared';
import type { SourceFile } from '../rules/source.js';
import { contractOf } from '../semantics/contract.js';
import type { Contract, EffectRow, PredicateRow } from '../semantics/contract.js';
import type { FunctionIr } from '../syntax/index.js';
import { operandText } from './operand-text.js';

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
 * The table of a name of the model, or of a function or macro of `file`, whose own code then speaks. Undefined where nothing
 * is known that depends on the page.
 */
export function effectTable(name: string, model: ResolvedModel, file?: SourceFile): EffectTable | undefined {
  const inferred = file?.table.find(name)[0];
  const entry = model.entries.get(name);
  const contract = (inferred && file.unit.contractOf(name)) ?? (entry && contractOf(entry));
  if (!contract) return undefined;
  const columns = columnsOf(contract, operandIn(inferred), kindSet(model.kinds.keys()));
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

/** Parameters of a function that was read have names. */
function operandIn(fn: FunctionIr | undefined): (on: Operand) => string {
  return (on) => (on.at === 'result' ? undefined : fn?.params[on.at]?.name) ?? operandText(on);
}
