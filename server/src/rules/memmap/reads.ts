import { kindSet, ZONE_DEVICE } from '@pageref/shared';
import type { AnalysedFunction } from '../../contracts/file-analysis.js';
import type { NodeId } from '../../flow/cfg/cfg.js';
import type { Call, FlowContext } from '../../flow/context.js';
import { separatedKinds } from '../../flow/contract.js';
import type { Contract } from '../../flow/contract.js';
import { pageOf } from '../../flow/domain/pages.js';
import type { State, PageId } from '../../flow/domain/state.js';
import { evaluate } from '../../flow/evaluate.js';
import { replayCalls } from '../../flow/fixpoint.js';
import { followWhatIf } from '../../flow/what-if.js';
import type { Followed } from '../../flow/what-if.js';
import type { Expr } from '../../syntax/index.js';
import { isPage } from '../page-uses.js';
import type { RuleWorld, Subject } from '../rule.js';
import { isSame } from './origin.js';

/** A call that looks into a struct page. */
export interface Read {
  readonly call: Call;
  /** It asks for the zone or node of the page. */
  readonly asksZone: boolean;
  readonly asksReserved: boolean;
}

/** The first read of the pfn's struct page where the test said yes, of a page that may be offline or of a device. */
export function firstRead(
  analysed: AnalysedFunction,
  test: NodeId,
  pfn: Expr,
  { world, giveUp }: Subject,
): Read | undefined {
  const valid = followWhatIf(analysed, { from: 'behind', at: test, side: 0, stopAt: [test] });
  const [, state] = valid?.start[0] ?? [];
  if (!valid || !state) return undefined;
  if (!valid.flow.complete) {
    giveUp();
    return undefined;
  }
  const tested = evaluate(analysed.context, state.copy(), pfn).page;
  const reads = readsOf(valid, pfn, tested, world);
  return reads?.sort((a, b) => a.call.start - b.call.start)[0];
}

/** Undefined where somebody asks behind the test what the page is: who does so knows that the test lets all of them through. */
function readsOf(valid: Followed, pfn: Expr, tested: PageId | undefined, world: RuleWorld): Read[] | undefined {
  const { context, flow } = valid;
  const pages = new Set<PageId>(tested === undefined ? [] : [tested]);
  const reads: Read[] = [];
  const questions: Call[] = [];
  replayCalls(context, flow, (call, contract, args, after, result) => {
    if (isOfPfn(call, contract, pfn, world) && result.page !== undefined) pages.add(result.page);
    if (isPassedOn(context, call, contract, world)) return;
    args.forEach(({ page }, at) => {
      const arg = call.args[at];
      if (arg === undefined || page === undefined || !pages.has(page)) return;
      if (contract?.predicate && separatedKinds(contract.predicate) !== 0) questions.push(call);
      else if (isPage(context, world.model, arg) && mayBeOffline(context, after, page, world))
        reads.push(readOf(call, contract));
    });
  });
  return questions.length > 0 ? undefined : reads;
}

/** Conversions and messages pass the page on; a test of its number, or what initialises it, reads nothing either. */
function isPassedOn(context: FlowContext, { name }: Call, contract: Contract | undefined, world: RuleWorld): boolean {
  if (contract?.conversion) return true;
  if (name !== undefined && (context.isLog(name) || world.model.memmap.dumps.includes(name))) return true;
  if (contract?.effects.some(({ does }) => does === 'set-reserved') === true) return true;
  const asked = contract?.predicate?.class;
  return asked === 'valid' || asked === 'range' || asked === 'memory-type';
}

function mayBeOffline(context: FlowContext, state: State, id: PageId, { deviceKinds }: RuleWorld): boolean {
  const { kinds, cutByReservedBit } = pageOf(context, state, id);
  return ((kinds | cutByReservedBit) & ((deviceKinds & ZONE_DEVICE) | OFFLINE)) !== 0;
}

const OFFLINE = kindSet(['offline']);

function isOfPfn({ name, args }: Call, contract: Contract | undefined, pfn: Expr, { model }: RuleWorld): boolean {
  const [arg] = args;
  if (contract?.conversion === undefined || arg === undefined) return false;
  return model.pageTypes.fromPfns.includes(name ?? '') && isSame(arg, pfn);
}

function readOf(call: Call, contract: Contract | undefined): Read {
  return {
    call,
    asksZone: contract?.attribute?.what === 'zone' || contract?.attribute?.what === 'zone-number',
    asksReserved: contract?.predicate?.class === 'reserved',
  };
}
