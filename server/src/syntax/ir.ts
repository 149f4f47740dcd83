/**
 * The intermediate form every analysis works on: one C function as statements and expressions, with the offsets of the
 * original text (UTF-16 code units). Nothing above `syntax/` sees a tree-sitter node.
 * Names are those of the original text, also where normalising rewrote the text for the parser.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A C type as written, cut down to what provenance needs. */
export interface TypeName {
  /** Base name without qualifiers and tag keyword: "page", "pte_t", "unsigned long". */
  readonly base: string;
  /** "struct", "union", "enum" or "" */
  readonly tag: string;
  /** Number of `*` and array dimensions. */
  readonly pointers: number;
}

export type Expr =
  | (Span & { readonly op: 'name'; readonly name: string })
  | (Span & { readonly op: 'number'; readonly value: number | undefined })
  | (Span & { readonly op: 'string' })
  | (Span & {
      readonly op: 'call';
      readonly callee: Expr;
      /** Callee when it is a plain identifier. */ readonly name: string | undefined;
      readonly args: readonly Expr[];
    })
  | (Span & { readonly op: 'member'; readonly object: Expr; readonly field: string; readonly arrow: boolean })
  | (Span & { readonly op: 'index'; readonly object: Expr; readonly index: Expr })
  | (Span & { readonly op: 'unary'; readonly operator: '!' | '-' | '+' | '~' | '*' | '&'; readonly operand: Expr })
  | (Span & { readonly op: 'update'; readonly operator: '++' | '--'; readonly prefix: boolean; readonly operand: Expr })
  | (Span & { readonly op: 'binary'; readonly operator: string; readonly left: Expr; readonly right: Expr })
  | (Span & { readonly op: 'assign'; readonly operator: string; readonly target: Expr; readonly value: Expr })
  | (Span & {
      readonly op: 'conditional';
      readonly condition: Expr;
      readonly then: Expr | undefined;
      readonly else: Expr;
    })
  | (Span & { readonly op: 'cast'; readonly type: TypeName; readonly operand: Expr })
  | (Span & { readonly op: 'comma'; readonly left: Expr; readonly right: Expr })
  | (Span & {
      readonly op: 'initialiser';
      readonly entries: readonly { readonly field: string | undefined; readonly value: Expr }[];
    })
  /** GNU statement expression `({ ... })`. */
  | (Span & { readonly op: 'block'; readonly body: readonly Stmt[] })
  /** `&&name`: the address of a label. */
  | (Span & { readonly op: 'label'; readonly name: string })
  /** sizeof, typeof, offsetof, type arguments: not evaluated. */
  | (Span & { readonly op: 'type' })
  /** Anything else; its parts are still walked. */
  | (Span & { readonly op: 'unknown'; readonly parts: readonly Expr[] });

export type Stmt =
  | (Span & { readonly op: 'expr'; readonly expr: Expr })
  | (Span & {
      readonly op: 'declare';
      readonly name: string;
      readonly type: TypeName;
      readonly initial: Expr | undefined;
      /** A static local: it keeps its value from call to call. */
      readonly static: boolean;
      /** Argument of __free(). */ readonly cleanup: string | undefined;
    })
  | (Span & {
      readonly op: 'if';
      readonly condition: Expr;
      readonly then: readonly Stmt[];
      readonly else: readonly Stmt[];
    })
  /** `for (init; condition; step)`, while, do-while; `macro` is the call of a loop macro (its arguments are evaluated once before and assigned on each turn). */
  | (Span & {
      readonly op: 'loop';
      readonly style: 'while' | 'do' | 'for' | 'macro';
      readonly init: readonly Stmt[];
      readonly condition: Expr | undefined;
      readonly step: Expr | undefined;
      readonly macro: Extract<Expr, { op: 'call' }> | undefined;
      readonly body: readonly Stmt[];
    })
  | (Span & { readonly op: 'switch'; readonly value: Expr; readonly body: readonly Stmt[] })
  /** `case value:` or `default:` inside a switch body; a marker, what follows is its own statement. */
  | (Span & { readonly op: 'case'; readonly value: Expr | undefined })
  | (Span & { readonly op: 'label'; readonly name: string })
  | (Span & { readonly op: 'goto'; readonly label: string })
  /** `goto *target`: any label whose address is taken. */
  | (Span & { readonly op: 'computed-goto'; readonly target: Expr })
  /** A macro of the file that hides jumps and could not be read: where it leads nobody knows. */
  | (Span & { readonly op: 'hidden'; readonly macro: string })
  /** Inline assembly, as far as it concerns control and data: what it writes, and where `asm goto` may jump. */
  | (Span & { readonly op: 'asm'; readonly outputs: readonly Expr[]; readonly labels: readonly string[] })
  | (Span & { readonly op: 'break' })
  | (Span & { readonly op: 'continue' })
  | (Span & { readonly op: 'return'; readonly value: Expr | undefined })
  | (Span & { readonly op: 'block'; readonly body: readonly Stmt[] })
  /** Arms of a preprocessor group inside a function: any of them may be the code. `#if 0` arms are left out. A missing #else is an empty arm. */
  | (Span & { readonly op: 'arms'; readonly arms: readonly (readonly Stmt[])[] })
  /** Code that is an argument: the macro runs it, or does not, or does so again. */
  | (Span & { readonly op: 'maybe'; readonly body: readonly Stmt[] })
  /** scoped_guard()/guard(): `call` is the whole call; body empty for guard(). */
  | (Span & { readonly op: 'guard'; readonly call: Expr; readonly body: readonly Stmt[] })
  | (Span & { readonly op: 'unknown'; readonly parts: readonly Expr[] });

export interface Param {
  readonly name: string;
  readonly type: TypeName;
}

export interface FunctionIr extends Span {
  readonly name: string;
  /** Offset of the name. */
  readonly nameAt: number;
  readonly static: boolean;
  readonly returns: TypeName;
  readonly params: readonly Param[];
  readonly body: readonly Stmt[];
  /** `function`, or `macro` for a #define body read as one. */
  readonly origin: 'function' | 'macro';
  /** True for a #define body that is an expression: it stands as the value of the one return. */
  readonly isExpression: boolean;
  /** Which of the readings of its item it is: #if groups that cut through statements give it several. */
  readonly reading: number;
  /** Why control may go ways that were not read; undefined where all were. */
  readonly unreadWays: string | undefined;
}
