export * from './walk.js';
export * from './matcher.js';
export * from './scan.js';
export * from './release.js';
export * from './maintainers.js';
export * from './headers.js';
export * from './tree-facts.js';
export * from './kconfig/index.js';
