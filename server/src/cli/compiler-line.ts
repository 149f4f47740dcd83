import { UsageError } from './io.js';

/** Options of compilers whose value is a word of its own. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  ...['-I', '-D', '-U', '-o', '-x', '-B', '-L', '-T', '-MF', '-MT', '-MQ', '-include', '-imacros', '-isystem'],
  ...['-iquote', '-idirafter', '-iprefix', '-isysroot', '-aux-info', '-Xclang', '-Xpreprocessor', '-mllvm', '--param'],
]);

/**
 * `check ... --cc -nostdinc -Iinclude -DNAME=1 mm/gup.c`: a kernel build calls its checker with what the compiler is called with. Of what
 * stands behind `--cc` only the C files are kept; everything else is for a compiler.
 */
export function withoutCompilerOptions(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf('--cc');
  if (argv[0] !== 'check' || at < 0) return argv;
  const words = argv.slice(at + 1);
  const files = words.filter((word, index) => isSource(word) && !WITH_VALUE.has(words[index - 1] ?? ''));
  if (files.length === 0) {
    throw new UsageError(
      'check --cc: no C file among the words behind it',
      'It stands last, before the compiler\'s words: make C=1 CHECK="pageref check --cc"',
    );
  }
  return [...argv.slice(0, at + 1), ...files];
}

function isSource(word: string): boolean {
  return word.endsWith('.c') && !word.startsWith('-');
}
