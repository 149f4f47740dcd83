/**
 * What a run works at, for tests that hold it to doing nothing twice and for benches: a file cut into items, a function read, the
 * graph of one built, a flow run over it, a node of the graph visited by a flow, a mention of the reserved bit judged.
 */
export type Work = 'cut' | 'read' | 'graph' | 'flow' | 'visit' | 'judge';

/** What the work was done on: the same value for the same thing. */
type Listener = (work: Work, on: unknown) => void;

let listener: Listener | undefined;

export function count(work: Work, on: unknown): void {
  listener?.(work, on);
}

/** Tells `told` of all work of this thread from now on; nobody with undefined. */
export function onWork(told: Listener | undefined): void {
  listener = told;
}
