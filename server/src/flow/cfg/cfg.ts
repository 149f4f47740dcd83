import type { AssertionMacro } from '@pageref/shared';
import type { Expr, FunctionIr, TypeName } from '../../syntax/ir.js';

/**
 * Control flow graph of one function. Every node does one thing; conditions are split at `!`, `&&`, `||` and `?:`
 * so that a branch node tests one atomic condition, and refinement by a condition is nothing but taking an edge.
 */
export type NodeId = number;

export type CfgNode = { readonly id: NodeId; next: NodeId[] } & (
  | { readonly op: 'entry' | 'exit' | 'join' }
  /** Passed only when a WARN_ON() in a condition fired. */
  | { readonly op: 'warned' }
  | { readonly op: 'eval'; readonly expr: Expr }
  | {
      readonly op: 'declare';
      readonly name: string;
      readonly type: TypeName;
      readonly initial: Expr | undefined;
      readonly static: boolean;
    }
  /** `target` gets a known truth value; `test` is the condition it was computed from. */
  | { readonly op: 'set'; readonly target: Expr; readonly value: 0 | 1; readonly test: Expr }
  /** `next` is [when true, when false]. */
  | { readonly op: 'branch'; readonly condition: Expr; readonly whole: Expr; readonly assertion: string | undefined }
  /** Any successor may be taken: switch, preprocessor arms, loop macros, jumps that a macro or assembly may take. */
  | {
      readonly op: 'choice';
      readonly expr: Expr | undefined;
      /** Offset of the directive that opens a preprocessor group; its arms follow in order, a missing #else as an empty one. */
      readonly arms?: number;
    }
  /** One turn of a loop macro: the variable named first is assigned. */
  | { readonly op: 'turn'; readonly call: Extract<Expr, { op: 'call' }> }
  /** `at` is the offset of the statement. */
  | { readonly op: 'return'; readonly at: number; readonly value: Expr | undefined; readonly known: 0 | 1 | undefined }
);

export interface Cfg {
  readonly fn: FunctionIr;
  readonly nodes: readonly CfgNode[];
  readonly entry: NodeId;
  readonly exit: NodeId;
  /** Place of each node in reverse postorder: a node comes after what leads to it, loops aside. */
  readonly order: readonly number[];
  /** Why control may also go ways that are not in the graph: then nothing is proven by it. */
  readonly uncertain: string | undefined;
}

/** What the graph's shape depends on: macros that assert, wrap or do not return, and names that answer a question. */
export interface CfgVocabulary {
  readonly assertions: ReadonlyMap<string, AssertionMacro>;
  readonly transparent: ReadonlySet<string>;
  readonly noReturn: ReadonlySet<string>;
  readonly returnsTwice: ReadonlySet<string>;
  /** Macros whose last argument is a label. */
  readonly jumpsToLast: ReadonlySet<string>;
  /** True for a call or bit test worth a branch of its own wherever it stands. */
  readonly isTest: (expr: Expr) => boolean;
}

export type NewNode = CfgNode extends infer N ? (N extends CfgNode ? Omit<N, 'id' | 'next'> : never) : never;

/** Where break, continue and case labels lead. */
export interface JumpTargets {
  readonly breakTo: NodeId | undefined;
  readonly continueTo: NodeId | undefined;
  /** The switch around, where its case labels hang, and whether one of them was `default`. */
  readonly cases?: { readonly choice: NodeId; hasDefault: boolean };
}

/** What a node evaluates. */
export function expressionOf(node: CfgNode): Expr | undefined {
  const isWorkedOut = node.op === 'return' && node.known !== undefined;
  return isWorkedOut || node.op === 'turn' ? undefined : writtenIn(node);
}

/** The expression that stands in a node: the call of a loop macro, and a returned condition that other nodes work out, too. */
export function writtenIn(node: CfgNode): Expr | undefined {
  switch (node.op) {
    case 'eval':
    case 'choice':
      return node.expr;
    case 'declare':
      return node.initial;
    case 'branch':
      return node.condition;
    case 'return':
      return node.value;
    case 'turn':
      return node.call;
    default:
      return undefined;
  }
}
