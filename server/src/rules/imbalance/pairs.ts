import type { KindSet } from '@pageref/shared';
import { touchedPages } from '../../flow/calls.js';
import type { CfgNode, NodeId } from '../../flow/cfg/cfg.js';
import type { FunctionIr } from '../../syntax/ir.js';
import type { Call, FlowContext } from '../../flow/context.js';
import type { ContractLookup, EffectPlace, EffectRow } from '../../flow/contract.js';
import { replayCalls, returnedValue, transfer } from '../../flow/fixpoint.js';
import type { Flow } from '../../flow/fixpoint.js';
import { followWhatIf, FOLLOWED } from '../../flow/what-if.js';
import type { Followed } from '../../flow/what-if.js';
import { BUDDY, heldKinds, referencesOn } from '../../flow/domain/held.js';
import type { State, AbstractPage, PageId, Value, Reference } from '../../flow/domain/state.js';
import type { CountedFlow } from '../../contracts/file-summaries.js';
import { aliasesOf } from '../../flow/domain/pages.js';
import type { Vocabulary } from '../../flow/vocabulary.js';
import { visitExpressions } from '../../syntax/ir-walk.js';

/**
 * Takes and drops of references that do not balance for some kinds of page: in one function, followed once per kind, and
 * between functions, by pairs of calls that one function uses on the same page.
 */

/** A take of references on device pages and the drop that leaves them out, found by subtracting per kind. */
export interface Imbalance {
  /** Where the drop comes to depend on the kind of page. */
  readonly at: EffectPlace;
  readonly kinds: KindSet;
  readonly acquire: string;
  readonly acquireVia: string;
  readonly release: string;
  readonly releaseVia: string;
  /** The call that only ordinary pages reach. */
  readonly call: string;
  readonly unit: NonNullable<EffectRow['unit']>;
  /**
   * How the two were paired: on one path of one function, on one page in one function, by the model's counterparts, or by
   * their names.
   */
  readonly basis: 'path' | 'same-page' | 'counterpart' | 'names';
  readonly related: readonly (EffectPlace & { readonly text: string })[];
}

/**
 * Could a function be unbalanced at all? It has to take a reference on what may be a device page, and something in it has
 * to tell kinds of pages apart. Asked of the syntax, before any flow is computed.
 */
export function mayBeUnbalanced(
  fn: FunctionIr,
  { contractOf, vocabulary, device }: { contractOf: ContractLookup; vocabulary: Vocabulary; device: KindSet },
): boolean {
  let [takes, tells] = [false, false];
  visitExpressions(fn.body, (expr) => {
    tells ||= vocabulary.matchReserved(expr) !== undefined;
    const contract = expr.op === 'call' && expr.name !== undefined ? contractOf(expr.name) : undefined;
    if (!contract) return;
    const cls = contract.predicate?.class;
    tells ||= cls === 'reserved' || cls === 'zone-device';
    for (const { does, affected } of contract.effects) {
      takes ||= does === 'acquire' && (affected & device) !== 0;
      tells ||= does === 'release' && (affected & device) !== device && (affected & BUDDY) !== 0;
    }
  });
  return takes && tells;
}

/** Two calls that one function makes on one page: the first takes what the second gives back. */
export interface ImbalancePair {
  readonly acquire: Reference;
  readonly release: { readonly name: string; readonly effect: EffectRow };
  /** Offsets of the two calls in the function that makes them. */
  readonly acquiredAt: number;
  readonly releasedAt: number;
}

/** The pairs of a function, in the order of the text. */
export function pairsIn({ context, flow }: CountedFlow): readonly ImbalancePair[] {
  const pairs = new Map<string, ImbalancePair>();
  replayCalls(context, flow, (call, contract, args, state, result) => {
    for (const effect of contract?.effects ?? []) {
      if (effect.does !== 'release') continue;
      for (const id of touchedPages(context, state, call, args, result, effect.on)) {
        const page = state.pages.get(id);
        for (const held of page ? referencesOn(page) : []) {
          const key = `${held.at}:${call.start}:${effect.via ?? ''}`;
          const release = { name: call.name ?? '', effect };
          pairs.set(key, { acquire: held, release, acquiredAt: held.at, releasedAt: call.start });
        }
      }
    }
  });
  return [...pairs.values()].sort((a, b) => a.releasedAt - b.releasedAt || a.acquiredAt - b.acquiredAt);
}

/** The device kinds that a pair takes a reference on and does not give it back for, though it does for ordinary memory. */
export function unbalancedKinds(acquired: KindSet, released: KindSet, device: KindSet): KindSet {
  return (released & BUDDY) === 0 || (acquired & BUDDY) === 0 ? 0 : acquired & device & ~released;
}

/** A reference that a function keeps for device pages on a way out on which it has dropped it for ordinary memory. */
export interface Leak {
  readonly acquire: Reference;
  readonly kinds: KindSet;
  /** Offset of the call that only ordinary pages reach. */
  readonly releasedAt: number;
  readonly releasedBy: string;
  /** Offset of the condition at which the two part; that of the release where a callee decides. */
  readonly partsAt: number;
  /** Offset of the statement on which the function is left with the reference. */
  readonly leftAt: number;
}

/**
 * The leaks of one function. Each acquisition is followed twice: as a device page, and as ordinary memory.
 * @param giveUp told when one could not be followed to the end
 */
export function leaksIn(counted: CountedFlow, device: KindSet, giveUp: () => void): readonly Leak[] {
  const leaks: Leak[] = [];
  for (const taken of acquisitions(counted, device)) {
    const [ordinary, special] = [follow(counted, taken, BUDDY), follow(counted, taken, taken.kinds)];
    if (!ordinary || !special) continue;
    if (!ordinary.flow.complete || !special.flow.complete) {
      giveUp();
      continue;
    }
    const release = ordinary.releases[0];
    if (!release) continue;
    if (ordinary.gone || special.gone || special.calls.some((at) => !ordinary.calls.includes(at))) continue;
    const leftAt = [...special.left].filter((at) => !ordinary.left.has(at)).sort((x, y) => x - y)[0];
    if (leftAt === undefined) continue;
    const { held, kinds } = taken;
    const partsAt = partingOf(counted, ordinary.flow, special.flow) ?? release.at;
    leaks.push({ acquire: held, kinds, releasedAt: release.at, releasedBy: release.name, partsAt, leftAt });
  }
  return leaks;
}

/** A call that takes a reference on a page that may be a device page or ordinary memory. */
interface PairedAcquisition {
  readonly held: Reference;
  readonly kinds: KindSet;
  readonly id: PageId;
  /** The node that makes the call. */
  readonly at: NodeId;
}

function acquisitions({ context, flow }: CountedFlow, device: KindSet): readonly PairedAcquisition[] {
  const found = new Map<string, PairedAcquisition>();
  for (const node of flow.cfg.nodes) {
    const before = flow.before.get(node.id);
    if (!before || !holdsCall(node)) continue;
    for (const [, state] of transfer(context, node, before)) {
      for (const [id, page] of state.pages) {
        for (const held of referencesOn(page)) {
          const isNew = !(before.pages.get(id)?.references ?? []).some((one) => one.at === held.at);
          const kinds = held.kinds & device;
          if (!isNew || kinds === 0 || (held.kinds & BUDDY) === 0) continue;
          const key = `${held.at}:${id}`;
          const known = found.get(key);
          found.set(key, known ? withWayOf(known, held, kinds) : { held, kinds, id, at: node.id });
        }
      }
    }
  }
  return [...found.values()].sort((a, b) => a.held.at - b.held.at);
}

/** A call that takes its reference by several ways takes it for the kinds of all of them, and none is named. */
function withWayOf(known: PairedAcquisition, held: Reference, kinds: KindSet): PairedAcquisition {
  const via = held.via === known.held.via ? held.via : held.by;
  return { ...known, kinds: known.kinds | kinds, held: { ...held, kinds: known.held.kinds | held.kinds, via } };
}

function holdsCall(node: CfgNode): boolean {
  return node.op === 'eval' || node.op === 'declare' || node.op === 'branch' || node.op === 'choice';
}

/** How a page of some kinds fares from where its reference was taken. */
interface Fate {
  /** Releases that reach it, in the order of the text. */
  readonly releases: readonly { readonly at: number; readonly name: string }[];
  /** Offsets of the ways out on which it is still held. */
  readonly left: ReadonlySet<number>;
  /** True when it is given to somebody else on some way. */
  readonly gone: boolean;
  /** Offsets of the calls it is handed to that nothing is known of. */
  readonly calls: readonly number[];
  readonly flow: Flow;
}

function follow(counted: CountedFlow, { held, id, at }: PairedAcquisition, kinds: KindSet): Fate | undefined {
  const as = (page: AbstractPage): AbstractPage | undefined =>
    (heldKinds(page.references) & kinds) === 0
      ? undefined
      : { ...page, kinds, cutByReservedBit: 0, references: page.references.filter((one) => one.at === held.at) };
  const followed = followWhatIf(counted, { from: 'behind', at, page: { id, as } });
  return followed && { ...actsOn(followed), ...waysOut(followed), flow: followed.flow };
}

/** The first condition at which device pages take a way that ordinary memory never takes. */
function partingOf({ flow: { cfg } }: CountedFlow, ordinary: Flow, special: Flow): number | undefined {
  const apart = cfg.nodes.filter(
    (node) =>
      node.op === 'branch' &&
      ordinary.before.has(node.id) &&
      node.next.some((to) => special.before.has(to) && !ordinary.before.has(to)),
  );
  const [first] = apart.sort((a, b) => (cfg.order[a.id] ?? 0) - (cfg.order[b.id] ?? 0));
  return first?.op === 'branch' ? first.condition.start : undefined;
}

function actsOn({ context, flow }: Followed): Pick<Fate, 'releases' | 'calls' | 'gone'> {
  const releases = new Map<number, string>();
  const calls = new Set<number>();
  let gone = false;
  replayCalls(context, flow, (call, contract, args, state, result) => {
    const isSame = (other: PageId | undefined): boolean =>
      other !== undefined && aliasesOf(context, state, other).includes(FOLLOWED);
    for (const effect of contract?.effects ?? []) {
      const reached = touchedPages(context, state, call, args, result, effect.on).some(
        (other) => isSame(other) && ((state.pages.get(other)?.kinds ?? 0) & effect.affected) !== 0,
      );
      if (!reached) continue;
      if (effect.does === 'release' || effect.does === 'free') releases.set(call.start, call.name ?? '');
      if (effect.does === 'transfer') gone = true;
    }
    if (!contract && handsOn(call, args, isSame)) calls.add(call.start);
  });
  const sorted = [...releases].sort(([a], [b]) => a - b).map(([at, name]) => ({ at, name }));
  return { releases: sorted, calls: [...calls].sort((a, b) => a - b), gone };
}

function handsOn(call: Call, args: readonly Value[], isSame: (id: PageId | undefined) => boolean): boolean {
  return call.args.some((_arg, at) => isSame(args[at]?.page));
}

/** Where the function is left with the page still held; and whether it is handed to the caller or kept in memory. */
function waysOut({ context, flow }: Followed): { left: Set<number>; gone: boolean } {
  const left = new Set<number>();
  let gone = false;
  const note = (state: State, at: number, value: Value): void => {
    const page = state.pages.get(FOLLOWED);
    if (!page || referencesOn(page).length === 0) return;
    if (value.page !== undefined && aliasesOf(context, state, value.page).includes(FOLLOWED)) gone = true;
    else if (isStored(context, state)) gone = true;
    else left.add(at);
  };
  for (const node of flow.cfg.nodes) {
    const state = flow.before.get(node.id);
    if (!state) continue;
    if (node.op === 'return') {
      note(state, node.value?.start ?? context.fn.end, node.value ? returnedValue(context, flow, node) : {});
    } else if (node.next.includes(flow.cfg.exit)) {
      for (const [to, after] of transfer(context, node, state)) {
        if (to === flow.cfg.exit) note(after, context.fn.end, {});
      }
    }
  }
  return { left, gone };
}

/** True when memory that outlives the function names the page. */
function isStored(context: FlowContext, state: State): boolean {
  for (const [place, value] of state.paths) {
    if (value.page === undefined || !/->|^\(\*|\[/.test(place)) continue;
    const root = /^[(*]*([\w#]+)/.exec(place)?.[1] ?? '';
    const isLocal = context.types.has(root) && !context.fn.params.some((param) => param.name === root);
    if (isLocal && !/->|^\(\*/.test(place)) continue;
    if (aliasesOf(context, state, value.page).includes(FOLLOWED)) return true;
  }
  return false;
}
