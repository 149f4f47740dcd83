import { archVerdict } from '../kernel/arch.js';
import { analyseText, nothingIn } from './incremental.js';
import type { AnalysisRequest, TextAnalysis } from './incremental.js';

/** Nobody waits for this result any more: the document has changed, was closed, or the request was cancelled. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

/** A caller's way to stop a run, or undefined for one that is never stopped. */
export type StillWanted = () => boolean;

/** Judges a text. Rejects with what `checkpoint` rejects with; any other failure costs the findings, and is told of. */
export async function analyseSafely(
  request: Omit<AnalysisRequest, 'arch'>,
  log: (message: string) => void,
): Promise<TextAnalysis> {
  const { path, tree } = request;
  try {
    const analysis = await analyseText({ ...request, arch: archVerdict(tree, path, undefined) });
    for (const failure of analysis.failures) log(failure);
    return analysis;
  } catch (error) {
    if (error instanceof Superseded) throw error;
    log(`${path}: it could not be analysed, its findings are missing: ${String(error)}`);
    return nothingIn(request);
  }
}
