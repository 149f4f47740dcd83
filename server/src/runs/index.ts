/** The façade the command line and the editors use: trees in, reports out; nothing here knows a terminal or LSP. */
export { audit } from './audit.js';
export { compare } from './compare/compare.js';
export type { CompareOptions } from './compare/compare.js';
export { check } from './check.js';
export { checkReleases } from './check-releases.js';
export { contracts } from './contracts/contracts.js';
export * from './api/describe.js';
export * from '../project/options.js';
export { uses } from './uses/uses.js';
export { applyPlan, planDiff, planFixes, planSeries } from './fix/tree.js';
export { baseline } from './suppressions/baseline.js';
export type { Baseline } from './suppressions/baseline.js';
export { checkChanges } from './check-changes.js';
export { kernelAt } from '../project/kernel-beside.js';
export { findTargets, treesOf } from '../project/targets.js';
export { userModelOf } from '../project/user-model/load.js';
export { cacheTrouble } from '../vfs/cache.js';
