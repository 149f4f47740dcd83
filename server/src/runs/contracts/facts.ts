import { kindsIn } from '@pageref/shared';
import type {
  ContractAnswer,
  ContractEffect,
  ContractGift,
  FunctionContract,
  KindSet,
  PageKind,
  WrapperContract,
} from '@pageref/shared';
import type { Contract, EffectRow, PredicateRow, SourceRow } from '../../flow/contract.js';
import type { Wrapper } from '../../rules/wrappers/wrapper.js';
import type { PlacedSite } from '../../knowledge/infer-file.js';
import { operandText } from '../../flow/operand-text.js';

/** Contracts of the analysis as plain data for reports. */

/** Why a contract may say less than the code does, by the analysis's word for it. */
export const LIMIT_TEXTS: Readonly<Record<string, string>> = {
  recursion:
    'Its calls go round in a circle, or its file was read as often as the bound allows: what had not settled then is unknown.',
  'too-complex': 'It is too tangled for the bounds of the analysis: what it does with pages is unknown.',
  macro: 'It is a macro: read in its own file; what a use of it hands in is unknown elsewhere.',
};

export function limitText(limit: string): string {
  return LIMIT_TEXTS[limit] ?? limit;
}

/** @param any kinds of page there are in the release */
export function contractFacts(
  contract: Contract,
  any: KindSet,
): Pick<FunctionContract, 'tells' | 'effects' | 'gives' | 'needs'> {
  return {
    tells: contract.predicate ? answerOf(contract.predicate, any) : null,
    effects: contract.effects.map((effect) => effectOf(effect, any)),
    gives: contract.sources.map((source) => giftOf(source, any)),
    needs: contract.preconditions.map(({ of, text }) => ({ of: operandText(of), text })),
  };
}

function kindsOf(set: KindSet, any: KindSet): readonly PageKind[] {
  return kindsIn(set & any);
}

function answerOf({ class: question, of, whenTrue, whenFalse }: PredicateRow, any: KindSet): ContractAnswer {
  return {
    question,
    of: operandText(of),
    yes: kindsOf(whenTrue & ~whenFalse, any),
    no: kindsOf(whenFalse & ~whenTrue, any),
    maybe: kindsOf(whenTrue & whenFalse, any),
  };
}

function effectOf({ does, on, unit, affected, when, via, where }: EffectRow, any: KindSet): ContractEffect {
  return {
    does,
    on: operandText(on),
    unit: unit ?? null,
    kinds: kindsOf(affected, any),
    when,
    via: via === undefined || via === '' ? null : via,
    where: where ?? null,
  };
}

function giftOf({ result, kinds, nullable, same }: SourceRow, any: KindSet): ContractGift {
  return { result: operandText(result), kinds: kindsOf(kinds, any), nullable, same: same ? operandText(same) : null };
}

/** A wrapper of the reserved test with its call sites. */
export function wrapperFacts(wrapper: Wrapper, sites: readonly PlacedSite[]): WrapperContract {
  const { path, line, name, level, parameter, answers, does } = wrapper;
  return {
    path,
    line,
    function: name,
    static: wrapper.static,
    level,
    of: parameter === undefined ? null : operandText({ at: parameter }),
    answers,
    does: does.role,
    sites: sites
      .filter((site) => isSame(site.wrapper, wrapper))
      .map((site) => ({
        path: site.path,
        line: site.line,
        column: site.column,
        function: site.function,
        role: site.decides.role,
      })),
  };
}

function isSame(a: Wrapper, b: Wrapper): boolean {
  return a.path === b.path && a.line === b.line && a.name === b.name;
}
