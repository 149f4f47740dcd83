import type { OwnedUnit } from '@pageref/shared';
import type { Cfg, CfgNode, NodeId } from '../flow/cfg/cfg.js';
import type { Conditions } from '../syntax/conditions-around.js';
import type { Condition } from '../syntax/index.js';
import type { Expr, FunctionIr } from '../syntax/ir.js';
import type { CallKnowledge } from './calls.js';
import type { Acquisition, Event } from './draft.js';
import type { Live } from './live.js';
import type { Locals, Path } from './paths.js';
import type { OwnershipState } from './state.js';
import type { Signs } from './values.js';

/** A function that is ready to be followed, and what comes of following it. */

/** Where a function is left, with the state there. */
export interface WayOut {
  /** Offset and length of the return statement's node; the end of the function where it runs out. */
  readonly start: number;
  readonly length: number;
  readonly state: OwnershipState;
  /** Signs of what is returned; undefined for nothing. */
  readonly returned: Signs | undefined;
  readonly value: Expr | undefined;
}

/** What became of one acquisition on all paths. */
export interface Followed {
  readonly acquisition: Acquisition;
  readonly events: readonly Event[];
  readonly ways: readonly WayOut[];
  /** False where the function was too tangled to see all paths. */
  readonly complete: boolean;
}

/** Something that a loop does to a page or to each element of an array: gives it back, stores it, hands it to a call. */
export interface ElementAct extends Pick<Event, 'start' | 'length'> {
  readonly does: 'drop' | 'store' | 'hand';
  readonly unit: OwnedUnit;
  readonly path: Path;
}

/** A function prepared for following. */
export interface Prepared {
  readonly fn: FunctionIr;
  readonly cfg: Cfg;
  readonly knowledge: CallKnowledge;
  readonly locals: Locals;
  readonly asked: ReadonlySet<Path>;
  /** The error codes that conditions ask of each variable. */
  readonly codes: ReadonlyMap<Path, readonly string[]>;
  readonly repeated: (condition: Expr) => string | undefined;
  readonly isAsserted: (node: CfgNode) => boolean;
  /** True for a condition that stands in a warning: what is behind it is held for impossible. */
  readonly isWarned: (node: CfgNode) => boolean;
  readonly armConditions: ReadonlyMap<number, Condition>;
  /** What can still be asked for in front of each node. */
  readonly live: () => readonly Live[];
  /** What `#if` asks in the file, and the answers that the function was read with. */
  readonly assumed: Conditions;
  /** The states in which each node with a call that takes or gives back is reached while nothing is followed. */
  readonly before: () => ReadonlyMap<NodeId, readonly OwnershipState[]>;
  /** The nodes of each loop, by its head. */
  readonly loops: ReadonlyMap<NodeId, ReadonlySet<NodeId>>;
  /** The nodes of all loops. */
  readonly inLoops: ReadonlySet<NodeId>;
  /** What the loops do element by element, by the node that begins a turn. */
  readonly releasedIn: (unit: OwnedUnit) => ReadonlyMap<NodeId, readonly ElementAct[]>;
}
