import type { SyntaxMacros } from '@pageref/shared';

/** The words that steer normalising: those of the C dialect itself, and the kernel's from the model. */
export interface SyntaxTables {
  readonly attributes: ReadonlySet<string>;
  readonly attributeCalls: ReadonlySet<string>;
  readonly loops: ReadonlySet<string>;
  /** Macros that stand for inline assembly. */
  readonly asm: ReadonlySet<string>;
}

const words = (list: string): readonly string[] => list.split(' ');

/** Annotations of the dialect (GNU C), of every kernel release: the model adds those that come and go. */
const DIALECT_ATTRIBUTES = words(
  'inline __inline __inline__ restrict __restrict __restrict__ __extension__ _Noreturn __thread _Thread_local',
);
export const DIALECT_CALLS = words('__attribute__ __attribute _Alignas __declspec __free __cleanup');

/** Loop macros whose names do not say for_each; guards that take a statement are read the same way. */
const DIALECT_LOOPS = words('scoped_guard scoped_cond_guard');

export const KEYWORDS: ReadonlySet<string> = new Set(
  words(
    'if else while for do switch case default return goto break continue sizeof struct union enum typedef static extern const volatile',
  ),
);

/** Words behind which a parenthesised group is not evaluated: the whole of it is read as one type name. */
export const UNEVALUATED: ReadonlySet<string> = new Set(
  words(
    'typeof __typeof__ __typeof typeof_unqual sizeof offsetof __builtin_offsetof alignof _Alignof __alignof__ __alignof typeof_member sizeof_field offsetofend',
  ),
);

export const ASM: ReadonlySet<string> = new Set(words('asm __asm__ __asm asm_inline'));

/** Words that start a type name; a call's argument that starts with one is a type. */
export const TYPE_STARTERS: ReadonlySet<string> = new Set(
  words('struct union enum const volatile unsigned signed int long short char void float double _Bool __int128'),
);

/** Type names that the grammar holds for keywords, so that they cannot stand as a macro's argument. */
export const PRIMITIVES: ReadonlySet<string> = new Set(
  words('bool size_t ssize_t ptrdiff_t intptr_t uintptr_t charptr_t nullptr_t max_align_t').concat(
    words('int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t char8_t char16_t char32_t char64_t'),
  ),
);

/** Compiles the model's lists for look-up; do it once per release. */
export function makeTables(syntax: SyntaxMacros): SyntaxTables {
  return {
    attributes: new Set([...DIALECT_ATTRIBUTES, ...syntax.attributes]),
    attributeCalls: new Set([...DIALECT_CALLS, ...syntax.attributeCalls]),
    loops: new Set([...DIALECT_LOOPS, ...syntax.loops]),
    asm: new Set(syntax.asm),
  };
}

/** True for the name of a macro that takes the statement behind it as a loop body. */
export function isLoopName(name: string, tables: SyntaxTables): boolean {
  return /(?:^|_)for_?each(?:_|$)/.test(name) || tables.loops.has(name);
}
