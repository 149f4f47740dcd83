export * from './disk.js';
export { comparePaths, isKconfigName, isSourceName, isSourcePath, normalisePath } from './path.js';
export { reasonOf } from './failure.js';
export { nameBytes, nameOf } from './file-names.js';
export type { FileBytes } from './regular-file.js';
export * from './tree-files.js';
export * from './write.js';
export * from './git.js';
export { blobId, changedFiles } from './git-index.js';
