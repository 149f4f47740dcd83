/** Façade of syntax/: reading kernel C into items and functions. Nothing above it sees a tree-sitter node. */
export * from './ir.js';
export * from './item.js';
export type { Position } from './lines.js';
export { lineStarts, positionAt } from './lines.js';
export type { FoundWord } from './words.js';
export { findWords } from './words.js';
export { splitItems } from './items.js';
export type { CNode, CParser, CTree } from './parser.js';
export { createNativeParser, createWasmParser } from './parser.js';
export type { ReadError, ReadResult } from './parse-body.js';
export type { CReader } from './reader.js';
export { createCReader } from './reader.js';
export { statementAt } from './statement.js';
export { blankNonCode } from './blank.js';
export { hasArguments, joinedLine } from './c-scan.js';
export { inDeadArm } from './dead-arm.js';
export { conditionAt } from './groups.js';
export type { Condition } from './groups.js';
