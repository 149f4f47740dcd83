/** What a CPU profile of Node says of the stages of a run. */

/** The parts of V8's .cpuprofile that are read. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

export const STAGES = [
  'start',
  'scan',
  'cut',
  'parse',
  'lower',
  'graph',
  'flow',
  'ownership',
  'judge',
  'print',
  'garbage',
] as const;

export type Stage = (typeof STAGES)[number];

/** The stage of a frame by the module it stands in, the first that fits; undefined for one that belongs to who called it. */
const MODULES: readonly (readonly [RegExp, Stage])[] = [
  [/\/syntax\/parser\.js$|web-tree-sitter|^wasm:/, 'parse'],
  [/\/syntax\/(?:items|items-holding|version-arms|version-macros|words|c-scan|scan|groups)\.js$/, 'cut'],
  [/\/syntax\//, 'lower'],
  [/\/flow\/cfg\//, 'graph'],
  [/\/flow\//, 'flow'],
  [/\/ownership\//, 'ownership'],
  [/\/(?:search|vfs)\//, 'scan'],
  [/\/(?:rules|contracts|knowledge|kernel|project|runs|shared)\//, 'judge'],
  [/\/(?:print|cli)\//, 'print'],
];

/** Milliseconds of CPU in each stage: that of the innermost frame that has one. What waits is left out. */
export function stagesOf({ nodes, samples, timeDeltas }: CpuProfile): ReadonlyMap<Stage, number> {
  const stages = new Map<number, Stage | undefined>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const enter = (id: number, above: Stage | undefined): void => {
    const node = byId.get(id);
    if (!node || stages.has(id)) return;
    const { functionName, url } = node.callFrame;
    const own = functionName === '(garbage collector)' ? 'garbage' : MODULES.find(([module]) => module.test(url))?.[1];
    const stage = functionName === '(idle)' ? undefined : (own ?? above);
    stages.set(id, stage);
    for (const child of node.children ?? []) enter(child, stage);
  };
  for (const { id } of nodes) enter(id, 'start');
  const found = new Map<Stage, number>();
  samples.forEach((id, at) => {
    const stage = stages.get(id);
    if (stage) found.set(stage, (found.get(stage) ?? 0) + (timeDeltas[at] ?? 0) / 1000);
  });
  return found;
}
