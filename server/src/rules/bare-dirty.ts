import { BARE_DIRTY_OF_USER_PAGE } from '@pageref/shared';
import type { RelatedPlace } from '@pageref/shared';
import { callsInFile } from '../contracts/calls-in-file.js';
import type { AnalysedFunction } from '../contracts/file-analysis.js';
import type { NodeId } from '../flow/cfg/cfg.js';
import type { Contract } from '../flow/contract.js';
import type { Call } from '../flow/context.js';
import { aliasesOf, pageOf } from '../flow/domain/pages.js';
import type { Evidence, PageId, Value } from '../flow/domain/state.js';
import { replayCalls } from '../flow/fixpoint.js';
import { followWhatIf } from '../flow/what-if.js';
import type { Report, Rule, RuleWorld, Subject } from './rule.js';
import { isOfPageTable } from './table-of-pfns.js';

/** The bare dirty bit of a page of user memory, whose mapping is not told. */
export const bareDirty: Rule = {
  meta: BARE_DIRTY_OF_USER_PAGE,
  names: ({ model }) => model.userPages.bareDirty,
  check,
  restsOnCallees: true,
};

/** A setter of the bit with the page it marks. */
interface Marked {
  readonly call: Call;
  readonly node: NodeId;
  readonly aliases: readonly PageId[];
  readonly origin: Evidence;
}

function check(subject: Subject): readonly Report[] {
  const { file, fn, giveUp } = subject;
  if (!fn || fn.origin === 'macro') return [];
  const analysed = file.analysis.analyse(fn);
  if (!analysed.flow.complete) giveUp();
  if (!analysed.flow.complete) return [];
  return markedPages(analysed, subject.world).flatMap((mark): Report[] => {
    const why = sourceOf(subject, mark) ?? returnOf(subject, analysed, mark);
    if (!why) return [];
    const api = mark.call.name ?? '';
    const related = [why, ...reservedTests(subject, mark)];
    return [{ start: mark.call.start, length: api.length, message: 'user', values: { api }, related }];
  });
}

/** Pages that are marked, but for those that somebody asks whether they are anonymous. */
function markedPages({ context, flow }: AnalysedFunction, { model }: RuleWorld): readonly Marked[] {
  const marked = new Map<number, Marked>();
  const anonymous = new Set<PageId>();
  replayCalls(context, flow, (call, _contract, args, state, _result, node) => {
    const page = args[0]?.page;
    if (page === undefined || call.name === undefined) return;
    if (model.userPages.anonymous.includes(call.name)) anonymous.add(page);
    if (!model.userPages.bareDirty.includes(call.name)) return;
    const { origin } = pageOf(context, state, page);
    marked.set(call.start, { call, node, origin, aliases: [page, ...aliasesOf(context, state, page)] });
  });
  return [...marked.values()].filter(({ aliases }) => !aliases.some((id) => anonymous.has(id)));
}

/** Where the page comes from, if that is user memory. */
function sourceOf({ file, world }: Subject, { origin }: Marked): RelatedPlace | undefined {
  const { contract, role, at, path, line, text } = origin;
  if (role === 'unknown' || !world.model.userPages.sources.includes(contract)) return undefined;
  const place = path !== undefined && line !== undefined ? { path, line, column: 1 } : file.place(at);
  return { ...place, text: text ?? `${contract}() gives the page` };
}

/**
 * A page of unknown origin that is given back behind the mark: pins are of user memory only, a reference is where the
 * file takes those of user pages and nobody has been seen to hand another page in, or to read it from a page table.
 */
function returnOf({ file, fn, world }: Subject, analysed: AnalysedFunction, mark: Marked): RelatedPlace | undefined {
  if (isFromElsewhere(mark.origin, world)) return undefined;
  const [page] = mark.call.args;
  if (fn && page && isOfPageTable({ file, fn, world }, page)) return undefined;
  const back = givenBackBehind(analysed, mark);
  if (!back) return undefined;
  const { sources } = world.model.userPages;
  const isThere = file.matches(new RegExp(`\\b(?:${sources.join('|')})\\b`));
  const [source] = isThere ? callsInFile(file, sources) : [];
  if (back.unit !== 'pin' && source === undefined) return undefined;
  const from = source === undefined ? '' : `, in a file that takes pages of ${source.name}()`;
  return { ...file.place(back.call.start), text: `${back.call.name ?? ''}() gives the page back${from}` };
}

/** True where a call that the model knows gives the page, which is not one of user memory then. */
function isFromElsewhere({ role, contract }: Evidence, { model }: RuleWorld): boolean {
  return role !== 'unknown' && role !== 'parameter' && model.entries.has(contract);
}

interface GivenBack {
  readonly call: Call;
  readonly unit: string;
}

/** The first call on the ways from the mark that gives the page back. */
function givenBackBehind(analysed: AnalysedFunction, { node, aliases }: Marked): GivenBack | undefined {
  // What lies before the mark in the order of the graph is reached by another turn of a loop only, with another page.
  const { nodes, order } = analysed.flow.cfg;
  const stopAt = nodes.map(({ id }) => id).filter((id) => (order[id] ?? 0) <= (order[node] ?? 0));
  const behind = followWhatIf(analysed, { from: 'behind', at: node, stopAt });
  const found: GivenBack[] = [];
  if (behind) {
    replayCalls(behind.context, behind.flow, (call, contract, args) => {
      const unit = droppedUnit(contract, args, aliases);
      if (unit !== undefined) found.push({ call, unit });
    });
  }
  return found.sort((a, b) => a.call.start - b.call.start)[0];
}

/** What a call gives back of one of the pages, as one of its users: who frees a page owns it. */
function droppedUnit(
  contract: Contract | undefined,
  args: readonly Value[],
  pages: readonly PageId[],
): string | undefined {
  if (contract?.preconditions.some(({ needs }) => needs === 'owner-free' || needs === 'boot-memory')) return undefined;
  const drop = contract?.effects.find(({ does, unit, on }) => {
    const page = typeof on.at === 'number' ? args[on.at]?.page : undefined;
    return does === 'release' && unit !== 'pgmap-reference' && page !== undefined && pages.includes(page);
  });
  return drop?.unit;
}

/** Tests of the reserved bit in the function that only keep pages from being marked: the page they spare is not this one. */
function reservedTests({ file, fn, reserved }: Subject, { call }: Marked): readonly RelatedPlace[] {
  if (!fn) return [];
  return reserved.mentions
    .filter((mention) => mention.test !== undefined && fn.start <= mention.start && mention.start < call.start)
    .filter((mention) => {
      const { verdict, impact } = reserved.of(mention).site;
      return verdict === 'needs-zone-device' && impact === 'right-by-accident';
    })
    .map(({ start, form }) => ({ ...file.place(start), text: `${form}() spares ZONE_DEVICE pages by accident only` }));
}
