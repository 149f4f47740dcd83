import type { FunctionIr } from '../../syntax/ir.js';
import { CfgBuilder } from './builder.js';
import type { Cfg, CfgVocabulary } from './cfg.js';
import { condition } from './conditions.js';
import { expression } from './expressions.js';
import { statements } from './statements.js';

/** The control flow graph of a function. */
export function buildCfg(fn: FunctionIr, vocabulary: CfgVocabulary): Cfg {
  return new CfgBuilder(fn, vocabulary, { statements, expression, condition }).build();
}
