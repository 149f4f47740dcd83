export * from './disk.js';
export { comparePaths, isSourceName, normalisePath } from './path.js';
export { reasonOf } from './failure.js';
export * from './tree-files.js';
export * from './write.js';
export * from './git.js';
export { changedFiles } from './git-index.js';
