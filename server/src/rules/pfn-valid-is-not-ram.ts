import { kindSet, kindsIn, PFN_VALID_IS_NOT_RAM, ZONE_DEVICE } from '@pageref/shared';
import type { KindSet } from '@pageref/shared';
import type { CfgNode } from '../flow/cfg/cfg.js';
import type { Call } from '../flow/context.js';
import { separatedKinds } from '../flow/contract.js';
import { evaluate } from '../flow/evaluate.js';
import { replayCalls } from '../flow/fixpoint.js';
import { followWhatIf } from '../flow/what-if.js';
import type { PageId } from '../flow/domain/state.js';
import { pageOf } from '../flow/domain/pages.js';
import type { AnalysedFunction } from '../contracts/file-analysis.js';
import { offlineReads } from './memmap/rule.js';
import { isNumberOfPage, pageUses } from './page-uses.js';
import type { PageUse } from './page-uses.js';
import type { Report, Rule, RuleWorld, Subject } from './rule.js';

/** pfn_valid() as the only thing between a number and the use of its struct page. */
export const pfnValidIsNotRam: Rule = {
  meta: PFN_VALID_IS_NOT_RAM,
  names: validTests,
  check,
  restsOnCallees: true,
};

/** Names that are true where there is a struct page. */
function validTests({ model }: Pick<RuleWorld, 'model'>): string[] {
  return [...model.entries.values()]
    .filter(({ predicate }) => predicate?.class === 'valid' && predicate.answers.otherwise === 'yes')
    .map(({ name }) => name);
}

type Branch = Extract<CfgNode, { op: 'branch' }>;

function check(subject: Subject): readonly Report[] {
  const { file, fn, world, words, arch, giveUp } = subject;
  if (!fn || fn.origin === 'macro' || arch?.zoneDevice === false) return [];
  const names = new Set(words.map(({ word }) => word));
  const analysed = file.analysis.analyse(fn);
  if (!analysed.flow.complete) giveUp();
  if (!analysed.flow.complete) return [];
  const warned = new Set(offlineReads(subject).map(({ test }) => test.start));
  return analysed.flow.cfg.nodes.flatMap((node): Report[] => {
    if (node.op !== 'branch' || node.assertion !== undefined) return [];
    const { condition: test } = node;
    if (test.op !== 'call' || test.name === undefined || !names.has(test.name) || warned.has(test.start)) return [];
    const found = firstUse(analysed, node, test, subject);
    if (!found) return [];
    const { use, kinds } = found;
    const name = use.call.name ?? 'a call';
    return [
      {
        start: test.start,
        length: test.name.length,
        message: 'used',
        values: { test: test.name, use: name },
        related: [
          { ...file.place(use.call.start), text: `${name}() uses the struct page` },
          {
            ...file.place(test.start),
            text: `in ${world.model.release} the pfn can also be ${kindsText(kinds)}`,
          },
        ],
      },
    ];
  });
}

interface PfnUse {
  readonly use: PageUse;
  readonly kinds: KindSet;
}

/** The first use of the tested pfn's page on the valid side that a ZONE_DEVICE page can reach. */
function firstUse(
  analysed: AnalysedFunction,
  node: Branch,
  test: Call,
  { world, giveUp }: Subject,
): PfnUse | undefined {
  const { context } = analysed;
  const arg = test.args[0];
  // The number of a page that is at hand already: the test asks whether that is sane, not what the number is.
  if (!arg || isNumberOfPage(context, world.model, arg)) return undefined;
  const valid = followWhatIf(analysed, { from: 'behind', at: node.id, side: 0, stopAt: [node.id] });
  const [, state] = valid?.start[0] ?? [];
  const tested = state && evaluate(context, state.copy(), arg).page;
  if (!valid || tested === undefined) return undefined;
  if (!valid.flow.complete) {
    giveUp();
    return undefined;
  }
  const uses: PfnUse[] = [];
  const asked: Call[] = [];
  const listen = pageUses(context, world.model, (use) => {
    const kinds = reaching(use, tested, world);
    if (kinds !== 0) uses.push({ use, kinds });
  });
  replayCalls(context, valid.flow, (call, contract, args, state, result, _node, before) => {
    listen(call, contract, args, state, result, before);
    const row = contract?.predicate;
    if (row && typeof row.of.at === 'number' && args[row.of.at]?.page === tested) {
      if (separatedKinds(row) !== 0) asked.push(call);
    }
  });
  // Somebody who asks for device pages behind the test knows that it lets them through.
  if (asked.length > 0) return undefined;
  return uses.sort((a, b) => a.use.call.start - b.use.call.start)[0];

  function reaching({ value, state }: PageUse, id: PageId, { deviceKinds }: RuleWorld): KindSet {
    if (value.page !== id) return 0;
    const { kinds, cutByReservedBit } = pageOf(context, state, id);
    return ((kinds | cutByReservedBit) & deviceKinds & ZONE_DEVICE) === 0 ? 0 : kinds | cutByReservedBit;
  }
}

/** What a valid pfn can be beside RAM. */
function kindsText(kinds: KindSet): string {
  const device = kindsIn(kinds & ZONE_DEVICE).join(', ');
  const parts = [
    `ZONE_DEVICE (${device})`,
    ...((kinds & kindSet(['hole'])) !== 0 ? ['a hole or MMIO in a section that is partly RAM'] : []),
    ...((kinds & kindSet(['offline'])) !== 0
      ? ['memory that was never onlined and has no initialised struct page']
      : []),
    ...((kinds & kindSet(['offlined'])) !== 0 ? ['offlined memory'] : []),
  ];
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} or ${parts.at(-1) ?? ''}` : (parts[0] ?? '');
}
