import { createRequire } from 'node:module';

/**
 * A node of a concrete syntax tree, as plain data: the parser's own tree is freed before anyone sees this one.
 * Anonymous nodes (keywords, brackets) are left out unless they have a field name (operators have).
 */
export interface CNode {
  readonly type: string;
  /** Field under which the parent holds it, or "". */
  readonly field: string;
  /** Offsets in the parsed text, UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  readonly children: readonly CNode[];
}

export interface CTree {
  readonly root: CNode;
  /** First place that is not C as the grammar knows it: an ERROR or MISSING node. */
  readonly error: { readonly start: number; readonly why: string } | undefined;
}

/** Reads C text into a plain tree. Total: any text gives a tree. */
export interface CParser {
  parse(text: string): CTree;
}

/** What the WASM and the native cursor have in common; names as in tree-sitter's own API. */
interface Cursor {
  readonly nodeType: string;
  readonly nodeIsNamed: boolean;
  readonly nodeIsMissing: boolean;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly currentFieldName: string | null | undefined;
  gotoFirstChild(): boolean;
  gotoNextSibling(): boolean;
  gotoParent(): boolean;
}

interface ForeignTree {
  readonly rootNode: { readonly hasError: boolean };
  walk(): Cursor & { delete?(): void };
  delete?(): void;
}

/**
 * The parser that ships: web-tree-sitter with the grammar's WASM file, both found beside a bundle or through module
 * resolution. Start-up is about 50 ms; make one per thread. Rejects when a WASM file cannot be loaded.
 */
export async function createWasmParser(): Promise<CParser> {
  const { Language, Parser } = await import('web-tree-sitter');
  await Parser.init({ locateFile: () => wasmFile('web-tree-sitter') });
  const parser = new Parser();
  parser.setLanguage(await Language.load(wasmFile('tree-sitter-c')));
  return { parse: (text) => readTree(parser.parse(text)) };
}

/** Absolute path of a package's WASM file. A bundle has it beside itself and no packages around it. */
function wasmFile(name: string): string {
  const require = createRequire(import.meta.url);
  try {
    return require.resolve(`./${name}.wasm`);
  } catch {
    return require.resolve(`${name}/${name}.wasm`);
  }
}

/**
 * The opt-in native parser, undefined when its packages are not installed. `from` is a folder to resolve them from
 * (that of a package.json); without it they are those of this installation.
 */
export function createNativeParser(from?: string): CParser | undefined {
  const require = createRequire(from === undefined ? import.meta.url : `${from}/package.json`);
  try {
    const Native = require('tree-sitter') as new () => NativeParser;
    const parser = new Native();
    parser.setLanguage(require('tree-sitter-c'));
    return { parse: (text) => readTree(parser.parse(text, undefined, { bufferSize: 2 * text.length + 64 })) };
  } catch {
    return undefined;
  }
}

interface NativeParser {
  setLanguage(language: unknown): void;
  parse(text: string, old: undefined, options: { bufferSize: number }): ForeignTree;
}

/**
 * Levels of a syntax tree that are read. Everything above walks trees by recursion, and where a stack ends is not the same in
 * every thread; the deepest function of 6.12 stays far below this.
 */
const MAX_DEPTH = 1200;

/** Tokens that have a name: there is nothing in them, as there is not in anonymous ones, and asking costs a way into WASM. */
const LEAVES: ReadonlySet<string> = new Set([
  'identifier',
  'field_identifier',
  'type_identifier',
  'statement_identifier',
  'number_literal',
  'primitive_type',
  'string_content',
  'escape_sequence',
  'character',
  'comment',
]);

const EMPTY: CNode = { type: 'translation_unit', field: '', start: 0, end: 0, children: [] };

function readTree(tree: ForeignTree | null): CTree {
  if (tree === null) return { root: EMPTY, error: { start: 0, why: 'the parser gave up' } };
  const cursor = tree.walk();
  const copy = new TreeCopy(cursor, tree.rootNode.hasError);
  const root = copy.run();
  cursor.delete?.();
  tree.delete?.();
  return { root, error: copy.error };
}

/** One copy of a foreign tree. Iterative, since expressions in a generated table can nest deeper than the stack. */
class TreeCopy {
  error: CTree['error'];

  constructor(
    private readonly cursor: Cursor,
    private readonly hasError: boolean,
  ) {}

  run(): CNode {
    const root = this.node([]);
    const open: CNode[][] = [root.children];
    if (!this.cursor.gotoFirstChild()) return root;
    while (open.length > 0) {
      const children: CNode[] = [];
      const field = this.cursor.currentFieldName ?? '';
      const isNamed = this.cursor.nodeIsNamed;
      const node = isNamed || field !== '' ? this.node(children, field) : undefined;
      if (node) open.at(-1)?.push(node);
      if (this.hasError) this.note();
      if (open.length > MAX_DEPTH) this.tooDeep();
      else if (isNamed && !LEAVES.has(node?.type ?? '') && this.cursor.gotoFirstChild()) {
        open.push(children);
        continue;
      }
      this.advance(open);
    }
    return root;
  }

  private tooDeep(): void {
    this.error ??= { start: this.cursor.startIndex, why: `nested deeper than ${MAX_DEPTH} levels` };
  }

  private advance(open: CNode[][]): void {
    while (open.length > 0 && !this.cursor.gotoNextSibling()) {
      this.cursor.gotoParent();
      open.pop();
    }
  }

  private node(children: CNode[], field = ''): CNode & { children: CNode[] } {
    const { nodeType: type, startIndex: start, endIndex: end } = this.cursor;
    return { type, field, start, end, children };
  }

  private note(): void {
    if (this.error !== undefined) return;
    const start = this.cursor.startIndex;
    if (this.cursor.nodeIsMissing) this.error = { start, why: `${this.cursor.nodeType} is missing` };
    else if (this.cursor.nodeType === 'ERROR') this.error = { start, why: 'the parser does not understand this' };
  }
}
