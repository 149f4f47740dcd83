import { kindSet } from '@pageref/shared';
import type { KindSet, Operand } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
import type { Contract, EffectPlace, EffectRow, PredicateRow, SourceRow } from '../../flow/contract.js';
import type { FunctionIr } from '../../syntax/index.js';
import { limitText } from '../../runs/contracts/facts.js';
import { operandText } from '../../flow/operand-text.js';
import { indirectCallsText, ownContract } from '../../knowledge/on-demand.js';
import type { Tree } from '../../project/tree.js';
import { answerRow } from './api.js';
import type { Content } from './api.js';
import { kindsText } from './card.js';
import type { CardRow } from './card.js';

/**
 * What a function of the same file was found to do with pages, with what that was derived from; undefined when nothing
 * was found. Read when somebody asks, from the code the name reaches in this file.
 */
export function inferredCard(tree: Tree, file: SourceFile, name: string): Content | undefined {
  const fn = file.table.find(name)[0];
  const own = fn && ownContract(tree, file, name);
  if (!own) return undefined;
  const { model } = tree;
  const rows = contractRows(own.contract, fn, kindSet(model.kinds.keys()));
  const unknown = [...own.limits.map(limitText), ...indirectCallsText(file, name)];
  if (rows.length === 0 && own.limits.length === 0) return undefined;
  return {
    title: name,
    about: `${fn.origin === 'macro' ? 'macro' : 'function'} of this file, Linux ${model.release}`,
    paragraphs: ['Read from its own code:'],
    rows: [...rows, ...unknown.map((text) => ({ label: 'unknown', text }))],
  };
}

function contractRows(contract: Contract, fn: FunctionIr, any: KindSet): CardRow[] {
  const operand = (on: Operand): string => operandText(on, fn.params);
  return [
    ...(contract.predicate ? predicateRows(contract.predicate, operand, any) : []),
    ...contract.effects.map((effect) => ({ label: 'effect', text: effectText(effect, operand, any) })),
    ...contract.sources.map((source) => ({ label: 'gives', text: sourceText(source, operand, any) })),
    ...contract.preconditions.map(({ of, text }) => ({ label: 'needs', text: `${operand(of)}: ${text}` })),
  ];
}

function predicateRows(row: PredicateRow, operand: (on: Operand) => string, any: KindSet): CardRow[] {
  return [
    { label: 'tells', text: `${row.class}, of ${operand(row.of)}` },
    ...answerRow('yes', row.whenTrue & ~row.whenFalse, any),
    ...answerRow('no', row.whenFalse & ~row.whenTrue, any),
    ...answerRow('maybe', row.whenTrue & row.whenFalse, any),
  ];
}

function effectText(
  { does, unit, on, via, when, affected, where }: EffectRow,
  operand: (on: Operand) => string,
  any: KindSet,
): string {
  const by = via === undefined || via === '' ? '' : ` by ${via}()`;
  const what = `${does}${unit === undefined ? '' : ` (${unit})`} on ${operand(on)}${by}`;
  const only = (any & ~affected) === 0 ? '' : `, for ${kindsText(affected, any)}`;
  return `${what}${when === 'always' ? '' : `, ${when}`}${only}${where ? `; ${whereText(where)}` : ''}`;
}

function whereText({ line, function: name }: EffectPlace): string {
  return `which depends on the kind at line ${line} in ${name}()`;
}

function sourceText({ result, kinds, nullable }: SourceRow, operand: (on: Operand) => string, any: KindSet): string {
  return `${operand(result)} is ${kindsText(kinds, any)}${nullable ? ', or nothing' : ''}`;
}
