import assert from 'node:assert/strict';
import { kindSet, kindsIn, ZONE_DEVICE } from '@pageref/shared';
import type { KindSet, PageKind, Release } from '@pageref/shared';
import type { TreeContracts } from 'pageref/dist/knowledge/inference.js';
import { openTree } from 'pageref/dist/project/tree.js';
import { operandText } from 'pageref/dist/flow/operand-text.js';
import type { Contract, EffectRow } from 'pageref/dist/flow/contract.js';
import { inferTree } from './infer.js';
import { withTree } from './tree.js';

/** Infers the contracts of a fixture's files (see withTree) as a tree of the release. */
export function inferFixture(fixture: string, release: Release, jobs = 1): Promise<Inferred> {
  return withTree(fixture, async ({ root }) => {
    const tree = await openTree(root, release);
    const contracts = await inferTree(root, { jobs, release });
    return { contracts, text: contractLines(contracts, kindSet(tree.model.kinds.keys())).join('\n') };
  });
}

export interface Inferred {
  readonly contracts: TreeContracts;
  /** A line for each contract and each wrapper, in the words of `expectContracts`. */
  readonly text: string;
}

/**
 * The contracts of a fixture, all of them, a line each in order of path and line:
 *
 *     guest_release_pfn: release arg0 for RAM, not boot ZONE_DEVICE
 *     guest_is_reserved: reserved arg0: yes boot ZONE_DEVICE, no RAM
 *     guest_loop: nothing [recursion]
 *
 * RAM stands for memory of the buddy allocator, boot for memory reserved at boot; ZONE_DEVICE kinds are named where it is
 * not all of them. What is not among those three is not shown.
 */
export async function expectContracts(fixture: string, release: Release, expected: string): Promise<TreeContracts> {
  const { contracts, text } = await inferFixture(fixture, release);
  const wanted = expected
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  assert.equal(text, wanted.join('\n'));
  return contracts;
}

function contractLines({ files, wrappers, sites }: TreeContracts, any: KindSet): string[] {
  const lines = [...files.values()].flatMap((summaries) =>
    [...summaries]
      .sort((a, b) => lineOf(a.contract) - lineOf(b.contract))
      .map(({ name, contract, limits }) => {
        const limit = limits.length > 0 ? ` [${limits.join(', ')}]` : '';
        return `${name}: ${contractText(contract, any)}${limit}`;
      }),
  );
  const wrapped = wrappers.map(({ name, level, does }) => {
    const own = sites.filter(({ wrapper }) => wrapper.name === name);
    return `wrapper ${name} ${level} ${does.role}: ${own.map((site) => `${site.function} ${site.decides.role}`).join(', ')}`.trim();
  });
  return [...lines, ...wrapped];
}

function lineOf({ from }: Contract): number {
  return from === 'model' ? 0 : from.line;
}

function contractText({ predicate, effects }: Contract, any: KindSet): string {
  const parts = [
    ...(predicate
      ? [
          `${predicate.class} ${operandText(predicate.of)}: ${[
            ['yes', predicate.whenTrue & ~predicate.whenFalse],
            ['no', predicate.whenFalse & ~predicate.whenTrue],
            ['maybe', predicate.whenTrue & predicate.whenFalse],
          ]
            .map(([answer, kinds]) => [answer, namesOf(Number(kinds), any)] as const)
            .filter(([, names]) => names !== '')
            .map(([answer, names]) => `${answer} ${names}`)
            .join(', ')}`,
        ]
      : []),
    ...effects.map((effect) => effectText(effect, any)),
  ];
  return parts.length > 0 ? parts.join('; ') : 'nothing';
}

function effectText({ does, on, affected, unit, via }: EffectRow, any: KindSet): string {
  const what = `${unit === 'pin' ? `${does}-pin` : does} ${operandText(on)}${via === undefined ? '' : ` by ${via}`}`;
  if ((any & ~affected) === 0) return `${what} for every kind`;
  const missing = namesOf(any & ~affected, any);
  return `${what} for ${namesOf(affected, any)}${missing === '' ? '' : `, not ${missing}`}`;
}

const SHOWN: readonly (readonly [PageKind, string])[] = [
  ['buddy', 'RAM'],
  ['boot-reserved', 'boot'],
];

function namesOf(set: KindSet, any: KindSet): string {
  const device = any & ZONE_DEVICE;
  const ordinary = SHOWN.filter(([kind]) => (set & kindSet([kind])) !== 0).map(([, name]) => name);
  const special = (set & device) === device ? ['ZONE_DEVICE'] : kindsIn(set & device);
  return [...ordinary, ...special].join(' ');
}
