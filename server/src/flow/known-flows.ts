import type { FunctionIr } from '../syntax/ir.js';
import type { ArgumentSummary, FlowContext } from './context.js';
import type { Contract } from './contract.js';
import { analyseFlow } from './fixpoint.js';
import type { Flow } from './fixpoint.js';
import { sameData } from './same-data.js';

/** A function with its flow, and what the flow was made in. */
export interface KnownFlow {
  readonly context: FlowContext;
  readonly flow: Flow;
}

/** A flow as it was when it was made, with all that it asked. */
interface Entry extends KnownFlow {
  readonly contracts: ReadonlyMap<string, Contract | undefined>;
  readonly parameters: ReadonlyMap<number, ArgumentSummary | undefined>;
}

/** Flows of one function that are kept; more of them rest on different answers. */
const MOST_EACH = 6;

/**
 * The flows of the functions of one text. A function is followed for its own sake, for what it hands to those that it calls,
 * for its contract and in each round of an inference, and most often all of them know the same of what it asks about: what
 * calls mean, and what its callers pass. Then the flow is the same.
 */
export class KnownFlows {
  private known = new WeakMap<FunctionIr, Entry[]>();

  /** Lets go of all flows; who asks for one again has it followed again. */
  forget(): void {
    this.known = new WeakMap();
  }

  /** The flow of a whole function; nothing that the one who asks does with it is seen by others. */
  analyse(context: FlowContext): KnownFlow {
    const entries = this.known.get(context.fn) ?? [];
    this.known.set(context.fn, entries);
    const before = entries.find((entry) => holdsIn(context, entry));
    if (before) return renewed(before, context);
    const entry = followed(context);
    if (entries.length < MOST_EACH) entries.push(entry);
    return renewed(entry, context);
  }
}

/** True where everything that the flow asked has the same answer. */
function holdsIn(context: FlowContext, entry: Entry): boolean {
  if (context.references !== entry.context.references) return false;
  for (const [name, contract] of entry.contracts) if (!sameData(context.contractOf(name), contract)) return false;
  for (const [index, passed] of entry.parameters) if (!sameData(context.parameter(index), passed)) return false;
  return true;
}

function followed(context: FlowContext): Entry {
  const contracts = new Map<string, Contract | undefined>();
  const parameters = new Map<number, ArgumentSummary | undefined>();
  const noting: FlowContext = {
    ...context,
    contractOf: noted(contracts, context.contractOf),
    parameter: noted(parameters, context.parameter),
  };
  return { context, flow: analyseFlow(noting), contracts, parameters };
}

function noted<Key, Answer>(answers: Map<Key, Answer>, ask: (about: Key) => Answer): (about: Key) => Answer {
  return (about) => {
    const answer = ask(about);
    answers.set(about, answer);
    return answer;
  };
}

/** The same flow for another one who asks: what is found out about it later goes into maps of its own. */
function renewed({ context: { lazy, made, losses, keepers }, flow }: Entry, asking: FlowContext): KnownFlow {
  const context = {
    ...asking,
    lazy: new Map(lazy),
    made: new Set(made),
    origins: new Map(),
    // Which places a write hits is told by their paths alone.
    losses,
    keepers: new Map(keepers),
  };
  const before = new Map([...flow.before].map(([id, state]) => [id, state.copy()]));
  return { context, flow: { ...flow, before } };
}
