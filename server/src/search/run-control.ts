/** Progress of a run over a tree; `done` and `total` are bytes or files, as `unit` says. */
export interface Progress {
  readonly phase: 'walk' | 'scan' | 'analyse';
  readonly done: number;
  readonly total: number;
  readonly unit: 'files' | 'functions';
}

/** How whoever started a run follows it and ends it. */
export interface RunControl {
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}
