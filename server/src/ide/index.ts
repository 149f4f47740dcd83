/** The façade the command line and the editors use: trees in, reports out; nothing here knows a terminal or LSP. */
export { audit } from './audit.js';
export { compare } from './compare.js';
export type { CompareOptions } from './compare.js';
export { check } from './check.js';
export { contracts } from './contracts.js';
export * from './describe-api.js';
export * from './options.js';
export { uses } from './uses.js';
export { applyPlan, planDiff, planFixes, planSeries } from './fix-tree.js';
export { baseline } from './judged/baseline.js';
export type { Baseline } from './judged/baseline.js';
export { checkChanges } from './check-changes.js';
export { userModelOf } from './user-model/load.js';
