import { kindSet, kindsIn, ZONE_DEVICE } from '@pageref/shared';
import type { FunctionChange, KindSet } from '@pageref/shared';
import type { Contract } from '../../flow/contract.js';
import { isCounting } from '../../contracts/file-summaries.js';
import { comparePaths } from '../../vfs/index.js';
import type { Wrapper } from '../../rules/wrappers/wrapper.js';
import type { RunResult } from '../run-request.js';
import { operandText } from '../../flow/operand-text.js';

/** What functions of a tree do with pages, as lines that two trees can be compared by. */

/** Kinds of page that are told of: those of both trees that a reader asks about. */
function comparableKinds(before: KindSet, after: KindSet): KindSet {
  return before & after & (ZONE_DEVICE | kindSet(['buddy']));
}

/** A tree whose functions were read. */
export type ReadTree = Pick<RunResult, 'tree' | 'files' | 'contracts'>;

/** Wrappers first, then contracts, each in order of path and name. */
export function compareFunctions(before: ReadTree, after: ReadTree): FunctionChange[] {
  const kinds = comparableKinds(before.tree.tools.provenance.any, after.tree.tools.provenance.any);
  return [
    ...changesOf('wrapper', wrapperLines(before), wrapperLines(after)),
    ...changesOf('contract', contractLines(before, kinds), contractLines(after, kinds)),
  ];
}

type Described = ReadonlyMap<string, { readonly path: string; readonly function: string; readonly lines: string[] }>;

function changesOf(what: FunctionChange['what'], before: Described, after: Described): FunctionChange[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort(comparePaths);
  return keys.flatMap((key): FunctionChange[] => {
    const [old, now] = [before.get(key), after.get(key)];
    const named = now ?? old;
    if (!named || old?.lines.join('\n') === now?.lines.join('\n')) return [];
    const change = old && now ? 'changed' : now ? 'added' : 'removed';
    const gone = (old?.lines ?? []).filter((line) => !now?.lines.includes(line));
    const come = (now?.lines ?? []).filter((line) => !old?.lines.includes(line));
    return [{ what, change, path: named.path, function: named.function, gone, come }];
  });
}

function wrapperLines({ files, contracts }: ReadTree): Described {
  const { wrappers = [], sites = [] } = contracts ?? {};
  const verdictOn = (test: Wrapper['test']): string | undefined =>
    files
      .find(({ path }) => path === test.path)
      ?.verdicts.find(({ site }) => site.line === test.line && site.column === test.column)?.site.verdict;
  return new Map(
    wrappers.map(({ path, line, name, test }) => {
      const own = sites.filter(({ wrapper }) => wrapper.path === path && wrapper.line === line);
      const calls = own.map((site) => `called by ${site.function} in ${site.path}: ${site.decides.role}`);
      return [
        `${path}:${name}`,
        {
          path,
          function: name,
          lines: [`the test behind it: ${verdictOn(test) ?? 'not judged'}`, ...unique(calls)],
        },
      ];
    }),
  );
}

function contractLines({ contracts }: ReadTree, kinds: KindSet): Described {
  const found = new Map<string, { path: string; function: string; lines: string[] }>();
  for (const [path, summaries] of contracts?.files ?? []) {
    for (const { name, contract } of summaries) {
      const lines = unique(factLines(contract, kinds));
      if (lines.length > 0) found.set(`${path}:${name}`, { path, function: name, lines });
    }
  }
  return found;
}

/** References, marks and answers; where in the file they stand is nothing to compare. */
function factLines({ predicate, effects }: Contract, kinds: KindSet): string[] {
  const named = (set: KindSet): string => kindsIn(set & kinds).join(', ') || 'none of them';
  const answer = predicate
    ? [`answers a question (${predicate.class}) of ${operandText(predicate.of)}: true for ${named(predicate.whenTrue)}`]
    : [];
  const told = effects.filter((effect) => isCounting(effect) || effect.does === 'dirty' || effect.does === 'accessed');
  return [
    ...answer,
    ...told.map(({ does, on, unit, affected }) =>
      `${does} ${unit ?? ''} on ${operandText(on)} for ${named(affected)}`.replace('  ', ' '),
    ),
  ].sort(comparePaths);
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}
