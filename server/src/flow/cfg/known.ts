import { count } from '../../syntax/counters.js';
import type { FunctionIr } from '../../syntax/ir.js';
import { buildCfg } from './build.js';
import type { Cfg, CfgVocabulary } from './cfg.js';

const known = new WeakMap<FunctionIr, { readonly vocabulary: CfgVocabulary; readonly cfg: Cfg }>();

/** The control flow graph of a function that was read: built once, however often the function is followed. */
export function cfgOf(fn: FunctionIr, vocabulary: CfgVocabulary): Cfg {
  const before = known.get(fn);
  if (before?.vocabulary === vocabulary) return before.cfg;
  count('graph', fn);
  const cfg = buildCfg(fn, vocabulary);
  known.set(fn, { vocabulary, cfg });
  return cfg;
}
