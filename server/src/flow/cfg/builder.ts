import type { FunctionIr } from '../../syntax/ir.js';
import type { Cfg, CfgNode, CfgVocabulary, NewNode, NodeId } from './cfg.js';
import { statements } from './statements.js';

/** The control flow graph of a function. */
export function buildCfg(fn: FunctionIr, vocabulary: CfgVocabulary): Cfg {
  return new CfgBuilder(fn, vocabulary).build();
}

/**
 * Builds the graph front to back: `current` is the node the next statement hangs on, undefined after a jump.
 * It is a class because gotos need labels that outlive one statement.
 */
export class CfgBuilder {
  readonly nodes: CfgNode[] = [];

  private readonly labels = new Map<string, NodeId>();

  current: NodeId | undefined;

  readonly exit: NodeId;

  readonly entry: NodeId;

  constructor(
    readonly fn: FunctionIr,
    readonly vocabulary: CfgVocabulary,
  ) {
    this.entry = this.add({ op: 'entry' });
    this.exit = this.add({ op: 'exit' });
    this.current = this.entry;
  }

  build(): Cfg {
    statements(this, this.fn.body, { breakTo: undefined, continueTo: undefined });
    this.jump(this.exit);
    this.skipJoins();
    const order = reversePostorder(this.nodes, this.entry);
    return { fn: this.fn, nodes: this.nodes, entry: this.entry, exit: this.exit, order };
  }

  /** Joins only helped building: edges go on to the next node that does something. */

  skipJoins(): void {
    const target = (id: NodeId): NodeId => {
      const seen = new Set<NodeId>();
      for (;;) {
        const node = this.nodes[id];
        const [next] = node?.next ?? [];
        if (node?.op !== 'join' || next === undefined || seen.has(id)) return id;
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

  label(name: string): NodeId {
    let id = this.labels.get(name);
    if (id === undefined) {
      id = this.add({ op: 'join' });
      this.labels.set(name, id);
    }
    return id;
  }

  /** Case labels, also those deeper inside, become joins the switch node reaches; control falls from one into the next. */

  /** True for what is a boolean by its shape, and for any call where the function itself returns bool. */

  /** Values that are worth two paths: booleans made of tests, and `?:`. */

  /** `flag |= test()` sets on the true path, `flag &= test()` clears on the false one. */

  /** Sees through parenthesis-like wrappers that do not change the truth of a value. */

  /**
   * Tests and statement expressions inside a larger expression are evaluated before it, in order:
   * each test gets its branch node even where its value only feeds a call.
   */
}

/** Depth first without recursion: kernel functions nest deeper than a stack likes. */
function reversePostorder(nodes: readonly CfgNode[], entry: NodeId): number[] {
  const order = nodes.map(() => nodes.length);
  const next = nodes.map(() => 0);
  const seen = new Set([entry]);
  const stack = [entry];
  let place = nodes.length;
  for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
    const to = nodes[id]?.next[next[id] ?? 0];
    if (to === undefined) {
      order[id] = --place;
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
