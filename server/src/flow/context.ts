import type { KindSet } from '@pageref/shared';
import type { Expr, FunctionIr, TypeName } from '../syntax/ir.js';
import type { Contract, ContractLookup } from './contract.js';
import type { Evidence, State, AbstractPage, PageId, Value } from './domain/state.js';
import type { Addresses } from './domain/access-paths.js';
import type { Vocabulary } from './vocabulary.js';

/** What the analysis of one function runs in. */

export type Call = Extract<Expr, { op: 'call' }>;

/** Provenance sets that depend on the release, from the model. */
export interface ProvenanceKinds {
  /** Every kind that exists in the release. */
  readonly any: KindSet;
  readonly kernelObject: KindSet;
  readonly directMap: KindSet;
  readonly pageTableEntry: KindSet;
}

/** What all callers together pass for a parameter. */
export type ArgumentSummary = Pick<AbstractPage, 'kinds' | 'cutByReservedBit' | 'origin'> & {
  /** True when a caller passes an attribute (the zone) of a page that may be a device page. */
  readonly ofDevicePage: boolean;
};

/** Undefined when the callers are not all seen. */
export type ParameterSummary = (index: number) => ArgumentSummary | undefined;

/**
 * Listens to calls as they are evaluated, with the pages their arguments name, the state after what the call may have
 * written was lost, and the state before.
 */
export type CallListener = (
  call: Call,
  contract: Contract | undefined,
  args: readonly Value[],
  state: State,
  result: Value,
  before: State,
) => void;

/** A page nobody has asked about: made from where it comes from, from its neighbour, or from the pages it stands for. */
export type LazyPage =
  { readonly origin: Evidence } | { readonly near: PageId } | { readonly either: readonly PageId[] };

/** The places and sites a page may come from, sorted; `fromNeighbour` when it is a neighbour of one of them. */
export interface Origins {
  readonly origins: readonly PageId[];
  readonly fromNeighbour: boolean;
  /** How many lazy pages there were: with more of them the answer may be another one. */
  readonly among: number;
}

/** Why places become uncertain: a call, or a text that says what was written. */
export type Cause = Call | string;

export interface FlowContext {
  readonly fn: FunctionIr;
  /** Declared types of parameters and locals. */
  readonly types: ReadonlyMap<string, TypeName>;
  /** Locals whose address is kept somewhere, so that a write through a pointer may change them. */
  readonly addressTaken: ReadonlySet<string>;
  /** Members whose address the function takes, and those of which it may keep it. */
  readonly addressedMembers: Pick<Addresses, 'members' | 'keptMembers'>;
  /** False for a function of the file that is known not to keep the address it is handed as this argument. */
  readonly mayKeep: (name: string | undefined, at: number) => boolean;
  readonly vocabulary: Vocabulary;
  readonly provenance: ProvenanceKinds;
  readonly contractOf: ContractLookup;
  readonly parameter: ParameterSummary;
  /** What a macro of the file without parameters is an abbreviation of. */
  readonly constantOf: (name: string) => Expr | undefined;
  /** True for a call that only prints: it writes nothing that it is given, so no page comes from it. */
  readonly isLog: (name: string) => boolean;
  /** True for a macro of the same file that assigns in its body. */
  readonly writesArguments: (name: string) => boolean;
  /** Pages that are made when somebody asks for them. */
  readonly lazy: Map<PageId, LazyPage>;
  /** Pages that a site has made at some time, in whatever state. */
  readonly made: Set<PageId>;
  /** Where lazy pages come from in the end, as far as it was asked. */
  readonly origins: Map<PageId, Origins>;
  /** Which places a write or call makes uncertain: their paths decide that, once and for all. */
  readonly losses: Map<Cause, Map<string, boolean>>;
  /** The first call, by its offset, that may have kept the address of a local. */
  readonly keepers: Map<string, { readonly name: string; readonly at: number }>;
  readonly onCall?: CallListener;
  /** Keep track of the references held on each page; costs time, so only where somebody asks for them. */
  readonly references?: boolean;
  /** Calls whose answer is taken as given, by the offset of the call: what-would-happen-if runs. */
  readonly forced?: ReadonlyMap<number, 'null' | 'nonnull'>;
  /** A page whose kind set must not become empty: paths on which it does are not taken. */
  readonly mustExist?: PageId;
  /** Whether the page that must exist carries the reserved bit, whatever its kinds say of that. */
  readonly bit?: boolean;
}
