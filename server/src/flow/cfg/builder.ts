import type { Expr, FunctionIr, Stmt } from '../../syntax/ir.js';
import type { Cfg, CfgNode, CfgVocabulary, NewNode, NodeId, JumpTargets } from './cfg.js';
import { labelsOf } from './labels.js';
import type { Labels } from './labels.js';

/** How the forms of C become nodes: they are made of one another, so each module gets at the others through this. */
export interface Lowering {
  readonly statements: (b: CfgBuilder, body: readonly Stmt[]) => void;
  /** An expression for what it does. */
  readonly expression: (b: CfgBuilder, expr: Expr) => void;
  readonly condition: (b: CfgBuilder, expr: Expr, yes: NodeId, no: NodeId, assertion?: string) => void;
}

/**
 * Builds the graph front to back: `current` is the node the next statement hangs on, undefined after a jump.
 * It is a class because gotos need labels that outlive one statement.
 */
export class CfgBuilder {
  readonly nodes: CfgNode[] = [];

  readonly labels: Labels;

  /** Where break, continue and case labels lead at present. */
  targets: JumpTargets = { breakTo: undefined, continueTo: undefined };

  current: NodeId | undefined;

  readonly exit: NodeId;

  readonly entry: NodeId;

  /** Whether an expression has a way of its own through the graph, as far as it was asked. */
  readonly branching = new Map<Expr, boolean>();

  private readonly places = new Map<string, NodeId>();

  private uncertain: string | undefined;

  private temporaries = 0;

  constructor(
    readonly fn: FunctionIr,
    readonly vocabulary: CfgVocabulary,
    readonly lower: Lowering,
  ) {
    this.labels = labelsOf(fn, vocabulary);
    this.uncertain = this.labels.uncertain;
    this.entry = this.add({ op: 'entry' });
    this.exit = this.add({ op: 'exit' });
    this.current = this.entry;
  }

  build(): Cfg {
    this.lower.statements(this, this.fn.body);
    this.jump(this.exit);
    this.skipJoins();
    const order = reversePostorder(this.nodes, this.entry);
    const { fn, nodes, entry, exit, uncertain } = this;
    return { fn, nodes, entry, exit, order, uncertain };
  }

  /**
   * Joins only helped building: edges go on to the next node that does something. A label that stands in several arms of an
   * #if leads to all of them and stays.
   */
  private skipJoins(): void {
    const target = (id: NodeId): NodeId => {
      const seen = new Set<NodeId>();
      for (;;) {
        const node = this.nodes[id];
        const [next, other] = node?.next ?? [];
        if (node?.op !== 'join' || next === undefined || other !== undefined || seen.has(id)) return id;
        seen.add(id);
        id = next;
      }
    };
    for (const node of this.nodes) node.next = node.next.map(target);
  }

  add(node: NewNode): NodeId {
    const id = this.nodes.length;
    this.nodes.push({ ...node, id, next: [] });
    return id;
  }

  join(): NodeId {
    return this.add({ op: 'join' });
  }

  edge(from: NodeId, to: NodeId): void {
    this.nodes[from]?.next.push(to);
  }

  /** Adds a node after the current one and goes on from it. */
  then(node: NewNode): NodeId {
    const id = this.add(node);
    if (this.current !== undefined) this.edge(this.current, id);
    this.current = id;
    return id;
  }

  jump(to: NodeId): void {
    if (this.current !== undefined) this.edge(this.current, to);
    this.current = undefined;
  }

  /** The paths from here may go on at any of these labels, or here. */
  mayJump(labels: readonly string[]): void {
    if (labels.length === 0) return;
    const choice = this.then({ op: 'choice', expr: undefined });
    for (const label of labels) this.edge(choice, this.label(label));
  }

  label(name: string): NodeId {
    let id = this.places.get(name);
    if (id === undefined) this.places.set(name, (id = this.join()));
    return id;
  }

  /** Lowers something with other targets for break, continue and case labels. */
  within(targets: JumpTargets, lower: () => void): void {
    const outer = this.targets;
    this.targets = targets;
    lower();
    this.targets = outer;
  }

  /** A node that leads to both. */
  either(one: NodeId, other: NodeId | undefined): NodeId {
    if (other === undefined || other === one) return one;
    const choice = this.add({ op: 'choice', expr: undefined });
    this.edge(choice, one);
    this.edge(choice, other);
    return choice;
  }

  /** Control may go ways that are not in the graph. */
  giveUp(why: string): void {
    this.uncertain ??= why;
  }

  /** A name for a value that is worked out before the expression it stands in. */
  temporary({ start, end }: Expr): Extract<Expr, { op: 'name' }> {
    return { op: 'name', name: `#${String(++this.temporaries)}`, start, end };
  }
}

/** Depth first without recursion: kernel functions nest deeper than a stack likes. */
function reversePostorder(nodes: readonly CfgNode[], entry: NodeId): number[] {
  const order = nodes.map(() => nodes.length);
  const next = nodes.map(() => 0);
  const seen = new Set([entry]);
  const stack = [entry];
  let path = nodes.length;
  for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
    const to = nodes[id]?.next[next[id] ?? 0];
    if (to === undefined) {
      order[id] = --path;
      stack.pop();
    } else {
      next[id] = (next[id] ?? 0) + 1;
      if (!seen.has(to)) {
        seen.add(to);
        stack.push(to);
      }
    }
  }
  return order;
}
