/** Progress of a run over a tree: files searched (`scan`), then files whose functions were followed (`analyse`). */
export interface Progress {
  readonly phase: 'scan' | 'analyse';
  readonly done: number;
  readonly total: number;
  readonly unit: 'files';
}

/** How whoever started a run follows it and ends it. */
export interface RunControl {
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}
